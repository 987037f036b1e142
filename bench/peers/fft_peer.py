"""Fourier transforms of real float32 cubes by FFTW (through pyFFTW, MEASURE) and scipy.fft."""

import numpy as np
import pyfftw
import scipy
import scipy.fft

from serve import serve


def numbers(n):
    return np.random.default_rng(1).random((n, n, n), dtype=np.float32)


def fftw(n, threads):
    src = pyfftw.empty_aligned((n, n, n), dtype="float32")
    dst = pyfftw.empty_aligned((n, n, n // 2 + 1), dtype="complex64")
    plan = pyfftw.FFTW(src, dst, axes=(0, 1, 2), flags=("FFTW_MEASURE",), threads=threads)
    src[...] = numbers(n)
    return lambda: plan.execute()


def fftw_inverse(n, threads):
    src = pyfftw.empty_aligned((n, n, n // 2 + 1), dtype="complex64")
    dst = pyfftw.empty_aligned((n, n, n), dtype="float32")
    plan = pyfftw.FFTW(src, dst, axes=(0, 1, 2), direction="FFTW_BACKWARD", flags=("FFTW_MEASURE",), threads=threads)
    src[...] = scipy.fft.rfftn(numbers(n), workers=threads) / n**3
    return lambda: plan.execute()


def scipy_fft(n, threads):
    src = numbers(n)
    return lambda: scipy.fft.rfftn(src, workers=threads)


def scipy_inverse(n, threads):
    src = scipy.fft.rfftn(numbers(n), workers=threads)
    return lambda: scipy.fft.irfftn(src, s=(n, n, n), workers=threads)


serve(
    {"fftw": fftw, "fftw_inverse": fftw_inverse, "scipy": scipy_fft, "scipy_inverse": scipy_inverse},
    {"pyfftw": pyfftw.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
)

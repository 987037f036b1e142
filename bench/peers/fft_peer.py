"""Fourier transforms of real float32 cubes and of lines by FFTW (through pyFFTW, MEASURE) and scipy.fft."""

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


def lines(kind, dtype, rows, n):
    shape = (rows, n) if rows else (n,)
    random = np.random.default_rng(1).random
    real = random(shape, dtype=dtype)
    return real if kind == "r2c" else real + 1j * random(shape, dtype=dtype)


def repeated(call, calls):
    def run():
        for _ in range(calls):
            call()

    return run


def scipy_lines(kind, dtype, rows, n, axis, threads, calls):
    src = lines(kind, dtype, rows, n)
    transform = scipy.fft.rfft if kind == "r2c" else scipy.fft.fft
    return repeated(lambda: transform(src, axis=axis, workers=threads), calls)


def fftw_lines(kind, dtype, rows, n, axis, threads, calls):
    values = lines(kind, dtype, rows, n)
    src = pyfftw.empty_aligned(values.shape, dtype=values.dtype)
    width = n // 2 + 1 if kind == "r2c" else n
    dst = pyfftw.empty_aligned((*values.shape[:-1], width), dtype="complex64" if dtype == "float32" else "complex128")
    # Measuring plans for long lines takes longer than all else here.
    effort = "FFTW_MEASURE" if values.size <= 2**17 else "FFTW_ESTIMATE"
    plan = pyfftw.FFTW(src, dst, axes=(axis,), flags=(effort,), threads=threads if values.size >= 2**15 else 1)
    src[...] = values
    return repeated(plan.execute, calls)


serve(
    {
        "fftw": fftw,
        "fftw_inverse": fftw_inverse,
        "fftw_lines": fftw_lines,
        "scipy": scipy_fft,
        "scipy_inverse": scipy_inverse,
        "scipy_lines": scipy_lines,
    },
    {"pyfftw": pyfftw.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
)

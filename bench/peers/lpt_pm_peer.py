"""Lagrangian perturbation theory for a particle-mesh model with the equations of JaxPM: potentials and derivatives by factors
of modes, transforms by scipy.fft, all products compiled by numba; float32, two threads."""

import numba
import numpy as np
import scipy
import scipy.fft
from numba import njit, prange

from serve import serve

THREADS = 2
numba.set_num_threads(min(THREADS, numba.config.NUMBA_NUM_THREADS))
PAIRS = [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)]


@njit(parallel=True, fastmath=True)
def derived(modes, kx, kz, gx, gz, i, j, out):
    """phi_ij (j >= 0), or -d_i phi (j < 0), of phi = -delta/k^2."""
    n = modes.shape[0]
    for x in prange(n):
        for y in range(n):
            for z in range(modes.shape[2]):
                k2 = kx[x] * kx[x] + kx[y] * kx[y] + kz[z] * kz[z]
                inverse = np.float32(0) if k2 == 0 else np.float32(1) / k2
                g = (gx[x], gx[y], gz[z])
                if j >= 0:
                    out[x, y, z] = modes[x, y, z] * (g[i] * g[j] * inverse)
                else:
                    out[x, y, z] = modes[x, y, z] * np.complex64(1j) * (g[i] * inverse)


@njit(parallel=True, fastmath=True)
def source(h, out):
    n = out.shape[0]
    for x in prange(n):
        for y in range(n):
            for z in range(n):
                a, b, c = h[0][x, y, z], h[1][x, y, z], h[2][x, y, z]
                d, e, f = h[3][x, y, z], h[4][x, y, z], h[5][x, y, z]
                out[x, y, z] = a * b + a * c + b * c - d * d - e * e - f * f


@njit(parallel=True, fastmath=True)
def combine(first, second, factors, x_out, p_out):
    for i in prange(first.shape[0]):
        for j in range(first.shape[1]):
            for k in range(first.shape[2]):
                a, b = first[i, j, k], second[i, j, k]
                x_out[i, j, k] = factors[0] * a + factors[1] * b
                p_out[i, j, k] = factors[2] * a + factors[3] * b


def lpt2(n):
    delta = np.random.default_rng(1).standard_normal((n, n, n), dtype=np.float32)
    kx = (2 * np.pi * np.fft.fftfreq(n)).astype(np.float32)
    kz = (2 * np.pi * np.fft.rfftfreq(n)).astype(np.float32)
    gx, gz = [((8 * np.sin(k) - np.sin(2 * k)) / 6).astype(np.float32) for k in (kx, kz)]
    work = np.empty((n, n, n // 2 + 1), np.complex64)
    factors = np.array([0.1, 0.005, 0.02, 0.002], np.float32)

    def inverse(modes, i, j):
        derived(modes, kx, kz, gx, gz, i, j, work)
        return scipy.fft.irfftn(work, s=(n, n, n), workers=THREADS, overwrite_x=True)

    def run():
        modes = scipy.fft.rfftn(delta, workers=THREADS)
        product = np.empty_like(delta)
        source(tuple(inverse(modes, i, j) for i, j in PAIRS), product)
        second = scipy.fft.rfftn(product, workers=THREADS, overwrite_x=True)
        x, p = [np.empty((3, n, n, n), np.float32) for _ in range(2)]
        for axis in range(3):
            combine(inverse(modes, axis, -1), inverse(second, axis, -1), factors, x[axis], p[axis])
        return x, p

    run()
    return run


def initial(n):
    white = np.random.default_rng(1).standard_normal((n, n, n), dtype=np.float32)
    k = 2 * np.pi * np.fft.fftfreq(n)
    square = k[:, None, None] ** 2 + k[None, :, None] ** 2 + k[None, None, : n // 2 + 1] ** 2
    table = np.linspace(0.1, 10, 128), np.linspace(9, 1, 128)

    def run():
        modes = scipy.fft.rfftn(white, workers=THREADS)
        modes *= np.sqrt(np.interp(np.sqrt(square), *table)).astype(np.float32)
        return scipy.fft.irfftn(modes, s=(n, n, n), workers=THREADS, overwrite_x=True)

    return run


serve({"lpt2": lpt2, "initial": initial}, {"numba": numba.__version__, "numpy": np.__version__, "scipy": scipy.__version__})

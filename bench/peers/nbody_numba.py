"""Particle-mesh steps with compiled loops of Numba and transforms of scipy.fft, on as many threads as asked for.

"four": the equations of JaxPM, with the gradient on modes, one transform forward and three back. "two": as ours, with the
gradient taken on the mesh. Painting goes by slabs of the lattice, the even ones first, so that threads need no copies of the
mesh; the force is read, particles kicked and moved in one pass.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numba
import numpy as np
import scipy
import scipy.fft as sf
from numba import njit, prange

from serve import serve


@njit(fastmath=True, inline="always")
def locate(d, i, n):
    below = np.floor(d)
    at = (i + int(below)) % n
    return at, (at + 1) % n, d - np.float32(below)


@njit(parallel=True, fastmath=True)
def paint(x, rho, slabs):
    n = rho.shape[0]
    for i in prange(n):
        rho[i] = 0
    for parity in range(2):
        for half in prange(slabs // 2):
            slab = 2 * half + parity
            for i in range(slab * n // slabs, (slab + 1) * n // slabs):
                for j in range(n):
                    for k in range(n):
                        i0, i1, fx = locate(x[0, i, j, k], i, n)
                        j0, j1, fy = locate(x[1, i, j, k], j, n)
                        k0, k1, fz = locate(x[2, i, j, k], k, n)
                        ex, ey, ez = 1 - fx, 1 - fy, 1 - fz
                        rho[i0, j0, k0] += ex * ey * ez
                        rho[i0, j0, k1] += ex * ey * fz
                        rho[i0, j1, k0] += ex * fy * ez
                        rho[i0, j1, k1] += ex * fy * fz
                        rho[i1, j0, k0] += fx * ey * ez
                        rho[i1, j0, k1] += fx * ey * fz
                        rho[i1, j1, k0] += fx * fy * ez
                        rho[i1, j1, k1] += fx * fy * fz


@njit(parallel=True, fastmath=True)
def poisson(modes, k):
    nx, ny, nz = modes.shape
    for i in prange(nx):
        for j in range(ny):
            for l in range(nz):
                k2 = k[i] * k[i] + k[j] * k[j] + k[l] * k[l]
                modes[i, j, l] *= np.float32(-1) / k2 if k2 > 0 else np.float32(0)


@njit(parallel=True, fastmath=True)
def derivative(modes, out, g, axis):
    nx, ny, nz = modes.shape
    for i in prange(nx):
        for j in range(ny):
            for l in range(nz):
                by = g[i] if axis == 0 else g[j] if axis == 1 else g[l]
                v = modes[i, j, l]
                out[i, j, l] = np.complex64(complex(v.imag * by, -v.real * by))


@njit(parallel=True, fastmath=True)
def stencil(phi, force):
    n = phi.shape[0]
    near, far = np.float32(-8 / 12), np.float32(1 / 12)
    for i in prange(n):
        a, b, c, d = (i - 2) % n, (i - 1) % n, (i + 1) % n, (i + 2) % n
        for j in range(n):
            e, f, g, h = (j - 2) % n, (j - 1) % n, (j + 1) % n, (j + 2) % n
            for k in range(n):
                p, q, r, s = (k - 2) % n, (k - 1) % n, (k + 1) % n, (k + 2) % n
                force[0, i, j, k] = near * (phi[c, j, k] - phi[b, j, k]) + far * (phi[d, j, k] - phi[a, j, k])
                force[1, i, j, k] = near * (phi[i, g, k] - phi[i, f, k]) + far * (phi[i, h, k] - phi[i, e, k])
                force[2, i, j, k] = near * (phi[i, j, r] - phi[i, j, q]) + far * (phi[i, j, s] - phi[i, j, p])


@njit(parallel=True, fastmath=True)
def kick_drift(x, p, force, kick, drift):
    n = x.shape[1]
    for i in prange(n):
        for j in range(n):
            for k in range(n):
                i0, i1, fx = locate(x[0, i, j, k], i, n)
                j0, j1, fy = locate(x[1, i, j, k], j, n)
                k0, k1, fz = locate(x[2, i, j, k], k, n)
                ex, ey, ez = 1 - fx, 1 - fy, 1 - fz
                for c in range(3):
                    f = force[c]
                    v = (
                        ex * (ey * (ez * f[i0, j0, k0] + fz * f[i0, j0, k1]) + fy * (ez * f[i0, j1, k0] + fz * f[i0, j1, k1]))
                        + fx * (ey * (ez * f[i1, j0, k0] + fz * f[i1, j0, k1]) + fy * (ez * f[i1, j1, k0] + fz * f[i1, j1, k1]))
                    )
                    p[c, i, j, k] += kick * v
                    x[c, i, j, k] += drift * p[c, i, j, k]


def run(folder, n, steps, threads, transforms):
    numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
    x0, p0 = (np.fromfile(Path(folder, f"{name}.f32"), np.float32).reshape(3, n, n, n) for name in ("x", "p"))
    factors = json.loads(Path(folder, "factors.json").read_text())
    kick, drift = (np.array(factors[name], np.float32) for name in ("kick", "drift"))
    k = (2 * np.pi * np.fft.fftfreq(n)).astype(np.float32)
    g = ((8 * np.sin(k) - np.sin(2 * k)) / 6).astype(np.float32)
    x, p, rho = x0.copy(), p0.copy(), np.empty((n, n, n), np.float32)
    force = np.empty((3, n, n, n), np.float32)
    work = np.empty((n, n, n // 2 + 1), np.complex64)

    def once():
        x[...], p[...] = x0, p0
        for step in range(steps):
            reach = int(np.ceil(np.abs(x[0]).max())) + 1
            slabs = 2
            while slabs * 2 <= n // (2 * reach + 1):
                slabs *= 2
            paint(x, rho, slabs)
            modes = sf.rfftn(rho, workers=threads)
            poisson(modes, k)
            if transforms == 4:
                for axis in range(3):
                    derivative(modes, work, g, axis)
                    force[axis] = sf.irfftn(work, (n, n, n), workers=threads, overwrite_x=True)
            else:
                stencil(sf.irfftn(modes, (n, n, n), workers=threads, overwrite_x=True), force)
            kick_drift(x, p, force, kick[step], drift[step])

    once()
    return once


serve(
    {"four": lambda **a: run(**a, transforms=4), "two": lambda **a: run(**a, transforms=2)},
    {"numba": version("numba"), "numpy": np.__version__, "scipy": scipy.__version__},
)

"""Shells of a light cone by numpy and healpy, one thread.

"healpy_*" measures healpy and the sum alone, from unit-less vectors of the particles that are in the shell; "numpy_*" starts
from displacements, as ours does.
"""

import healpy
import numpy as np

from serve import serve


def displacement(n):
    """Waves of a few cells, as structure has them."""
    k = 2 * np.pi * np.arange(n, dtype="float32") / n
    one = lambda a, b: (2 * np.sin(3 * k)[:, None, None] + np.sin(7 * k + a)[None, :, None] + np.cos(5 * k + b)[None, None, :])
    return [one(c, 2 * c).astype("float32") for c in range(3)]


def select(n, moved, near, far):
    index = np.arange(n, dtype="float32")
    shape = [(n, 1, 1), (1, n, 1), (1, 1, n)]
    x = [(index.reshape(s) + d) % n - np.float32(n / 2) for s, d in zip(shape, moved)]
    r2 = x[0] ** 2 + x[1] ** 2 + x[2] ** 2
    keep = (r2 >= near**2) & (r2 < far**2)
    return [c[keep] for c in x]


def sphere(x, nside, scheme):
    size = healpy.nside2npix(nside)
    if scheme == "ngp":
        return np.bincount(healpy.vec2pix(nside, *x), minlength=size)
    theta, phi = healpy.vec2ang(np.stack(x, 1))
    pixels, weights = healpy.get_interp_weights(nside, theta, phi)
    return np.bincount(pixels.ravel(), weights.ravel(), minlength=size)


def bounds(n, shells, shell):
    width = n / 2 / shells
    return width * shell, width * (shell + 1)


def healpy_alone(n, nside, scheme, shells, shell):
    x = [c.astype("float64") for c in select(n, displacement(n), *bounds(n, shells, shell))]
    return lambda: sphere(x, nside, scheme)


def numpy_whole(n, nside, scheme, shells, shell):
    moved = displacement(n)
    which = range(shells) if shell < 0 else [shell]
    return lambda: [sphere(select(n, moved, *bounds(n, shells, i)), nside, scheme) for i in which]


def flat(n, pixels, shells, shell):
    moved = displacement(n)
    near, far = bounds(n, shells, shell)
    index = np.arange(n, dtype="float32")

    def run():
        z = (index + moved[2] - np.float32(n / 2)) % n
        keep = (z >= near) & (z < far)
        scale = np.float32(pixels / n)
        u = ((index.reshape(n, 1, 1) + moved[0])[keep]) * scale
        v = ((index.reshape(1, n, 1) + moved[1])[keep]) * scale
        a, b = np.floor(u), np.floor(v)
        u, v, a, b = u - a, v - b, a.astype(int), b.astype(int)
        out = 0
        for i in (0, 1):
            for j in (0, 1):
                at = (a + i) % pixels * pixels + (b + j) % pixels
                out = out + np.bincount(at, (u if i else 1 - u) * (v if j else 1 - v), minlength=pixels**2)
        return out

    return run


serve(
    {"healpy": healpy_alone, "numpy": numpy_whole, "flat": flat},
    {"healpy": healpy.__version__, "numpy": np.__version__},
)

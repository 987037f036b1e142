"""HEALPix functions by healpy, which uses one thread."""

import healpy
import numpy as np

from serve import serve

COUNT = 1_000_000


def points():
    i = np.arange(COUNT)
    return np.arccos(1 - 2 * ((i * 0.6180339887498949) % 1)), 2 * np.pi * ((i * 0.7548776662466927) % 1)


def ang2pix(nside):
    theta, phi = points()
    return lambda: healpy.ang2pix(nside, theta, phi)


def vec2pix(nside):
    x, y, z = healpy.ang2vec(*points()).T.copy()
    return lambda: healpy.vec2pix(nside, x, y, z)


def weights(nside):
    theta, phi = points()
    return lambda: healpy.get_interp_weights(nside, theta, phi)


def values(nside):
    theta, phi = points()
    field = np.arange(12.0 * nside**2)
    return lambda: healpy.get_interp_val(field, theta, phi)


def grade(nside):
    field = np.arange(12.0 * nside**2)
    return lambda: healpy.ud_grade(field, nside // 4)


def neighbours(nside):
    pixels = np.arange(COUNT) % (12 * nside**2)
    return lambda: healpy.get_all_neighbours(nside, pixels)


def ring2nest(nside):
    pixels = np.arange(COUNT) % (12 * nside**2)
    return lambda: healpy.ring2nest(nside, pixels)


CASES = {f.__name__: f for f in (ang2pix, vec2pix, weights, values, grade, neighbours, ring2nest)}
serve(CASES, {"healpy": healpy.__version__, "numpy": np.__version__})

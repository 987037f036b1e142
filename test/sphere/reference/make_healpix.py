"""Writes healpix.json beside this script: what healpy says about points and pixels.

    python make_healpix.py          (made with healpy 1.20.1, numpy 2)
"""

import json
import pathlib

import healpy
import numpy as np

rng = np.random.default_rng(7)


def directions(count):
    """Angles all over the sphere, many of them in the caps and some very close to the poles."""
    z = np.concatenate([rng.uniform(-1, 1, count), 1 - 10.0 ** rng.uniform(-9, 0, count), -1 + 10.0 ** rng.uniform(-9, 0, count)])
    return np.arccos(z), rng.uniform(0, 2 * np.pi, z.size)


def resolution(nside):
    theta, phi = directions(15)
    npix = healpy.nside2npix(nside)
    pixels = np.unique(np.concatenate([np.arange(min(12, npix)), npix - 1 - np.arange(min(12, npix)), rng.integers(0, npix, 24)]))
    near, weights = healpy.get_interp_weights(nside, theta, phi)
    centre = healpy.ang2vec(1.1, 5.3)
    radius = 3.3 / nside if nside > 1 else 1.2
    polar = healpy.ang2vec(0.1, 2.0)
    t, p = healpy.pix2ang(nside, pixels)
    return {
        "nside": nside,
        "theta": theta.tolist(),
        "phi": phi.tolist(),
        "ring": healpy.ang2pix(nside, theta, phi).tolist(),
        "nested": healpy.ang2pix(nside, theta, phi, nest=True).tolist(),
        "near": near.T.tolist(),
        "weights": weights.T.tolist(),
        "pixels": pixels.tolist(),
        "centreTheta": t.tolist(),
        "centrePhi": p.tolist(),
        "toNested": healpy.ring2nest(nside, pixels).tolist(),
        "neighbours": healpy.get_all_neighbours(nside, pixels).T.tolist(),
        "corners": healpy.boundaries(nside, pixels[::12], step=2).transpose(0, 2, 1).tolist(),
        "discs": [
            {
                "centre": v.tolist(),
                "radius": radius,
                "pixels": healpy.query_disc(nside, v, radius).tolist(),
                "inclusive": healpy.query_disc(nside, v, radius, inclusive=True, fact=128).tolist(),
            }
            for v in (centre, polar)
        ],
        "largestRadius": float(healpy.max_pixrad(nside)),
    }


def main():
    values = np.round(rng.standard_normal(12 * 16**2), 3)
    values[rng.integers(0, values.size, 300)] = healpy.UNSEEN
    values[:4] = healpy.UNSEEN
    out = {
        "healpy": healpy.__version__,
        "resolutions": [resolution(n) for n in (1, 2, 16, 512, 2**20)],
        "map": values.tolist(),
        "down": healpy.ud_grade(values, 4, order_in="RING", order_out="NESTED", power=-2).tolist(),
        "strict": healpy.ud_grade(values, 8, pess=True).tolist(),
        "up": healpy.ud_grade(values, 32)[:300].tolist(),
    }
    pathlib.Path(__file__).with_name("healpix.json").write_text(json.dumps(out))


main()

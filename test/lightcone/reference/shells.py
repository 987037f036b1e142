"""Writes shells.json: particles of a displaced 16^3 lattice in shells, by numpy and healpy in float64.

    python shells.py

Displacements are whole numbers modulo a prime, so that the test makes the same ones.
"""

import json

import healpy
import numpy as np

N, BOX, NSIDE, PIXELS = 16, 160.0, 8, (12, 20)
EDGES = np.array([10.0, 45.0, 80.0])
OBSERVER = np.array([0.5, 0.5, 0.5])
SIGMA = 0.5 * healpy.nside2resol(NSIDE)

index = np.arange(3 * N**3, dtype=np.int64)
displacement = ((index * 7919 + 104729) % 10007 / 10007 * 5 - 2.5).reshape(3, N, N, N)
weights = 0.5 + (np.arange(N**3) * 31 % 97) / 97
cells = (np.indices((N, N, N)) + displacement).reshape(3, -1) % N
cell = BOX / N


def spherical(near, far, scheme):
    x = cells * cell - OBSERVER[:, None] * BOX
    r = np.sqrt((x**2).sum(0))
    keep = (r >= near) & (r < far)
    x, w = x[:, keep], weights[keep]
    out = np.zeros(healpy.nside2npix(NSIDE))
    theta, phi = healpy.vec2ang(x.T)
    if scheme == "ngp":
        np.add.at(out, healpy.ang2pix(NSIDE, theta, phi), w)
    elif scheme == "bilinear":
        pixels, parts = healpy.get_interp_weights(NSIDE, theta, phi)
        np.add.at(out, pixels, parts * w)
    else:
        own = healpy.ang2pix(NSIDE, theta, phi)
        pixels = np.concatenate([own[None], healpy.get_all_neighbours(NSIDE, own)])
        centre = np.array(healpy.pix2vec(NSIDE, np.maximum(pixels, 0)))
        unit = x / np.sqrt((x**2).sum(0))
        angle = 2 * np.arcsin(0.5 * np.sqrt(((centre - unit[:, None]) ** 2).sum(0)))
        parts = np.where(pixels < 0, 0.0, np.exp(-0.5 * (angle / SIGMA) ** 2))
        parts /= parts.sum(0)
        np.add.at(out, np.maximum(pixels, 0), parts * w)
    return out / (4 * np.pi / out.size * (far**3 - near**3) / 3)


def flat(near, far):
    z = cells[2] * cell - OBSERVER[2] * BOX
    z %= BOX
    keep = (z >= near) & (z < far)
    u, v, w = cells[0][keep] * PIXELS[0] / N, cells[1][keep] * PIXELS[1] / N, weights[keep]
    out = np.zeros(PIXELS)
    for i in (0, 1):
        for j in (0, 1):
            a, b = np.floor(u), np.floor(v)
            wx, wy = (u - a if i else 1 - u + a), (v - b if j else 1 - v + b)
            np.add.at(out, ((a.astype(int) + i) % PIXELS[0], (b.astype(int) + j) % PIXELS[1]), w * wx * wy)
    return out.ravel() / (BOX / PIXELS[0] * BOX / PIXELS[1] * (far - near))


result = {"origin": f"shells.py, numpy {np.__version__}, healpy {healpy.__version__}", "edges": EDGES.tolist()}
pairs = list(zip(EDGES[:-1], EDGES[1:]))
for name in ("ngp", "bilinear", "rbfNeighbor"):
    result[name] = [[float(f"{v:.12g}") for v in spherical(*pair, name)] for pair in pairs]
result["flat"] = [[float(f"{v:.12g}") for v in flat(*pair)] for pair in pairs]
with open("shells.json", "w") as file:
    json.dump(result, file)

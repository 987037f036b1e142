"""Writes a galaxy in RUBIX's layout: a disc and a bulge of stars.

usage: python ifu_galaxy.py STARS PATH
"""
import sys

import h5py
import numpy as np


def galaxy(n, path):
    rng = np.random.default_rng(1)
    disc = rng.random(n) < 0.8
    radius = np.where(disc, rng.gamma(2.0, 1.2, n), 0.6 * rng.gamma(2.0, 0.5, n))
    angle = rng.uniform(0, 2 * np.pi, n)
    cos_tilt = rng.uniform(-1, 1, n)
    flat = np.where(disc, radius, radius * np.sqrt(1 - cos_tilt**2))
    height = np.where(disc, rng.laplace(0, 0.15, n), radius * cos_tilt)
    speed = np.where(disc, 180 * radius / (radius + 0.7), 0.0)
    spread = np.where(disc, 30.0, 110.0)
    velocity = rng.normal(0, 1, (n, 3)) * spread[:, None]
    velocity += np.stack([-speed * np.sin(angle), speed * np.cos(angle), np.zeros(n)], axis=1)
    center = np.array([1000.0, 2000.0, 3000.0])
    columns = {
        "coords": (np.stack([flat * np.cos(angle), flat * np.sin(angle), height], axis=1) + center, "kpc"),
        "velocity": (velocity + np.array([50.0, -20.0, 80.0]), "km / s"),
        "mass": (np.full(n, 5e10 / n) * rng.uniform(0.5, 1.5, n), "Msun"),
        "metallicity": (np.clip(0.02 * 10 ** (-0.1 * radius / 3 + rng.normal(0, 0.15, n)), 2e-4, 0.04), ""),
        "age": (np.where(disc, rng.uniform(0.05, 10, n), rng.uniform(6, 12.5, n)), "Gyr"),
    }
    with h5py.File(path, "w") as f:
        f.create_group("meta")["name"] = "bench"
        for name, value, unit in (
            ("center", center, "kpc"),
            ("halfmassrad_stars", np.median(radius), "kpc"),
            ("redshift", 0.0, ""),
        ):
            f[f"galaxy/{name}"] = value
            f[f"galaxy/{name}"].attrs["unit"] = unit
        for name, (values, unit) in columns.items():
            f[f"particles/stars/{name}"] = values.astype("f4")
            f[f"particles/stars/{name}"].attrs["unit"] = unit


if __name__ == "__main__":
    galaxy(int(sys.argv[1]), sys.argv[2])

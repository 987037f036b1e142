"""Writes particles.npz, particles_compressed.npz, particles.h5 and particles.csv: the same five stars (and three cells of gas).
Made with NumPy 2 and h5py 3.16.0: python make.py"""

import pathlib

import h5py
import numpy as np

here = pathlib.Path(__file__).parent
i = np.arange(5.0)
stars = {
    "coords": np.stack([i, 10 + i, 20 + i], axis=1),
    "velocity": np.stack([100 + i, -i, 5 * i], axis=1),
    "mass": (1 + i) * 1e5,
    "metallicity": 0.01 + 0.001 * i,
    "age": 1 + 2 * i,
}
gas = {"coords": stars["coords"][:3] + 0.5, "mass": stars["mass"][:3] / 8, "metallicity": np.array([0.02, 0.03, 0.04])}

both = {f"stars_{k}": v for k, v in stars.items()} | {f"gas_{k}": v for k, v in gas.items()}
both["stars_coords"] = np.asfortranarray(both["stars_coords"])
both["stars_mass"] = both["stars_mass"].astype("i8")
np.savez(here / "particles.npz", **both)
np.savez_compressed(here / "particles_compressed.npz", **both)

with h5py.File(here / "particles.h5", "w") as file:
    for k, v in stars.items():
        file[f"stars/{k}"] = v.astype("f4") if k != "mass" else v
    file["stars/coords"].attrs["unit"] = "kpc"
    # Of these, names and units must be given or understood.
    file["other/pos_Mpc"] = stars["coords"] / 1000
    file["other/pos_Mpc"].attrs["unit"] = "Mpc"
    file["other/m"] = stars["mass"] / 1e10
    file["other/v"] = stars["velocity"] * 1000
    file["other/v"].attrs["unit"] = "m s-1"
    file["other/t"] = stars["age"] * 1000
    file["other/t"].attrs["unit"] = "Myr"
    file["other/wrong"] = stars["age"]
    file["other/wrong"].attrs["unit"] = "fortnight"
    file["other/short"] = stars["age"][:4]

with open(here / "particles.csv", "w") as file:
    file.write("id,x [pc],y [pc],z [pc],vx [km/s],vy [km/s],vz [km/s],mass [solMass],Z,age [Myr]\n")
    for k in range(5):
        row = [*stars["coords"][k] * 1000, *stars["velocity"][k], stars["mass"][k], stars["metallicity"][k], stars["age"][k] * 1000]
        file.write(f"star-{k}," + ",".join(repr(float(v)) for v in row) + "\n")

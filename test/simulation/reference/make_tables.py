"""Halos and meshes in files of several kinds. Box 20 Mpc/h, 8^3 cells. Run with NumPy and h5py: python make_tables.py"""

import pathlib

import h5py
import numpy as np
from _numbers import masses, mesh, positions, uniform

FOLDER = pathlib.Path(__file__).parent / "tables"
BOX, CELLS = 20.0, 8
FOLDER.mkdir(exist_ok=True)

with h5py.File(FOLDER / "halos.h5", "w") as file:
    file["halo_positions"] = positions(30, 80) * BOX
    file["halo_positions"].attrs["unit"] = "Mpc/h"
    file["halo_masses"] = masses(30, 80)
    file["rates"] = uniform(np.arange(30))
np.save(FOLDER / "delta.npy", (mesh(CELLS, 80) - 7.5) / 16)
np.save(FOLDER / "delta_fortran.npy", np.asfortranarray(((mesh(CELLS, 80) - 7.5) / 16).astype("f4")))
with h5py.File(FOLDER / "delta.h5", "w") as file:
    file["mesh/delta"] = ((mesh(CELLS, 80) - 7.5) / 16).astype("f4")
# Columns id, x, y, z [kpc], mass [1e10 M_sun/h]; h = 0.5.
table = np.column_stack([np.arange(20), positions(20, 70) * BOX * 2000, masses(20, 70) / 1e10])
(FOLDER / "halos.txt").write_text("\n".join(" ".join(repr(float(x)) for x in row) for row in table))
(mesh(CELLS, 70) + 1).astype(">f8").tofile(FOLDER / "rho.bin")

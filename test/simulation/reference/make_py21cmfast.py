"""Files as 21cmFAST 3 writes them, by the names of BEoRN 2.1.2: halos and density at two redshifts.

Box 20 Mpc/h = 28.57 Mpc, h = 0.7, 8^3 cells. Run with NumPy and h5py: python make_py21cmfast.py
"""

import pathlib

import h5py
import numpy as np
from _numbers import masses, mesh, uniform

FOLDER = pathlib.Path(__file__).parent / "py21cmfast"
BOX, H, CELLS = 20.0, 0.7, 8
HALOS = {9.0: 12, 7.5: 25}

FOLDER.mkdir(exist_ok=True)


def inputs(file, z):
    file.create_group("user_params").attrs.update(HII_DIM=CELLS, DIM=3 * CELLS, BOX_LEN=BOX / H)
    file.create_group("cosmo_params").attrs.update(hlittle=H, OMm=0.31, OMb=0.045)
    file.attrs.update(redshift=z, random_seed=12345, version="3.4.0")


for z, count in HALOS.items():
    first = int(2 * z)
    with h5py.File(FOLDER / f"haloes_z{z:.3f}.h5", "w") as file:
        inputs(file, z)
        group = file.create_group("PerturbHaloField")
        group["halo_masses"] = masses(count, first).astype("f4")
        group["halo_coords"] = np.floor(CELLS * uniform(first + np.arange(3 * count))).reshape(-1, 3).astype("i4")
    with h5py.File(FOLDER / f"densities_z{z:.3f}.h5", "w") as file:
        inputs(file, z)
        group = file.create_group("PerturbedField")
        group["density"] = ((mesh(CELLS, first) - 7.5) / 16).astype("f4")
        # Comoving Mpc/s.
        group["velocity_z"] = ((mesh(CELLS, first + 1) - 8) * 2.0**-60).astype("f4")

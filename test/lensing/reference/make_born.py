"""Cuts born.h5 out of a light-cone run of jax_fli 0.1.0 with JaxPM and jax_cosmo: 64^3 particles in 500 Mpc/h, Planck18, four
shells, observer in the middle.

    python make_born.py main_lightcone.h5

Flat planes and convergence are whole; of the HEALPix maps (nside 64, bilinear) every 256th pixel, with the means of all.
"""

import pathlib
import sys

import h5py
import numpy as np

with h5py.File(sys.argv[1]) as f, h5py.File(pathlib.Path(__file__).with_name("born.h5"), "w") as out:

    def put(name, data):
        out.create_dataset(name, data=data, compression="gzip", shuffle=True)

    planes = f["healpix_ring/bilinear"][:]
    put("sphere/planes", planes[:, ::256])
    put("sphere/mean", planes.astype(np.float64).mean(axis=1))
    put("sphere/kappa", f["kappa/healpix_bilinear"][:, ::256])
    put("flat/planes", f["flat/density"][:])
    put("flat/kappa", f["kappa/flat"][:])
    put("flat/kappa_smail", f["kappa/flat_smail"][:])
    for name in ("chi_center", "scale_factor", "width"):
        put("shells/" + name, f["shells/" + name][:])
    out.attrs["origin"] = "jax_fli 0.1.0, JaxPM (41-spherical-lensing), jax_cosmo (ALL-MODIF), float64; sources z = 0.08, 0.2"

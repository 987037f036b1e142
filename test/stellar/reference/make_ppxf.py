"""A small grid in the layout of ppxf's collection, written to emiles_small.npz.  usage: python make_ppxf.py   (numpy)"""
import pathlib

import numpy as np

lam = np.array([4000.0, 4010.0, 4025.0, 4040.0, 4050.0])
ages = np.array([0.1, 1.0, 10.0])
metals = np.array([-1.0, 0.2])
templates = 0.01 * (1 + np.arange(lam.size)[:, None, None] + 10 * np.arange(ages.size)[:, None] + 100 * np.arange(metals.size))
np.savez_compressed(
    pathlib.Path(__file__).with_name("emiles_small.npz"),
    templates=templates, masses=np.ones((ages.size, metals.size)), lam=lam, ages=ages, metals=metals, fwhm=np.full(lam.size, 2.51),
)

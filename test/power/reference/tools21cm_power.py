"""Writes tools21cm.json: cylindrical power and moments of 16^3 numbers, by tools21cm and SciPy.

    python3 tools21cm_power.py

The field is h(x, y, z) + h(x, y, z + 1) / 2 with h = (48271 i mod 65537) / 65537, i the place in C order, in a box of 30.
tools21cm's conventions that matter: logarithmic bins from the lowest wavenumber above 0 to the highest of each direction,
so that modes with k_perp = 0 or k_par = 0 are in none; a bin's k is the geometric middle of its edges; P = V / N^2 |F|^2
without taking off the mean; bins without modes are filled unless told otherwise.
"""

import importlib.metadata
import json
from pathlib import Path

import numpy as np
import scipy.stats
import tools21cm

N, BOX = 16, 30.0
h = ((48271 * np.arange(N**3)) % 65537 / 65537).reshape(N, N, N)
field = h + np.roll(h, -1, axis=2) / 2



def moments(values):
    return {
        "mean": values.mean(),
        "variance": values.var(),
        "skewness": scipy.stats.skew(values, axis=None),
        "kurtosis": scipy.stats.kurtosis(values, axis=None),
    }


def cylinder(axis, binning):
    power, across, along, modes = tools21cm.power_spectrum_2d(
        field, kbins=5, binning=binning, box_dims=BOX, return_modes=True, nu_axis=axis, fill_empty_bins=False
    )
    return {
        "axis": axis,
        "spacing": binning,
        "perpendicular": across.tolist(),
        "parallel": along.tolist(),
        "power": [None if np.isnan(p) else p for p in power.ravel()],
        "modes": modes.ravel().tolist(),
    }


result = {
    "versions": {p: importlib.metadata.version(p) for p in ("tools21cm", "numpy", "scipy")},
    "moments": moments(field),
    "cubed": moments(field**3),
    "cylinder": [cylinder(axis, binning) for axis in range(3) for binning in ("log", "linear")],
}
Path(__file__).with_name("tools21cm.json").write_text(json.dumps(result) + "\n")

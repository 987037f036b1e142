"""Extinction curves of other packages, written to extinction.json.

usage: python make_extinction.py   (dust_extinction 1.7, extinction 0.4.9, numpy, astropy)
"""
import json
import pathlib

import astropy.units as u
import numpy as np
from dust_extinction.parameter_averages import CCM89, G23
from extinction import calzetti00

wave = np.array(  # micrometres
    [0.0915, 0.11, 0.125, 0.15, 0.1695, 0.2, 0.2175, 0.25, 0.303, 0.31, 0.32, 0.4, 0.55, 0.6]
    + [0.64, 0.8, 0.95, 1.05, 1.5, 2.1, 3.2, 5.0, 9.7, 20.0, 31.0]
)


def between(low, high):
    return wave[(wave >= low) & (wave <= high)]


curves = []
for rv in (2.5, 5.0):
    at = between(0.1, 1 / 0.3)
    curves.append(("cardelli89", rv, at, CCM89(Rv=rv)(at * u.micron)))
    at = between(0.0912, 32)
    curves.append(("gordon23", rv, at, G23(Rv=rv, renorm=False)(at * u.micron)))
at = between(0.12, 2.2)
curves.append(("calzetti00", 4.05, at, calzetti00(at * 1e4, 1.0, 4.05)))
rows = [
    {"law": law, "rv": rv, "wavelength": [float(f"{w * 1e4:.6g}") for w in at], "value": np.asarray(value).tolist()}
    for law, rv, at, value in curves
]
path = pathlib.Path(__file__).with_name("extinction.json")
path.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")

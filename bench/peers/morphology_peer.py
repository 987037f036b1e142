"""Labels and distances by scipy.ndimage, spreading by BEoRN, and free paths by tools21cm (none is periodic)."""

import importlib.metadata

import numpy as np
import scipy
from beorn.painting.spread import spreading_excess_fast
from beorn.structs.parameters import Parameters
from scipy import ndimage
from tools21cm import mfp_np

from serve import serve


def field(n, path):
    return np.fromfile(path, dtype=np.float32).reshape(n, n, n)


def label(n, path):
    mask = field(n, path) >= 0.9999999
    return lambda: ndimage.label(mask, structure=np.ones((3, 3, 3)))


def distance(n, path):
    mask = field(n, path) < 0.9999999
    return lambda: ndimage.distance_transform_edt(mask)


def spread(n, path):
    parameters = Parameters()
    parameters.simulation.Ncell = n
    x = field(n, path).astype(np.float64)
    return lambda: spreading_excess_fast(parameters, x)


def rays(n, path):
    x = field(n, path)
    return lambda: mfp_np.mfp3d(x, 0.5, iterations=100_000, verbose=False)


serve(
    {"label": label, "distance": distance, "spread": spread, "rays": rays},
    {p: importlib.metadata.version(p) for p in ("BEoRN", "numpy", "scipy", "tools21cm")},
)

"""BEoRN's sampler of halos from the conditional mass function, and NumPy's reader of text."""

from importlib.metadata import version

import beorn
import numpy as np
from beorn.lpt.chmf import CHMFSampler

from serve import serve


def sample(cells, box, z, mass_min, std):
    parameters = beorn.structs.Parameters()
    parameters.simulation.Ncell = cells
    parameters.simulation.Lbox = box
    parameters.source.halo_mass_min = mass_min
    sampler = CHMFSampler(parameters, hmf_model="ST")
    delta = np.random.default_rng(1).normal(0, std, (cells,) * 3)
    return lambda: sampler.sample(delta, z, seed=1)


def table(path):
    return lambda: np.loadtxt(path, delimiter=",", skiprows=1)


serve({"sample": sample, "table": table}, {"beorn": version("beorn"), "numpy": np.__version__})

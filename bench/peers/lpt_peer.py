"""Initial fields and densities of Lagrangian perturbation theory by BEoRN."""

import logging
import warnings
from importlib.metadata import version

import numpy as np
import scipy
from beorn.lpt import SecondOrderLPT, ThirdOrderLPT
from beorn.structs import Parameters

from serve import serve

logging.disable(logging.INFO)
warnings.simplefilter("ignore")


def solver(n, order):
    parameters = Parameters()
    parameters.simulation.Ncell = n
    parameters.simulation.Lbox = float(n)
    return {2: SecondOrderLPT, 3: ThirdOrderLPT}[order](parameters, seed=1, verbose=False)


def field(n, order):
    return lambda: solver(n, order).get_density(8.0)


def snapshot(n, order):
    kept = solver(n, order)
    kept.get_density(8.0)
    return lambda: kept.get_density(7.0)


serve(
    {"field": field, "snapshot": snapshot},
    {"beorn": version("beorn"), "numpy": np.__version__, "scipy": scipy.__version__},
)

"""Radiation profiles by BEoRN's solver, in memory, and written."""

import json
import logging
import os
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import scipy
from beorn.precomputation.solver import RadiationProfileSolver
from beorn.structs.parameters import Parameters

from serve import serve

logging.disable(logging.WARNING)
warnings.simplefilter("ignore")


def prepared(solver):
    given = Parameters()
    for name, value in json.loads(solver).items():
        setattr(given.solver, name, np.array(value) if isinstance(value, list) else value)
    return RadiationProfileSolver(given, given.solver.redshifts)


def solve(solver):
    run = prepared(solver)
    return lambda: run.solve()


def write(solver):
    profiles = prepared(solver).solve()
    folder = tempfile.mkdtemp()

    def run():
        path = Path(folder) / "profiles.h5"
        profiles._file_path = None
        profiles.write(file_path=path)
        with open(path, "rb") as file:
            os.fsync(file.fileno())
        os.remove(path)

    return run


serve(
    {"solve": solve, "write": write},
    {"beorn": version("BEoRN"), "numpy": np.__version__, "scipy": scipy.__version__},
)

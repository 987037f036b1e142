"""Writes beorn_cube.h5 by BEoRN 2.1.2 itself, for tests of the reader: python make_beorn_cube.py"""

import os
import pathlib

import numpy as np
from beorn.structs.coeval_cube import CoevalCube
from beorn.structs.parameters import Parameters

# BEoRN stores the path that it is given, so a relative one is.
os.chdir(pathlib.Path(__file__).resolve().parent)
path = pathlib.Path("beorn_cube.h5")
parameters = Parameters()
parameters.simulation.Ncell = 4
parameters.simulation.Lbox = 10
parameters.simulation.store_grids = ["delta_b", "Grid_Temp", "Grid_xHII", "Grid_xal", "Grid_dTb"]
parameters.simulation.compute_s_alpha_fluctuations = False
cells = np.arange(64.0).reshape(4, 4, 4)
cube = CoevalCube(
    z=8.25, delta_b=cells / 64 - 0.5, Grid_Temp=10 + cells, Grid_xHII=cells / 64, Grid_xal=1 + cells, parameters=parameters
)
cube.write(file_path=path)
print(cube.Grid_dTb[0, 0])

"""One snapshot painted by BEoRN, from arrays in memory to the cube and its brightness temperature."""

import json
import logging
import warnings
from importlib.metadata import version

import h5py
import numpy as np
import scipy
from beorn.painting.coordinator import PaintingCoordinator
from beorn.structs.halo_catalog import HaloCatalog
from beorn.structs.parameters import Parameters
from beorn.structs.radiation_profiles import RadiationProfiles

from serve import serve

logging.disable(logging.INFO)
warnings.simplefilter("ignore")


class Loader:
    """A snapshot in memory."""

    def __init__(self, parameters, z, positions, masses, alphas, delta):
        self.redshifts = np.array([z])
        self.arrays = positions, masses, alphas, delta
        self.parameters = parameters

    def load_halo_catalog(self, index):
        positions, masses, alphas, _ = self.arrays
        return HaloCatalog(positions=positions, masses=masses, alphas=alphas, parameters=self.parameters)

    def load_density_field(self, index):
        return self.arrays[3]


def repeated(mesh, times):
    for axis in range(3):
        mesh = np.repeat(mesh, times, axis=axis)
    return mesh


def paint(n, snapshots, profiles, parameters, cores):
    given = Parameters()
    with open(parameters) as file:
        groups = json.load(file)
    for group in ("source", "solver", "simulation", "cosmology"):
        for name, value in groups.get("parameters", groups).get(group, {}).items():
            setattr(getattr(given, group), name, np.array(value) if isinstance(value, list) else value)
    given.simulation.Ncell = n
    given.simulation.cores = cores
    with h5py.File(profiles) as file:
        names = "z_history", "halo_mass_bins", "R_bubble", "rho_heat", "rho_alpha", "r_lyal", "r_grid_cell"
        tables = {name: file[name][...].astype(np.float64) for name in names}
    tables["rho_xray"] = np.zeros(1)  # painting does not use it
    with h5py.File(snapshots) as file:
        group = file["snap_0"]
        halos = [group["halo_" + name][...] for name in ("positions", "masses", "alphas")]
        delta = repeated(group["delta_b"][...], n // group["delta_b"].shape[0])
        z = float(group.attrs["z"])
    coordinator = PaintingCoordinator(given, Loader(given, z, *halos, delta), None)
    table = RadiationProfiles(parameters=given, **tables)
    return lambda: coordinator.paint_single(0, table).Grid_dTb


serve(
    {"paint": paint},
    {"beorn": version("BEoRN"), "numpy": np.__version__, "scipy": scipy.__version__},
)

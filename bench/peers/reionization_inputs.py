"""Makes inputs of reionization_bench.ts with BEoRN's own halo sampler and profile solver, the same each time.

    python reionization_inputs.py FOLDER

A box of 100 Mpc/h at z = 8: about 8e5 halos of 1e9 to 1e12 from a linear field on 128^3 cells (conditional mass function
of Sheth and Tormen, environments of 2 Mpc/h), with one accretion rate (17 bins) or scattered ones (about 60 bins), and
profiles for 40 bins of mass, 4 of accretion rate and 19 redshifts.
"""

import json
import os
import sys

import h5py
import numpy as np
from beorn.load_input_data.lpt_loader import LPTHaloLoader
from beorn.precomputation.solver import RadiationProfileSolver
from beorn.structs.parameters import Parameters

CELLS = 128
PARAMETERS = {
    "simulation": {"Ncell": CELLS, "Lbox": 100.0, "cores": 1},
    "source": {"halo_mass_min": 1e9, "halo_mass_max": 1e12},
    "solver": {
        "halo_mass_bin_min": 1e7,
        "halo_mass_bin_max": 1e13,
        "halo_mass_nbin": 41,
        "halo_mass_accretion_alpha": np.linspace(0.1, 0.9, 5),
        "redshifts": np.arange(25.0, 6.5, -1.0),
    },
}


def make_parameters():
    parameters = Parameters()
    for group, values in PARAMETERS.items():
        for name, value in values.items():
            setattr(getattr(parameters, group), name, value)
    return parameters


def write_snapshot(path, positions, masses, alphas, delta):
    with h5py.File(path, "w") as file:
        file.attrs["Lbox_Mpc_per_h"] = PARAMETERS["simulation"]["Lbox"]
        file.attrs["Ncell"] = CELLS
        group = file.create_group("snap_0")
        group.attrs["z"] = 8.0
        for name, values in [("positions", positions), ("masses", masses), ("alphas", alphas)]:
            group.create_dataset("halo_" + name, data=values.astype(np.float32))
        group.create_dataset("delta_b", data=delta.astype(np.float32))


def main(folder):
    os.makedirs(folder, exist_ok=True)
    parameters = make_parameters()
    parameters.cosmo_sim.snapshot_redshifts = np.array([8.0])
    loader = LPTHaloLoader(parameters, seed=42, R_env=2.0, hmf_model="ST")
    halos = loader.load_halo_catalog(0)
    delta = loader.load_density_field(0)
    # Halos that rounding to float32 puts onto the far face stay in the box.
    positions = np.minimum(halos.positions.astype(np.float32), np.nextafter(np.float32(100), np.float32(0)))
    scatter = np.random.default_rng(11).normal(0.65, 0.15, halos.size).clip(0.1, 0.899)
    write_snapshot(folder + "/one_alpha.h5", positions, halos.masses, np.full(halos.size, 0.79), delta)
    write_snapshot(folder + "/four_alphas.h5", positions, halos.masses, scatter, delta)

    profiles = RadiationProfileSolver(parameters, parameters.solver.redshifts).solve()
    with h5py.File(folder + "/profiles.h5", "w") as file:
        for name in ["z_history", "halo_mass_bins", "R_bubble", "rho_heat", "rho_alpha", "r_lyal", "r_grid_cell"]:
            file.create_dataset(name, data=getattr(profiles, name))
    with open(folder + "/parameters.json", "w") as file:
        json.dump(PARAMETERS, file, default=lambda values: values.tolist(), indent=2)
    print(halos.size, "halos")


if __name__ == "__main__":
    main(sys.argv[1])

"""A history of reionization by BEoRN, from the noise of the initial field (or from given snapshots) to spectra.

    python history_peer.py PARAMETERS.json [--noise FILE] [--snapshots-in FILE] [--snapshots-out FILE]
        [--profiles FILE] [--out FOLDER] [--json FILE] [--masses as-written|converted]

PARAMETERS.json has BEoRN's groups `source`, `solver`, `simulation`, `cosmology`, `cosmo_sim`, and `initial`: order (1),
seed (42), fixed (false), R_env [Mpc/h] (null: the cell), n_mass_bins (40), hmf_model ("ST"), ps_method
("eisenstein_hu"), ps_file (null; columns k and P at z = 0 for ps_method "boltzmann"), second_smoothing (true: BEoRN's
sampler smooths the field, a top-hat of R_env already, once more with a Gaussian of R_env, and halos get too few).

--noise: white noise of unit variance on the mesh, .npy or dataset `noise` of an HDF5 file; else NumPy's from the seed.
--snapshots-out: the halos and densities, in the layout that cosmesh reads; --snapshots-in: such a file in place of them.
--profiles: profiles are read from there if the file exists, and else computed and written there.
--masses: BEoRN's sampler gives M_sun, and its sources take the numbers as M_sun/h ("as-written"). "converted" samples
between halo_mass_min/h and halo_mass_max/h and multiplies by h, so that masses and limits are in M_sun/h (default).
"""

import argparse
import json
import logging
import resource
import tempfile
import time
import warnings
from collections import defaultdict
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path

import h5py
import numpy as np
import tools21cm
from beorn.io import Handler
from beorn.load_input_data.lpt_loader import LPTHaloLoader
from beorn.lpt import SecondOrderLPT, ThirdOrderLPT, ZeldovichApproximation
from beorn.painting.coordinator import PaintingCoordinator
from beorn.precomputation.solver import RadiationProfileSolver
from beorn.structs import HaloCatalog, Parameters, RadiationProfiles, TemporalCube

INITIAL = {
    "order": 1,
    "seed": 42,
    "fixed": False,
    "R_env": None,
    "n_mass_bins": 40,
    "hmf_model": "ST",
    "ps_method": "eisenstein_hu",
    "ps_file": None,
    "second_smoothing": True,
}
SOLVERS = {1: ZeldovichApproximation, 2: SecondOrderLPT, 3: ThirdOrderLPT}


def read_parameters(path):
    """BEoRN's parameters, and those of the initial field."""
    groups = json.loads(Path(path).read_text())
    initial = INITIAL | groups.get("initial", {})
    parameters = Parameters()
    for group in ("source", "solver", "simulation", "cosmology", "cosmo_sim"):
        for name, value in groups.get(group, {}).items():
            setattr(getattr(parameters, group), name, np.array(value, float) if isinstance(value, list) else value)
    return parameters, initial


def white_noise(path, n, seed, fixed):
    """`[n, n, n]`; with `fixed`, all modes have the same amplitude."""
    if path is None:
        noise = np.random.default_rng(seed).standard_normal((n, n, n))
    elif path.endswith(".npy"):
        noise = np.load(path)
    else:
        with h5py.File(path) as file:
            noise = file["noise"][...]
    if not fixed:
        return noise.astype(np.float64)
    modes = np.fft.rfftn(noise)
    return np.fft.irfftn(modes / np.abs(modes) * n**1.5, s=noise.shape)


class Sampled:
    """Halos and densities from an initial field."""

    def __init__(self, parameters, initial, noise, converted):
        self.parameters = parameters
        self.factor = parameters.cosmology.h0 if converted else 1.0
        own = deepcopy(parameters)  # the sampler's limits are in its own unit
        own.source.halo_mass_min /= self.factor
        own.source.halo_mass_max /= self.factor
        power = {"ps_method": initial["ps_method"]}
        if initial["ps_file"] is not None:
            power["ps_file"] = initial["ps_file"]
        solver = SOLVERS[initial["order"]](own, seed=initial["seed"], verbose=False, **power)
        solver.generate_initial_conditions(grf=noise)
        names = ("seed", "R_env", "n_mass_bins", "hmf_model")
        self.loader = LPTHaloLoader(own, lpt_solver=solver, **{name: initial[name] for name in names}, **power)
        if not initial["second_smoothing"]:
            self.loader.sampler._smooth_field = lambda field, radius: field
        self.redshifts = self.loader.redshifts

    def load_halo_catalog(self, index):
        halos = self.loader.load_halo_catalog(index)
        n = self.parameters.simulation
        # Positions that rounding to float32 puts onto the far face stay in the box.
        positions = np.minimum(halos.positions, np.nextafter(np.float32(n.Lbox), np.float32(0)))
        masses = halos.masses * self.factor
        return HaloCatalog(positions=positions, masses=masses, parameters=self.parameters)

    def load_density_field(self, index):
        return self.loader.load_density_field(index)


class Stored:
    """Halos and densities of a file of snapshots."""

    def __init__(self, parameters, path):
        self.parameters = parameters
        self.file = h5py.File(path)
        box, cells = self.file.attrs["Lbox_Mpc_per_h"], self.file.attrs["Ncell"]
        if (box, cells) != (parameters.simulation.Lbox, parameters.simulation.Ncell):
            raise ValueError(f"Cannot use {path}: it has {cells}^3 cells in a box of {box} Mpc/h")
        names = [name for name in self.file if name.startswith("snap_")]
        self.groups = [self.file[name] for name in sorted(names, key=lambda name: int(name[5:]))]
        self.redshifts = np.array([float(group.attrs["z"]) for group in self.groups])

    def load_halo_catalog(self, index):
        group = self.groups[index]
        alphas = group["halo_alphas"][...] if "halo_alphas" in group else None
        return HaloCatalog(
            positions=group["halo_positions"][...],
            masses=group["halo_masses"][...].astype(np.float64),
            alphas=alphas,
            parameters=self.parameters,
        )

    def load_density_field(self, index):
        return self.groups[index]["delta_b"][...]


def clock():
    """[s] Of the wall, and of all this process's threads together."""
    return np.array([time.perf_counter(), time.process_time()])


class Timed:
    """A loader whose time is counted, and which keeps what it loaded last."""

    def __init__(self, loader):
        self.loader, self.redshifts, self.seconds = loader, loader.redshifts, np.zeros(2)

    def _timed(self, load, index):
        start = clock()
        loaded = load(index)
        self.seconds += clock() - start
        return loaded

    def load_halo_catalog(self, index):
        self.halos = self._timed(self.loader.load_halo_catalog, index)
        return self.halos

    def load_density_field(self, index):
        return self._timed(self.loader.load_density_field, index)


def write_snapshot(file, index, z, halos, delta):
    group = file.create_group(f"snap_{index}")
    group.attrs["z"] = z
    packed = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
    data = [
        ("halo_positions", halos.positions.astype(np.float32), "Mpc/h"),
        ("halo_masses", halos.masses, "M_sun/h"),
        ("delta_b", delta.astype(np.float32), "1"),
    ]
    for name, values, unit in data:
        chunked = packed if values.size else {}
        group.create_dataset(name, data=values, **chunked).attrs["unit"] = unit


def radiation_profiles(parameters, path):
    if path is not None and Path(path).exists():
        return RadiationProfiles.read(path)
    profiles = RadiationProfileSolver(parameters, parameters.solver.redshifts).solve()
    if path is not None:
        profiles.write(file_path=Path(path))
    return profiles


def spectrum(field, box, bins):
    """Of the field minus its mean."""
    power, k, modes = tools21cm.power_spectrum.power_spectrum_1d(
        field - field.mean(), kbins=bins, box_dims=box, return_n_modes=True
    )
    return power, k, modes


def measure(cube, halos, box, bins):
    """Numbers of one snapshot."""
    fields = {"xHII": cube.Grid_xHII, "Temp": cube.Grid_Temp, "xal": cube.Grid_xal, "dTb": cube.Grid_dTb}
    fields["delta_b"] = np.asarray(cube.delta_b, np.float64)
    numbers = {"z": float(cube.z), "halos": int(halos.size), "halo_mass": float(np.sum(halos.masses))}
    numbers["largest_halo"] = float(np.max(halos.masses, initial=0.0))
    numbers["mean"] = {name: float(field.mean()) for name, field in fields.items()}
    numbers["std"] = {name: float(field.std()) for name, field in fields.items()}
    numbers["power"] = {name: spectrum(fields[name], box, bins)[0].tolist() for name in ("dTb", "xHII", "delta_b")}
    return numbers


def history(parameters, initial, options):
    seconds, start = defaultdict(lambda: np.zeros(2)), clock()

    def lap(name):
        nonlocal start
        now = clock()
        seconds[name] += now - start
        start = now

    simulation = parameters.simulation
    if options.snapshots_in:
        loader = Timed(Stored(parameters, options.snapshots_in))
    else:
        noise = white_noise(options.noise, simulation.Ncell, initial["seed"], initial["fixed"])
        loader = Timed(Sampled(parameters, initial, noise, options.masses == "converted"))
    lap("initial")
    profiles = radiation_profiles(parameters, options.profiles)
    lap("profiles")
    snapshots = h5py.File(options.snapshots_out, "w") if options.snapshots_out else None
    if snapshots:
        snapshots.attrs.update({"Lbox_Mpc_per_h": float(simulation.Lbox), "Ncell": simulation.Ncell})
    bins = simulation.kbins.size
    results = []
    with tempfile.TemporaryDirectory() as folder:
        handler = Handler(Path(options.out or folder))
        cubes = TemporalCube.create_empty(parameters, handler.file_root)
        coordinator = PaintingCoordinator(parameters, loader, handler)
        for index in range(loader.redshifts.size):
            start, loader.seconds = clock(), np.zeros(2)
            cube = coordinator.paint_single(index, profiles)
            _ = cube.Grid_dTb
            lap("paint")
            seconds["paint"] -= loader.seconds
            seconds["load"] += loader.seconds
            cubes.append(cube, index)
            lap("write")
            numbers = measure(cube, loader.halos, simulation.Lbox, bins)
            lap("measure")
            if snapshots:
                write_snapshot(snapshots, index, float(loader.redshifts[index]), loader.halos, cube.delta_b)
            results.append(numbers)
            mean = numbers["mean"]
            print(
                f"z = {numbers['z']:6.3f}: {numbers['halos']:8d} halos, x_HII {mean['xHII']:.5f}, T {mean['Temp']:9.3f} K,"
                f" x_alpha {mean['xal']:8.4f}, dTb {mean['dTb']:9.4f} mK",
                flush=True,
            )
    if snapshots:
        snapshots.close()
    k, modes = spectrum(np.asarray(cube.delta_b, np.float64), simulation.Lbox, bins)[1:]
    seconds["total"] = sum(seconds.values())
    return {
        "seconds": {name: float(wall) for name, (wall, _) in seconds.items()},
        "cpuSeconds": {name: float(cpu) for name, (_, cpu) in seconds.items()},
        "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "k": k.tolist(),
        "modes": np.asarray(modes).astype(int).tolist(),
        "snapshots": results,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parameters")
    for name in ("noise", "snapshots-in", "snapshots-out", "profiles", "out", "json"):
        parser.add_argument("--" + name)
    parser.add_argument("--masses", choices=["as-written", "converted"], default="converted")
    options = parser.parse_args()
    logging.disable(logging.INFO)
    warnings.simplefilter("ignore")
    parameters, initial = read_parameters(options.parameters)
    record = history(parameters, initial, options)
    record["versions"] = {name: version(name) for name in ("BEoRN", "tools21cm", "numpy", "scipy")}
    for kind in ("seconds", "cpuSeconds"):
        print(kind, {name: round(value, 2) for name, value in record[kind].items()})
    print(f"peak {record['peakMiB']:.0f} MiB")
    if options.json:
        Path(options.json).write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""Opens what cosmesh wrote with BEoRN's classes and with tools21cm.

    python open_files.py FOLDER ...

Goes through the folders and all below them. Prints a line for each thing that opened and holds what it should; a line on
stderr, and status 1, for each that did not, or if there was nothing to open.
"""

import contextlib
import io
import json
import logging
import sys
import warnings
from pathlib import Path

import h5py
import numpy as np
import tools21cm
from beorn.painting.coordinator import PaintingCoordinator
from beorn.structs import (
    CoevalCube,
    HaloCatalog,
    Lightcone,
    Parameters,
    RadiationProfiles,
    StatisticsEstimator,
    TemporalCube,
)
from beorn.structs.radiation_profiles import RadiationProfilesFStarGrid

GRIDS = ("delta_b", "Grid_Temp", "Grid_xHII", "Grid_xal")
# Both compute dTb from the same float32 fields; collision rates differ by 1e-4 between the tables' interpolations.
DTB_TOLERANCE = 1e-3
RAYS = 20000


def need(condition, rule):
    if not condition:
        raise ValueError(rule)


def coeval_cube(path):
    cube = CoevalCube.read(path)
    shape = cube.delta_b.shape
    need(f"CoevalCube_z{cube.z:.3f}.h5" == path.name, f"z = {cube.z} does not go with the name")
    need(len(shape) == 3 and len(set(shape)) == 1, f"delta_b has shape {shape}")
    for name in GRIDS:
        grid = getattr(cube, name)
        need(grid.shape == shape and np.isfinite(grid[:]).all(), f"{name} has shape {grid.shape}, or is not finite")
    need(cube.Grid_xHII[:].min() >= 0 and cube.Grid_xHII[:].max() <= 1, "x_HII is not from 0 to 1")
    need(cube.parameters.simulation.Ncell == shape[0], "parameters.simulation.Ncell is another")
    if "Grid_dTb" in h5py.File(path):
        stored = cube.Grid_dTb[:]
        computed = CoevalCube.Grid_dTb.func(cube)
        error = np.abs(stored - computed).max() / max(1.0, np.abs(computed).max())
        need(error < DTB_TOLERANCE, f"Grid_dTb is off by {error:.1e} from what BEoRN computes")
    return f"{shape[0]}^3 cells, mean x_HII {cube.Grid_xHII[:].mean():.4f}"


def temporal_cube(folder):
    before = {path.name for path in folder.iterdir()}
    cube = TemporalCube.read(folder)
    added = {path.name for path in folder.iterdir()} - before
    for name in added:
        (folder / name).unlink()
    n = len(cube.z)
    means = {field: cube.global_mean(field) for field in ("dTb", "Temp", "xHII", "xal")}
    need(all(np.isfinite(values).all() for values in means.values()), "means are not finite")
    for i in range(n):
        snapshot = cube.snapshot(i)
        need(abs(snapshot.z - cube.z[i]) < 6e-4, "snapshots are in another order")
    history = f"{n} redshifts, x_HII {means['xHII'][-1]:.3f} to {means['xHII'][0]:.3f}"
    if added:
        history += f" (BEoRN added {', '.join(added)}; removed)"
    if n < 2:
        return history
    cone = Lightcone.build(cube.parameters, cube, "Grid_dTb")
    need(np.isfinite(cone.data).all(), "a light-cone of it is not finite")
    return history + f", light-cone {cone.data.shape}"


def tools_on_cubes(folder):
    """Spectra, bubble sizes and a light-cone, by tools21cm on the arrays."""
    cube = TemporalCube.read(folder)
    box = float(cube.parameters.simulation.Lbox)
    done = []
    for i, z in enumerate(cube.z):
        snapshot = cube.snapshot(i)
        field = np.asarray(snapshot.Grid_dTb[:], np.float64)
        power, k = tools21cm.power_spectrum.power_spectrum_1d(field - field.mean(), kbins=10, box_dims=box)
        need(np.isfinite(power).all() and (power >= 0).all(), f"z = {z}: power of dTb is not finite")
        ionised = snapshot.Grid_xHII[:]
        if not (ionised > 0.5).any() or (ionised > 0.5).all():
            continue
        radii, distribution = tools21cm.mfp(ionised, xth=0.5, boxsize=box, iterations=RAYS, verbose=False)
        need(np.isfinite(distribution).all() and distribution.sum() > 0, f"z = {z}: no bubble sizes")
        done.append(float(radii[np.argmax(distribution)]))
    cone = ""
    if len(cube.z) > 1:
        mpc = box / float(cube.parameters.cosmology.h0)
        cubes = {float(z): np.asarray(cube.Grid_dTb[i]) for i, z in enumerate(cube.z)}
        data, redshifts = tools21cm.make_lightcone(cubes, los_axis=2, raw_density=False, box_length_mpc=mpc)
        need(np.isfinite(data).all() and data.shape[2] == len(redshifts), "a light-cone of them is not finite")
        cone = f", light-cone of {len(redshifts)} slices"
    return f"{len(cube.z)} spectra, bubbles at {len(done)} redshifts{cone}"


def radiation_profiles(path):
    with h5py.File(path) as file:
        kind = RadiationProfilesFStarGrid if "f_st_grid" in file else RadiationProfiles
    profiles = kind.read(path)
    profiles.validate()
    *bins, redshifts = profiles.R_bubble.shape
    need(profiles.z_history.shape == (redshifts,), "z_history has another length than R_bubble")
    need(np.all(np.diff(profiles.z_history[:]) < 0), "z_history does not fall")
    need(profiles.halo_mass_bins.shape == (bins[0] + 1, bins[1] + 1, redshifts), "halo_mass_bins has another shape")
    for name, radii in [("rho_xray", "r_grid_cell"), ("rho_heat", "r_grid_cell"), ("rho_alpha", "r_lyal")]:
        shape = getattr(profiles, radii).shape + profiles.R_bubble.shape
        need(getattr(profiles, name).shape == shape, f"{name} has not shape {shape}")
    painted = paint_one_halo(profiles) if kind is RadiationProfiles and profiles.parameters else "not painted"
    return f"{' x '.join(map(str, bins))} bins, {redshifts} redshifts, {painted}"


class OneHalo:
    """A snapshot with one halo in the middle of mass bin `bin` at the last redshift of the profiles."""

    def __init__(self, parameters, profiles):
        edges, alphas = profiles.halo_mass_bins[:, 0, -1], np.asarray(parameters.solver.halo_mass_accretion_alpha)
        self.parameters, self.redshifts = parameters, profiles.z_history[-1:]
        bubbles = profiles.R_bubble[:, 0, -1]
        i = int(np.argmax(bubbles > 0.5 * bubbles.max()))
        self.mass, self.alpha = np.sqrt(edges[i] * edges[i + 1]), 0.5 * (alphas[0] + alphas[1])

    def load_halo_catalog(self, index):
        middle = np.full((1, 3), 0.5 * self.parameters.simulation.Lbox)
        given = {"positions": middle, "masses": np.array([self.mass]), "alphas": np.array([self.alpha])}
        return HaloCatalog(**given, parameters=self.parameters)

    def load_density_field(self, index):
        return np.zeros((self.parameters.simulation.Ncell,) * 3)


def paint_one_halo(profiles):
    parameters = profiles.parameters
    simulation = parameters.simulation
    simulation.Ncell, simulation.Lbox, simulation.cores = 16, 50.0, 1
    parameters.source.halo_mass_min, parameters.source.halo_mass_max = 0.0, np.inf
    cube = PaintingCoordinator(parameters, OneHalo(parameters, profiles), None).paint_single(0, profiles)
    need(np.isfinite(cube.Grid_dTb).all() and cube.Grid_xHII.max() > 0, "a halo painted with them ionises nothing")
    return "one halo painted"


def statistics(path):
    results = StatisticsEstimator.from_file(path).results
    n = len(results["z"])
    for name in ("mean_dTb", "mean_Temp", "mean_xHII", "mean_xal"):
        need(results[name].shape == (n,), f"{name} has not shape ({n},)")
    need(np.all(np.diff(results["z"]) > 0), "z does not rise")
    need(results["ps_dTb"].shape == (n, len(results["k"])), "ps_dTb has not shape (z, k)")
    return f"{n} redshifts, {len(results['k'])} wavenumbers, {len(results)} tables"


def light_cone(path, cones, redshifts):
    """BEoRN has no files of these: tools21cm and BEoRN take the arrays, with the line of sight last."""
    with h5py.File(path) as file:
        z = file[redshifts][...]
        fields = {name: file[name][...] for name in cones}
    need(np.all(np.diff(z) > 0), f"{redshifts} does not rise")
    for name, data in fields.items():
        need(data.shape[2] == len(z), f"{name}: the line of sight is not the last axis")
        need(np.isfinite(data).all(), f"{name} is not finite")
        cone = Lightcone(data=data, redshifts=z, parameters=Parameters(), quantity=name)
        rms = tools21cm.apply_func_along_los(tools21cm.subtract_mean_signal(cone.data, los_axis=2), np.std, 2)
        need(np.isfinite(rms).all(), f"{name}: its fluctuation along the line of sight is not finite")
    return f"{', '.join(fields)}: {len(z)} slices, z = {z[0]:.3f} to {z[-1]:.3f}"


def parameter_file(path):
    parameters = Parameters.from_yaml(path)
    numbers = [parameters.source.halo_mass_min, parameters.source.f_st, parameters.simulation.Lbox, parameters.cosmology.Om]
    need(all(isinstance(value, (int, float)) for value in numbers), f"numbers are read as text: {numbers}")
    return f"halo_mass_min {parameters.source.halo_mass_min:g}"


def things_in(file):
    """What an HDF5 file is, by what it holds: (class, function) pairs."""
    if not h5py.is_hdf5(file):
        return
    with h5py.File(file) as opened:
        shapes = {name: item.shape for name, item in opened.items() if isinstance(item, h5py.Dataset)}
    cones = [name for name, shape in shapes.items() if len(shape) == 3]
    axis = next((name for name in ("redshifts", "z") if len(shapes.get(name, ())) == 1), None)
    if file.name.startswith("CoevalCube_"):
        yield "CoevalCube", coeval_cube
    elif "R_bubble" in shapes:
        yield "RadiationProfiles", radiation_profiles
    elif "mean_dTb" in shapes:
        yield "StatisticsEstimator", statistics
    elif cones and axis:
        yield "Lightcone, tools21cm", lambda path: light_cone(path, cones, axis)


def all_things(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    files = [path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    for file in files:
        if file.name == "igm_params.yaml":
            yield file, "Parameters", parameter_file
        elif file.suffix in (".h5", ".hdf5"):
            for name, check in things_in(file):
                yield file, name, check
    for parent in sorted({file.parent for file in files if file.name.startswith("CoevalCube_")}):
        yield parent, "TemporalCube", temporal_cube
        yield parent, "tools21cm", tools_on_cubes


def main(folders):
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    opened = failed = 0
    for folder in map(Path, folders):
        for path, name, check in all_things(folder):
            try:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    found = check(path)
                print(f"OK {path}: {name}, {found}", flush=True)
                opened += 1
            except Exception as error:
                print(f"FAILED {path}: {name}, {type(error).__name__}: {error}", file=sys.stderr, flush=True)
                failed += 1
    print(json.dumps({"opened": opened, "failed": failed}))
    return 1 if failed or not opened else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))

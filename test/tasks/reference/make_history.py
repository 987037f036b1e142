"""Makes history_noise.h5 and history.json with BEoRN, in about five minutes.

    python test/tasks/reference/make_history.py

The parameters are those of bench/history_parameters.json, on 32^3 cells in 50 Mpc/h. The noise is NumPy's PCG64 with seed
2026, rounded to float32. One initial field, and halos drawn from it with several seeds: the scatter of what is drawn at random.
"""

import json
import logging
import sys
import tempfile
import warnings
from argparse import Namespace
from importlib.metadata import version
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).parent
BENCH = HERE.parents[2] / "bench"
sys.path.insert(0, str(BENCH / "peers"))
from history_peer import history, read_parameters  # noqa: E402

CELLS, BOX, NOISE_SEED = 32, 50.0, 2026
# Masses in M_sun/h and one smoothing, as meant; and BEoRN as it is.
VARIANTS = {
    "corrected": {"masses": "converted", "second_smoothing": False, "seeds": range(1, 7)},
    "as_is": {"masses": "as-written", "second_smoothing": True, "seeds": range(1, 4)},
}


def rounded(values, digits=6):
    return [float(f"{value:.{digits}g}") for value in np.ravel(values)]


def over_seeds(runs, *path):
    """Mean and standard deviation over the seeds of one number, or list of numbers, of each snapshot."""
    out = []
    for snapshots in zip(*(run["snapshots"] for run in runs)):
        values = []
        for snapshot in snapshots:
            for key in path:
                snapshot = snapshot[key]
            values.append(snapshot)
        out.append((np.mean(values, axis=0), np.std(values, axis=0, ddof=1)))
    means, scatters = zip(*out)
    if np.ndim(means[0]) == 0:
        return {"mean": rounded(means), "scatter": rounded(scatters, 3)}
    return {"mean": [rounded(m) for m in means], "scatter": [rounded(s, 3) for s in scatters]}


def main():
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    groups = json.loads((BENCH / "history_parameters.json").read_text())
    groups["simulation"] = {"Ncell": CELLS, "Lbox": BOX}
    noise = np.random.default_rng(NOISE_SEED).standard_normal((CELLS,) * 3).astype(np.float32)
    noise_file = HERE / "history_noise.h5"
    with h5py.File(noise_file, "w") as file:
        file.create_dataset("noise", data=noise, compression="gzip", compression_opts=9, shuffle=True)
    runs = {name: [] for name in VARIANTS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parameters.json"
        for name, results in runs.items():
            variant = VARIANTS[name]
            groups["initial"]["second_smoothing"] = variant["second_smoothing"]
            for seed in variant["seeds"]:
                groups["initial"]["seed"] = seed
                path.write_text(json.dumps(groups))
                options = Namespace(
                    noise=str(noise_file),
                    snapshots_in=None,
                    snapshots_out=None,
                    profiles=f"{folder}/profiles.h5",
                    out=f"{folder}/{name}{seed}",
                    masses=variant["masses"],
                )
                print(name, seed, flush=True)
                Path(options.out).mkdir()
                results.append(history(*read_parameters(path), options))
    means = ("xHII", "Temp", "xal", "dTb")
    numbers = {}
    for name, results in runs.items():
        numbers[name] = {
            "halos": over_seeds(results, "halos"),
            "halo_mass": over_seeds(results, "halo_mass"),
            **{"mean_" + field: over_seeds(results, "mean", field) for field in means},
            "std_dTb": over_seeds(results, "std", "dTb"),
        }
    first = runs["corrected"]
    numbers["corrected"]["std_delta_b"] = rounded([s["std"]["delta_b"] for s in first[0]["snapshots"]])
    for name in ("dTb", "xHII"):
        numbers["corrected"]["power_" + name] = over_seeds(first, "power", name)
    numbers["corrected"]["power_delta_b"] = [rounded(s["power"]["delta_b"]) for s in first[0]["snapshots"]]
    del groups["initial"]["seed"], groups["initial"]["second_smoothing"]
    record = {
        "versions": {name: version(name) for name in ("BEoRN", "tools21cm", "numpy", "scipy")},
        "parameters": groups,
        "noise_seed": NOISE_SEED,
        "variants": {name: {**variant, "seeds": list(variant["seeds"])} for name, variant in VARIANTS.items()},
        "z": [s["z"] for s in first[0]["snapshots"]],
        "k": rounded(first[0]["k"]),
        "modes": first[0]["modes"],
        **numbers,
    }
    text = json.dumps(record, indent=1)
    (HERE / "history.json").write_text(text + "\n")


if __name__ == "__main__":
    main()

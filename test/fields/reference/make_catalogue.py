"""Writes catalogue.parquet and kappa.parquet, the fixtures of test/fields/parquet_test.ts.

The features are those of jax-fli 0.1.0 (`_build_features` in jax_fli/io/catalog.py, version 2 of the layout), written as
there by `datasets` 5.2.0 with pyarrow 26.0.1. Numbers are counted up, so that each has its place.
"""

import numpy as np
from datasets import Array2D, Array5D, Dataset, Features, Sequence, Value

NUMBERS = {"Omega_c": 0.2607, "Omega_b": 0.049, "h": 0.6766, "n_s": 0.9665, "sigma8": 0.8102}
NUMBERS |= {"w0": -0.9, "wa": 0.1, "Omega_k": 0.0, "Omega_nu": 0.0014}


def write(path, array, feature, more, optional):
    shells = array.shape[0]
    row = {
        "array": array,
        "z_sources": more["z_sources"],
        "scale_factors": more["scale_factors"],
        "comoving_centers": more["comoving_centers"],
        "density_width": more["density_width"],
        "mesh_size": [2, 3, 4],
        "box_size": [20.2, 30.3, 40.4],
        "observer_position": [0.5, 0.5, 0.1],
        "halo_size": [0, 0],
        "status": more["status"],
        "unit": more["unit"],
        **NUMBERS,
        "version": 2,
        "field_type": more["field_type"],
        **{name: value for name, (value, _) in optional.items()},
    }
    assert all(len(row[name]) == shells for name in ("z_sources", "scale_factors"))
    features = {name: Value("float32") for name in NUMBERS}
    features |= {name: Sequence(Value("float64")) for name in ("z_sources", "scale_factors")}
    features |= {name: Sequence(Value("float64")) for name in ("comoving_centers", "density_width")}
    features |= {"mesh_size": Sequence(Value("int32"), length=3), "halo_size": Sequence(Value("int32"), length=2)}
    features |= {name: Sequence(Value("float32"), length=3) for name in ("box_size", "observer_position")}
    features |= {name: Value("string") for name in ("status", "unit", "field_type")}
    features |= {"version": Value("int32"), "array": feature}
    features |= {name: kind for name, (_, kind) in optional.items()}
    columns = {name: [value] for name, value in row.items()}
    Dataset.from_dict(columns, features=Features({name: features[name] for name in row})).to_parquet(path)


particles = np.arange(2 * 2 * 3 * 4 * 3, dtype="f4").reshape(2, 2, 3, 4, 3)
write(
    "catalogue.parquet",
    particles,
    Array5D(shape=(None, 2, 3, 4, 3), dtype="float32"),
    {
        "z_sources": [0.25, 1.0],
        "scale_factors": [0.8, 0.5],
        "comoving_centers": [5.0, 15.0],
        "density_width": [10.0, 10.0],
        "status": "LIGHTCONE",
        "unit": "GRID_RELATIVE",
        "field_type": "ParticleField",
    },
    {},
)
write(
    "kappa.parquet",
    np.arange(12, dtype="f8").reshape(1, 12) / 7,
    Array2D(shape=(None, 12), dtype="float64"),
    {
        "z_sources": [0.2],
        "scale_factors": [0.0],
        "comoving_centers": [570.5],
        "density_width": [0.0],
        "status": "KAPPA",
        "unit": "DIMENSIONLESS",
        "field_type": "SphericalKappaField",
    },
    {"nside": (1, Value("int32"))},
)

"""A cube of MUSE by RUBIX, as its users make one: one process, from the galaxy's file to the cube.

usage: python ifu_rubix.py FOLDER [again]

FOLDER has rubix_galaxy.h5. Prints one line of JSON: seconds of each part since the process began to import, peak memory, and
with `again` the time of the compiled program alone.
"""
import json
import os
import resource
import sys
import time

start = time.perf_counter()
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import rubix  # noqa: E402
from rubix.core.pipeline import RubixPipeline  # noqa: E402

imported = time.perf_counter()
config = {
    "pipeline": {"name": "calc_ifu"},
    "logger": {"log_level": "ERROR", "log_file_path": None, "format": "%(message)s"},
    "data": {
        "name": "IllustrisAPI",
        "args": {"api_key": "x", "particle_type": ["stars"], "simulation": "TNG50-1", "snapshot": 99, "save_data_path": "x"},
        "load_galaxy_args": {"id": 14, "reuse": True},
        "subset": {"use_subset": False, "subset_size": 1000},
    },
    "simulation": {"name": "IllustrisTNG", "args": {"path": "x"}},
    "output_path": sys.argv[1],
    "telescope": {
        "name": "MUSE",
        "psf": {"name": "gaussian", "size": 5, "sigma": 0.6},
        "lsf": {"sigma": 0.5},
        "noise": {"signal_to_noise": 1, "noise_distribution": "normal"},
    },
    "cosmology": {"name": "PLANCK15"},
    "galaxy": {"dist_z": 0.1, "rotation": {"type": "edge-on"}},
    "ssp": {
        "template": {"name": "BruzualCharlot2003"},
        "dust": {
            "extinction_model": "Cardelli89",
            "dust_to_gas_ratio": 0.01,
            "dust_to_metals_ratio": 0.4,
            "dust_grain_density": 3.5,
            "Rv": 3.1,
        },
    },
}
pipe = RubixPipeline(config)
built = time.perf_counter()
data = pipe.prepare_data()
ready = time.perf_counter()
cube = jax.block_until_ready(pipe.run_sharded(data))
done = time.perf_counter()
result = {
    "import": imported - start,
    "setup": built - imported,
    "data": ready - built,
    "run": done - ready,
    "total": done - start,
    "sum": float(jnp.sum(cube)),
    "shape": list(cube.shape),
}
if "again" in sys.argv:
    compiled = jax.jit(pipe.func)
    jax.block_until_ready(compiled(data).stars.datacube)
    begin = time.perf_counter()
    jax.block_until_ready(compiled(data).stars.datacube)
    result["again"] = time.perf_counter() - begin
result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
result["versions"] = {"astro-rubix": rubix.__version__, "jax": jax.__version__}
result["cores"] = os.cpu_count()
print(json.dumps(result))

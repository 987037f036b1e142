"""Writes jax.json: keys, words and numbers of jax.random, by JAX 0.10.2 on a CPU.

    JAX_ENABLE_X64=1 python make.py > jax.json
"""

import json

import jax
import jax.numpy as jnp
import numpy as np

key = jax.random.key(7)


def words(keys):
    return [int(w) for w in np.asarray(jax.random.key_data(keys)).ravel()]


def floats(values):
    return [float(v) for v in np.asarray(values)]


print(
    json.dumps(
        {
            "jax": jax.__version__,
            "keyOfLargeSeed": words(jax.random.key(2**40 + 5)),
            "fold12": words(jax.random.fold_in(key, 12)),
            "foldLargest": words(jax.random.fold_in(key, 2**32 - 1)),
            "foldTwice": words(jax.random.fold_in(jax.random.fold_in(key, 3), 0)),
            "split3": words(jax.random.split(key, 3)),
            "bits32": [int(w) for w in jax.random.bits(key, (11,), jnp.uint32)],
            "bits64": [str(int(w)) for w in jax.random.bits(key, (11,), jnp.uint64)],
            "uniform32": floats(jax.random.uniform(key, (50,), jnp.float32)),
            "uniform64": floats(jax.random.uniform(key, (50,), jnp.float64)),
            "normal32": floats(jax.random.normal(key, (400,), jnp.float32)),
            "normal64": floats(jax.random.normal(key, (400,), jnp.float64)),
        }
    )
)

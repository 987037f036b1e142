"""Particle-mesh steps of JaxPM's forces on the CPU, compiled; the first call, which compiles, is not measured."""

import json
from importlib.metadata import version
from pathlib import Path

import jax
import numpy as np
from jaxpm.pm import pm_forces

from serve import serve


@jax.jit
def step(x, p, kick, drift):
    p = p + kick * pm_forces(x, mesh_shape=x.shape[:3], paint_absolute_pos=False)
    return x + drift * p, p


def run(folder, n, steps, threads):
    read = (np.fromfile(Path(folder, f"{name}.f32"), np.float32).reshape(3, n, n, n) for name in ("x", "p"))
    x0, p0 = (np.ascontiguousarray(np.moveaxis(a, 0, -1)) for a in read)
    factors = json.loads(Path(folder, "factors.json").read_text())

    def once():
        x, p = jax.numpy.asarray(x0), jax.numpy.asarray(p0)
        for kick, drift in zip(factors["kick"][:steps], factors["drift"]):
            x, p = step(x, p, np.float32(kick), np.float32(drift))
        return jax.block_until_ready(x)

    once()
    return once


serve({"steps": run}, {"jaxpm": version("jaxpm"), "jax": version("jax")})

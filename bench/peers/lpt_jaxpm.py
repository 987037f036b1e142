"""Second-order Lagrangian perturbation theory of JaxPM on the CPU, compiled; the first call, which compiles, is not measured."""

from importlib.metadata import version

import jax
import jax_cosmo as jc
import numpy as np
from jaxpm.pm import lpt

from serve import serve


def displaced(n, **_):
    cosmology = jc.Planck15(Omega_c=0.2621, Omega_b=0.049, h=0.6766, n_s=0.9665, sigma8=0.8102)
    field = jax.numpy.asarray(np.random.default_rng(1).standard_normal((n, n, n), dtype=np.float32))
    compiled = jax.jit(lambda field: lpt(cosmology, field, a=0.1, order=2)[:2])

    def once():
        return jax.block_until_ready(compiled(field))

    once()
    return once


serve({"lpt2": displaced}, {"jaxpm": version("jaxpm"), "jax": version("jax")})

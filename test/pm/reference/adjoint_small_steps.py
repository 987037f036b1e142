"""Derivatives of a particle-mesh run by automatic differentiation, for test/pm/adjoint_reference_test.ts.

    python adjoint_small_steps.py        (jax 0.10.2, h5py; float64)

Reads pm_small_steps.h5 (particles of second order at a = 0.1, and factors of 18 steps to a = 1) and writes
adjoint_small_steps.h5: half the mean squared density at the end, and its derivatives by the first displacements and momenta
(every third particle along each axis) and by the factors.
"""

from pathlib import Path

import h5py
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
here = Path(__file__).parent
with h5py.File(here / "pm_small_steps.h5") as f:
    x0, p0, kick, drift = (f[name][:] for name in ["lpt2/dx", "lpt2/p", "rkdk/kick", "rkdk/drift"])
n = x0.shape[1]
site = np.stack(np.meshgrid(*[np.arange(n)] * 3, indexing="ij"))
k = 2 * np.pi * np.fft.fftfreq(n)
kx, ky, kz = np.meshgrid(k, k, k[: n // 2 + 1], indexing="ij")
kz = np.abs(kz)
k2 = kx**2 + ky**2 + kz**2
inverse = np.divide(-1.0, k2, out=np.zeros_like(k2), where=k2 > 0)


def corners(x):
    below = jnp.floor(x)
    above = x - below
    base = site + below.astype(int)
    for corner in np.ndindex(2, 2, 2):
        weight = jnp.prod(jnp.stack([above[c] if corner[c] else 1 - above[c] for c in range(3)]), axis=0)
        yield tuple((base[c] + corner[c]) % n for c in range(3)), weight


def density(x):
    rho = jnp.zeros((n, n, n))
    for at, weight in corners(x):
        rho = rho.at[at].add(weight)
    return rho


def force(x):
    phi = jnp.fft.irfftn(jnp.fft.rfftn(density(x)) * inverse, s=(n, n, n))
    slope = lambda c: (8 * (jnp.roll(phi, -1, c) - jnp.roll(phi, 1, c)) - (jnp.roll(phi, -2, c) - jnp.roll(phi, 2, c))) / 12
    mesh = -jnp.stack([slope(c) for c in range(3)])
    return sum(weight * mesh[(slice(None), *at)] for at, weight in corners(x))


@jax.jit
@jax.value_and_grad
def loss(state):
    def step(state, by):
        x, p = state
        p = p + by[0] * force(x)
        return (x + by[1] * p, p), None

    (x, _), _ = jax.lax.scan(step, (state["x"], state["p"]), jnp.stack([state["kick"], state["drift"]], axis=1))
    return 0.5 * jnp.mean(density(x) ** 2)


# The last kick, of 0, has no effect on positions.
value, slopes = loss({"x": x0, "p": p0, "kick": kick[:-1], "drift": drift})
with h5py.File(here / "adjoint_small_steps.h5", "w") as out:
    out.attrs["value"] = value
    for name in ["x", "p"]:
        out.create_dataset(name, data=np.asarray(slopes[name])[:, ::3, ::3, ::3], compression="gzip")
    for name in ["kick", "drift"]:
        out[name] = np.asarray(slopes[name])
print(value, [float(jnp.abs(v).max()) for v in slopes.values()])

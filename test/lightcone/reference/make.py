"""Writes tools21cm.h5: brightness in redshift space and a light-cone by tools21cm, of inputs that the test makes too.

python make.py (tools21cm 2.4.3, h5py, numpy)
"""

import h5py
import numpy as np
import tools21cm as t2c
from tools21cm import pv_mpm


def noise(i):
    return ((i * 7919 + 104729) % 10007) / 10007


def cells(n):
    return np.meshgrid(*[np.arange(n)] * 3, indexing="ij")


def skewers(x, y, z, n):
    """Velocities [km/s] that differ from skewer to skewer (along z), but not along them."""
    return 800 * (noise(x * n + y) - 0.5)


def waves(x, y, z, n):
    """Velocities [km/s] that change along the skewers too: two waves along the box."""
    return 300 * np.sin(4 * np.pi * z / n + x + 0.3 * y) + 100 * np.cos(2 * np.pi * z / n - y)


def between_centres(values, count, kind):
    """Linear between the cells' centres, periodic. tools21cm stretches the n centres over the whole box instead."""
    n = len(values)
    return np.interp(np.linspace(0, n, count) - 0.5, np.arange(n), values, period=n)


N, BOX_MPC = 16, 50.0
x, y, z = cells(N)
signal = 30 * noise((x * N + y) * N + z) - 10
with h5py.File("tools21cm.h5", "w") as f:
    for name, velocity in [("skewers", skewers), ("waves", waves)]:
        kms = np.stack([velocity(x, y, z, N)] * 3)
        for particles in (20, 1000):
            out = t2c.get_distorted_dt(signal, kms, 8.0, los_axis=2, velocity_axis=2, num_particles=particles, boxsize=BOX_MPC)
            f[f"{name}_{particles}"] = out.astype("float32")
    theirs = pv_mpm.get_interpolated_array
    pv_mpm.get_interpolated_array = between_centres
    out = t2c.get_distorted_dt(signal, kms, 8.0, los_axis=2, velocity_axis=2, num_particles=1000, boxsize=BOX_MPC)
    f["waves_between_centres"] = out.astype("float32")
    pv_mpm.get_interpolated_array = theirs
    n, redshifts = 8, [7.0, 7.25, 8.0]
    x, y, z = cells(n)
    cubes = {r: 30 * noise((x * n + y) * n + z + round(100 * r)) - 10 for r in redshifts}
    for axis in range(3):
        cone, slices = t2c.make_lightcone(cubes, z_low=7.0, z_high=8.0, los_axis=axis, box_length_mpc=BOX_MPC)
        f[f"lightcone_{axis}"] = cone
    f["lightcone_redshifts"] = slices
    f.attrs["tools21cm"] = t2c.__version__

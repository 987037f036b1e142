"""Light-cones and redshift space by tools21cm."""

import contextlib
import io
import time

import numpy as np
import tools21cm as t2c
import tools21cm.helper_functions as helper

from serve import serve

helper.set_verbose(False)
# make_lightcone rests for a second before it starts.
time.sleep = lambda seconds: None


def noise(n, seed):
    return np.random.default_rng(seed).random((n, n, n), dtype="float32")


def quiet(body):
    def run():
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return body()

    return run


def lightcone(n, axis):
    cubes = {z: noise(n, i) for i, z in enumerate(np.linspace(6.5, 11, 10))}
    return quiet(lambda: t2c.make_lightcone(cubes, los_axis=axis, box_length_mpc=100 / 0.7))


def redshift_space(n, axis):
    signal = noise(n, 1)
    x, y, z = np.meshgrid(*[np.arange(n)] * 3, indexing="ij")
    kms = np.stack([300 * np.sin(2 * np.pi * (2 * x + 3 * y + 5 * z) / n)] * 3)
    options = dict(los_axis=axis, velocity_axis=axis, num_particles=20, boxsize=100 / 0.7)
    return quiet(lambda: t2c.get_distorted_dt(signal, kms, 8.0, **options))


serve(
    {"lightcone": lightcone, "redshift_space": redshift_space},
    {"tools21cm": t2c.__version__, "numpy": np.__version__},
)

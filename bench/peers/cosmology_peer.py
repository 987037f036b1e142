"""Distances by astropy, growth by its integral with SciPy, sigma(M) by a trapezoid sum in NumPy (BEoRN's way)."""

import astropy
import numpy as np
import scipy
from astropy.cosmology import FlatLambdaCDM, Flatw0waCDM
from scipy.integrate import quad

from serve import serve


def redshifts(n):
    return np.linspace(0, 10, n)


def distance(n):
    universe, z = FlatLambdaCDM(H0=67.66, Om0=0.3111, Tcmb0=0), redshifts(n)
    return lambda: universe.comoving_distance(z)


def distance_dynamic(n):
    universe, z = Flatw0waCDM(H0=67.66, Om0=0.3111, w0=-0.9, wa=-0.2, Tcmb0=0), redshifts(n)
    return lambda: universe.comoving_distance(z)


def growth(n):
    m, a = 0.3111, 1 / (1 + redshifts(n))

    def at(a):
        e = np.sqrt(m / a**3 + 1 - m)
        return 2.5 * m * e * quad(lambda x: (m / x + (1 - m) * x * x) ** -1.5, 0, a, epsrel=1e-10)[0]

    return lambda: [at(a) for a in a]


def sigma(n):
    k = np.geomspace(1e-4, 1e3, 1000)
    p, r = k / (1 + (k / 0.02) ** 2) ** 2, np.geomspace(0.01, 50, n)[:, None]

    def run():
        x = k * r
        w = np.where(x < 1e-3, 1.0, 3 * (np.sin(x) - x * np.cos(x)) / x**3)
        return np.sqrt(np.trapezoid(k**3 * p * w**2 / (2 * np.pi**2), np.log(k), axis=1))

    return run


serve(
    {"distance": distance, "distance_dynamic": distance_dynamic, "growth": growth, "sigma": sigma},
    {"astropy": astropy.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
)

"""Solutions of initial value problems at given times, by mpmath with 40 digits, rounded to f64.

Reads {"times": {problem: [t, ...]}}; writes {problem: [[component, ...], ...]}, a row for each time.
"""

import json
import sys

from mpmath import asin, cos, ellipfun, exp, findroot, mp, mpf, sin, sqrt

mp.dps = 40


def driven(t):
    """y' = y cos t from 1."""
    return [exp(sin(t))]


def pendulum(t):
    """x'' = -sin x from x = 0, with the speed that leads to an amplitude of 3."""
    k = sin(mpf(3) / 2)
    sn, cn = (ellipfun(name, t, k=k) for name in ("sn", "cn"))
    return [2 * asin(k * sn), 2 * k * cn]


def kepler(t):
    """Two bodies, eccentricity 0.6, from the pericentre: positions and velocities."""
    e = mpf("0.6")
    anomaly = findroot(lambda x: x - e * sin(x) - t, t + e * sin(t)) if t else mpf(0)
    rate = 1 / (1 - e * cos(anomaly))
    b = sqrt(1 - e * e)
    return [cos(anomaly) - e, b * sin(anomaly), -sin(anomaly) * rate, b * cos(anomaly) * rate]


def kaps(t):
    """Kaps' stiff problem, whose smooth solution does not depend on its stiffness."""
    return [exp(-2 * t), exp(-t)]


def relaxation(t):
    """Prothero and Robinson: y' = -1e6 (y - cos t) - sin t from 1."""
    return [cos(t)]


times = json.load(sys.stdin)["times"]
json.dump({name: [[float(v) for v in globals()[name](mpf(t))] for t in ts] for name, ts in times.items()}, sys.stdout)

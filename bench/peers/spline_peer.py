"""Evaluation of splines by SciPy and NumPy, at random points."""

import numpy as np
import scipy
from scipy.interpolate import CubicSpline, RectBivariateSpline

from serve import serve


def knots_of(kind, n):
    if kind == "uniform":
        return np.linspace(1.0, 1000.0, n)
    if kind == "logarithmic":
        return np.geomspace(1.0, 1000.0, n)
    return np.cumsum(0.2 + np.random.default_rng(1).random(n))


def table(kind, knots, points, dtype="float64"):
    x = knots_of(kind, knots)
    t = np.random.default_rng(2).uniform(x[0], x[-1], points).astype(dtype)
    return x, np.sin(0.01 * x), t


def cubic(kind, knots, points, dtype="float64"):
    x, y, t = table(kind, knots, points, dtype)
    spline = CubicSpline(x, y)
    return lambda: spline(t)


def cubic_sorted(kind, knots, points, dtype="float64"):
    x, y, t = table(kind, knots, points, dtype)
    t.sort()
    spline = CubicSpline(x, y)
    return lambda: spline(t)


def linear(kind, knots, points, dtype="float64"):
    x, y, t = table(kind, knots, points, dtype)
    return lambda: np.interp(t, x, y)


def columns(kind, knots, points, dtype="float64"):
    x, y, t = table(kind, knots, points // 8, dtype)
    spline = CubicSpline(x, np.stack([y * (1 + c) for c in range(8)], axis=1))
    return lambda: spline(t)


def build(kind, knots, points, dtype="float64"):
    x, y, _ = table(kind, knots, 1, dtype)
    return lambda: CubicSpline(x, y)


def bicubic(kind, knots, points, dtype="float64"):
    n = 200
    x = np.linspace(0, 1, n)
    surface = RectBivariateSpline(x, x, np.sin(5 * x[:, None]) * np.cos(3 * x[None, :]))
    rng = np.random.default_rng(3)
    px, py = rng.random(points // 10), rng.random(points // 10)
    return lambda: surface.ev(px, py)


serve(
    {"cubic": cubic, "cubic_sorted": cubic_sorted, "linear": linear, "columns": columns, "build": build, "bicubic": bicubic},
    {"numpy": np.__version__, "scipy": scipy.__version__},
)

"""Writes spline.json: coefficients, values and integrals by SciPy. Run: python spline.py > spline.json"""

import json
import sys

import numpy as np
import scipy
from scipy.interpolate import (
    Akima1DInterpolator,
    CubicSpline,
    PchipInterpolator,
    RectBivariateSpline,
    make_interp_spline,
)

rng = np.random.default_rng(20261121)


def listed(a):
    return np.asarray(a, dtype=float).ravel().tolist()


def coefficients(p):
    """SciPy's [power falling, interval, column] as ours, [interval, power rising, column]."""
    c = p.c.reshape(p.c.shape[0], p.c.shape[1], -1)
    return listed(c[::-1].transpose(1, 0, 2))


cases = []
knots = {
    "even": np.linspace(-1.0, 2.0, 9),
    "uneven": np.cumsum(0.1 + rng.random(8)),
    "geometric": np.geomspace(1e-3, 1e3, 10),
    "two": np.array([0.5, 2.0]),
    "three": np.array([0.5, 2.0, 2.25]),
    "four": np.array([-3.0, 0.5, 2.0, 7.0]),
}
for name, x in knots.items():
    y = rng.normal(size=(len(x), 2))
    y[: len(x) // 2, 1] = np.round(y[: len(x) // 2, 1])  # flat parts and steps
    closed = y.copy()
    closed[-1] = closed[0]
    width = x[-1] - x[0]
    points = np.concatenate([x[[0, 1, -1]], x[0] + width * rng.uniform(-0.3, 1.3, 8)])
    inside = x[0] + width * rng.random(6)
    bounds = x[0] + width * rng.uniform(-0.5, 1.5, (5, 2))
    ends = rng.normal(size=(2, 2))
    ways = {
        "not-a-knot": lambda: CubicSpline(x, y),
        "natural": lambda: CubicSpline(x, y, bc_type="natural"),
        "clamped": lambda: CubicSpline(x, y, bc_type="clamped"),
        "periodic": lambda: CubicSpline(x, closed, bc_type="periodic"),
        "given": lambda: CubicSpline(x, y, bc_type=((1, ends[0]), (2, ends[1]))),
        "mixed": lambda: CubicSpline(x, y, bc_type=((2, ends[0]), "not-a-knot")),
        "akima": lambda: Akima1DInterpolator(x, y, extrapolate=True),
        "makima": lambda: Akima1DInterpolator(x, y, method="makima", extrapolate=True),
        "pchip": lambda: PchipInterpolator(x, y),
    }
    for way, make in ways.items():
        p = make()
        cases.append(
            {
                "knots": name,
                "way": way,
                "x": listed(x),
                "y": listed(closed if way == "periodic" else y),
                "ends": ends.tolist(),
                "coefficients": coefficients(p),
                "points": listed(points),
                "values": [listed(p(points, nu)) for nu in range(4)],
                "bounds": bounds.T.tolist(),
                "integrals": listed([p.integrate(a, b) for a, b in bounds]),
                "inside": listed(inside),
                "antiderivative": listed(p.antiderivative()(inside)),
            }
        )
    b = make_interp_spline(x, y, k=1)
    cases.append({"knots": name, "way": "linear", "x": listed(x), "y": listed(y), "points": listed(points), "values": [listed(b(points))]})

surfaces = []
for nx, ny in [(7, 9), (4, 5)]:
    x, y = np.cumsum(0.2 + rng.random(nx)), np.cumsum(0.2 + rng.random(ny))
    z = rng.normal(size=(nx, ny))
    px = x[0] + (x[-1] - x[0]) * rng.uniform(-0.2, 1.2, 40)
    py = y[0] + (y[-1] - y[0]) * rng.uniform(-0.2, 1.2, 40)
    low, high = np.array([x[0], y[0]]), np.array([x[-1], y[-1]])
    rectangles = [np.sort(low + (high - low) * rng.random((2, 2)), axis=0).T for _ in range(6)]
    for k in (1, 3):
        s = RectBivariateSpline(x, y, z, kx=k, ky=k)
        inner = (px >= x[0]) & (px <= x[-1]) & (py >= y[0]) & (py <= y[-1])
        orders = [(0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (1, 2)] if k == 3 else [(0, 0)]
        surfaces.append(
            {
                "k": k,
                "x": listed(x),
                "y": listed(y),
                "z": listed(z),
                "px": listed(px),
                "py": listed(py),
                "values": listed(s.ev(px, py)),
                "inner": [np.flatnonzero(inner).tolist(), [{"nu": nu, "values": listed(s.ev(px[inner], py[inner], *nu))} for nu in orders]],
                "rectangles": [listed(r) for r in rectangles],
                "integrals": [s.integral(*r.ravel()) for r in rectangles],
            }
        )

head = {"code": "scipy", "version": scipy.__version__, "numpy": np.__version__, "command": "python spline.py > spline.json"}
json.dump({"head": head, "cases": cases, "surfaces": surfaces}, sys.stdout)

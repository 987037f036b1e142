"""References for elementary functions (mpmath, 40 digits), sums (exact) and products (exact integers and mpmath)."""

import json
import sys
from fractions import Fraction

import mpmath
import numpy as np

mpmath.mp.dps = 40


def points(low, high, count, log):
    u = (np.arange(count) * 0.6180339887498949) % 1.0
    return 10 ** (low + (high - low) * u) if log else low + (high - low) * u


FUNCTIONS = {
    "exp": (mpmath.exp, -708, 709, False),
    "expm1": (mpmath.expm1, -10, 2, True),
    "log": (mpmath.log, -307, 308, True),
    "log1p": (mpmath.log1p, -10, 10, True),
    "log10": (mpmath.log10, -307, 308, True),
    "sin": (mpmath.sin, -30, 30, False),
    "cos": (mpmath.cos, -1e6, 1e6, False),
    "tan": (mpmath.tan, -30, 30, False),
    "arctan": (mpmath.atan, -3, 3, True),
    "arcsin": (mpmath.asin, -1, 1, False),
    "tanh": (mpmath.tanh, -5, 1, True),
    "sinh": (mpmath.sinh, -5, 2, True),
    "cbrt": (mpmath.cbrt, -300, 300, True),
    "erf": (mpmath.erf, -5, 0.7, True),
}


def elementary(count):
    out = {}
    for name, (f, low, high, log) in FUNCTIONS.items():
        x = points(low, high, count, log)
        with np.errstate(over="ignore"):
            small = x.astype(np.float32)
        keep = np.isfinite(small) & (np.abs(small) > 1e-30) & (np.abs(small) < 1e30)
        if name in ("exp", "expm1", "sinh"):
            keep &= np.abs(small) < 80
        small = small[keep]
        out[name] = {
            "x": x.tolist(),
            "y": [float(f(mpmath.mpf(float(v)))) for v in x],
            "x32": small.astype(float).tolist(),
            "y32": [float(f(mpmath.mpf(float(v)))) for v in small],
        }
    x, y = points(-3, 3, count, True), points(-50, 50, count, False)[::-1]
    out["power"] = {"x": x.tolist(), "e": y.tolist(), "y": [float(mpmath.power(float(a), float(b))) for a, b in zip(x, y)]}
    return out


def sums():
    rng = np.random.default_rng(4)
    x = rng.random(1_000_000)
    x32 = x.astype(np.float32)
    total = lambda v: float(sum(map(Fraction, v.astype(float).tolist())))
    a, b = rng.random((40, 300)) - 0.5, rng.random((300, 40)) - 0.5
    product = [[mpmath.fdot(zip(map(float, a[i]), map(float, b[:, j]))) for j in range(40)] for i in range(40)]
    scale = np.abs(a) @ np.abs(b)
    return {
        "x": x.tolist(),
        "sum": total(x),
        "sum32": total(x32),
        "std": float(mpmath.sqrt(mpmath.mpf(float(np.var(x.astype(np.longdouble)))))),
        "a": a.ravel().tolist(),
        "b": b.ravel().tolist(),
        "product": [float(v) for row in product for v in row],
        "scale": scale.ravel().tolist(),
    }


request = json.load(sys.stdin)
print(json.dumps({"elementary": elementary(request["count"]), "sums": sums()}))

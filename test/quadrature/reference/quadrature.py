"""Writes quadrature.json: results of scipy.integrate and numpy. Run: python quadrature.py > quadrature.json"""

import json
import sys
import warnings

import numpy as np
import scipy
from scipy import integrate

warnings.simplefilter("ignore")
rng = np.random.default_rng(20261121)
inf = np.inf


def listed(a):
    return np.asarray(a, dtype=float).ravel().tolist()


# The integrands have the same names in the test; text of bounds, as JSON has no infinity.
integrands = {
    "exp": np.exp,
    "runge": lambda x: 1 / (1 + 25 * x * x),
    "wave": lambda x: np.cos(100 * np.sin(x)),
    "logroot": lambda x: np.log(x) / np.sqrt(x),
    "root": lambda x: np.sqrt(abs(x - 0.3)),
    "step": lambda x: 1.0 if x > 1 / 3 else 0.0,
    "peak": lambda x: 1 / (1e-6 + (x - 0.7) ** 2),
    "power": lambda x: x**-0.9,
    "gauss": lambda x: np.exp(-x * x),
    "lorentz": lambda x: 1 / (1 + x * x),
    "decay": lambda x: np.exp(-x) / np.sqrt(x),
    "slow": lambda x: np.log1p(x) / (1 + x) ** 1.5,
    "diverge": lambda x: 1 / x,
    "noise": lambda x: np.sin(1e9 * x),
    "two": lambda x: 1 / np.sqrt(abs(x - 0.3)) + np.log(abs(x - 0.8)),
    "zero": lambda x: 0.0,
    "odd": lambda x: x**3,
}
requests = [
    ("exp", 0, 1, {}),
    ("exp", 1, 0, {}),
    ("runge", -1, 1, {}),
    ("runge", -1, 1, {"epsabs": 0, "epsrel": 1e-13}),
    ("wave", 0, 3, {}),
    ("wave", 0, 3, {"limit": 3}),
    ("logroot", 0, 1, {}),
    ("root", 0, 1, {}),
    ("root", 0, 1, {"points": [0.3]}),
    ("step", 0, 1, {}),
    ("step", 0, 1, {"points": [1 / 3]}),
    ("peak", 0, 1, {}),
    ("power", 0, 1, {}),
    ("gauss", -inf, inf, {}),
    ("gauss", 0, inf, {}),
    ("gauss", -inf, 1, {}),
    ("gauss", inf, -1, {}),
    ("lorentz", -inf, inf, {}),
    ("decay", 0, inf, {}),
    ("slow", 0, inf, {}),
    ("diverge", 0, 1, {}),
    ("diverge", 1, inf, {}),
    ("noise", 0, 1, {}),
    ("two", 0, 1, {"points": [0.3, 0.8]}),
    ("two", 0, 1, {"points": [0.8, 0.3], "limit": 200, "epsabs": 1e-10, "epsrel": 1e-10}),
    ("zero", 0, 1, {}),
    ("odd", -1, 1, {}),
    ("exp", 2, 2, {}),
]
quads = []
for name, a, b, options in requests:
    value, error, info, *rest = integrate.quad(integrands[name], a, b, full_output=1, **options)
    message = rest[0] if rest else ""
    quads.append({"f": name, "a": str(a), "b": str(b), "options": options, "value": value, "error": error, "evaluations": info["neval"], "message": message.split(".")[0][:60]})

samples = []
for shape in [(7,), (8,), (2,), (1,), (3, 5, 4), (2, 9), (6, 2)]:
    y = rng.normal(size=shape)
    for axis in range(len(shape)):
        n = shape[axis]
        x = np.cumsum(0.2 + rng.random(n))
        for places in (None, x):
            how = {"dx": 0.3, "axis": axis} if places is None else {"x": places, "axis": axis}
            case = {"shape": shape, "y": listed(y), "axis": axis, "x": None if places is None else listed(x)}
            case["trapezoid"] = listed(np.trapezoid(y, **how))
            case["simpson"] = listed(integrate.simpson(y, **how))
            if n > 1:
                case["cumulativeTrapezoid"] = listed(integrate.cumulative_trapezoid(y, **how))
                case["cumulativeSimpson"] = listed(integrate.cumulative_simpson(y, initial=0.5, **how))
            if places is None and n > 1 and (n - 1) & (n - 2) == 0:
                case["romb"] = listed(integrate.romb(y, **how))
            samples.append(case)

head = {"code": "scipy", "version": scipy.__version__, "numpy": np.__version__, "command": "python quadrature.py > quadrature.json"}
json.dump({"head": head, "quads": quads, "samples": samples}, sys.stdout)

"""Steps, evaluations and solutions of scipy.integrate.solve_ivp(method="LSODA"): writes lsoda.json beside this file.

    python test/ode/reference/lsoda.py

Each case is solved with finite differences and, where it has one, with its Jacobian. The expressions are written as in
test/ode/lsoda_problems.ts and kernels/ode/src/lsoda/tests.rs, so that they round alike. Where decisions hang on rounding,
SciPy itself takes other steps when rtol changes by an ulp: the least and most of 12 such runs are stored beside, and by
how much the solutions differ.
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy.integrate import solve_ivp


def robertson(t, y):
    a, b, c = 0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] * y[1]
    return [b - a, a - b - c, c]


def robertson_jac(t, y):
    return [[-0.04, 1e4 * y[2], 1e4 * y[1]], [0.04, -1e4 * y[2] - 6e7 * y[1], -1e4 * y[1]], [0, 6e7 * y[1], 0]]


def van_der_pol(t, y):
    return [y[1], 1000.0 * (1.0 - y[0] * y[0]) * y[1] - y[0]]


def van_der_pol_jac(t, y):
    return [[0.0, 1.0], [-2000.0 * y[0] * y[1] - 1.0, 1000.0 * (1.0 - y[0] * y[0])]]


def hires(t, y):
    fast = 280.0 * y[5] * y[7]
    return [
        -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
        1.71 * y[0] - 8.75 * y[1],
        -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
        8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
        -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6],
        -fast + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
        fast - 1.81 * y[6],
        -fast + 1.81 * y[6],
    ]


def orego(t, y):
    return [
        77.27 * (y[1] + y[0] * (1.0 - 8.375e-6 * y[0] - y[1])),
        (y[2] - (1.0 + y[0]) * y[1]) / 77.27,
        0.161 * (y[0] - y[2]),
    ]


def lotka_volterra(t, y):
    return [1.5 * y[0] - y[0] * y[1], y[0] * y[1] - 3.0 * y[1]]


def kepler(t, y):
    r2 = y[0] * y[0] + y[1] * y[1]
    r3 = r2 * np.sqrt(r2)
    return [y[2], y[3], -y[0] / r3, -y[1] / r3]


def rigid_body(t, y):
    return [y[1] * y[2], -y[0] * y[2], -0.51 * y[0] * y[1]]


def decay(t, y):
    return [-y[0]]


# name: f, jacobian, y0, span, rtol, atol, more options
CASES = {
    "robertson": (robertson, robertson_jac, [1.0, 0.0, 0.0], [0.0, 1e5], 1e-6, [1e-10, 1e-12, 1e-10], {}),
    "robertson long": (robertson, robertson_jac, [1.0, 0.0, 0.0], [0.0, 1e11], 1e-4, [1e-8, 1e-12, 1e-8], {}),
    "van der Pol": (van_der_pol, van_der_pol_jac, [2.0, 0.0], [0.0, 3000.0], 1e-6, [1e-8], {}),
    "van der Pol, five cycles": (van_der_pol, van_der_pol_jac, [2.0, 0.0], [0.0, 8000.0], 1e-4, [1e-6], {}),
    "HIRES": (hires, None, [1, 0, 0, 0, 0, 0, 0, 0.0057], [0.0, 321.8122], 1e-6, [1e-10], {}),
    "OREGO": (orego, None, [1.0, 2.0, 3.0], [0.0, 360.0], 1e-6, [1e-8], {}),
    "Lotka-Volterra": (lotka_volterra, None, [10.0, 5.0], [0.0, 15.0], 1e-8, [1e-10], {}),
    "DETEST A1": (decay, None, [1.0], [0.0, 20.0], 1e-9, [1e-12], {}),
    "DETEST B5": (rigid_body, None, [0.0, 1.0, 1.0], [0.0, 20.0], 1e-8, [1e-10], {}),
    "DETEST D3": (kepler, None, [0.5, 0.0, 0.0, 3**0.5], [0.0, 20.0], 1e-9, [1e-11], {}),
    "backward": (lotka_volterra, None, [10.0, 5.0], [4.0, 0.0], 1e-6, [1e-8], {}),
    "short steps": (lotka_volterra, None, [10.0, 5.0], [0.0, 5.0], 1e-6, [1e-8], {"max_step": 0.05, "first_step": 1e-4}),
}


def solve(f, jac, y0, span, rtol, atol, options):
    t_eval = np.linspace(*span, 6)
    ulp = np.finfo(float).eps
    counts, dense = [], []
    for k in range(12):
        tolerances = {"rtol": rtol * (1 + k * ulp), "atol": atol}
        s = solve_ivp(f, span, y0, method="LSODA", jac=jac, dense_output=True, **tolerances, **options)
        assert s.success, s.message
        counts.append([len(s.t) - 1, s.nfev, int(s.njev)])
        dense.append(s.sol(t_eval).T)
    return {
        "counts": counts[0],
        "least": np.min(counts, axis=0).tolist(),
        "most": np.max(counts, axis=0).tolist(),
        "tEval": t_eval.tolist(),
        "dense": dense[0].tolist(),
        "spread": np.max(np.abs(np.array(dense) - dense[0]), axis=(0, 1)).tolist(),
    }


def main():
    cases = []
    for name, (f, jac, y0, span, rtol, atol, options) in CASES.items():
        # solve_ivp takes one tolerance per component, or one for all.
        args = (y0, span, rtol, np.array(atol) if len(atol) > 1 else atol[0], options)
        problem = {"name": name, "y0": y0, "span": span, "rtol": rtol, "atol": atol, **options}
        problem["differences"] = solve(f, None, *args)
        if jac:
            problem["jacobian"] = solve(f, jac, *args)
        cases.append(problem)
    header = {"code": "scipy.integrate.solve_ivp, LSODA", "scipy": scipy.__version__, "numpy": np.__version__}
    text = json.dumps({**header, "command": "python test/ode/reference/lsoda.py", "cases": cases})
    Path(__file__).with_suffix(".json").write_text(text + "\n")
    for c in cases:
        for kind in ("differences", "jacobian"):
            if kind in c:
                print(c["name"], kind, *(c[kind][k] for k in ("counts", "least", "most", "spread")))


main()

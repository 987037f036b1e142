"""Writes scipy.json: what SciPy's solve_ivp gives for the problems of test/ode/problems.ts.

Run with SciPy 1.17: python make.py > scipy.json
"""

import json
import platform

import numpy as np
import scipy
from scipy.integrate import solve_ivp

sqrt, sin, cos = np.sqrt, np.sin, np.cos


def two_body(t, y):
    r3 = (y[0] * y[0] + y[1] * y[1]) ** 1.5
    return [y[2], y[3], -y[0] / r3, -y[1] / r3]


def torus(t, y):
    r = sqrt(y[0] * y[0] + y[1] * y[1])
    return [-y[1] - y[0] * y[2] / r, y[0] - y[1] * y[2] / r, y[0] / r]


def chain(t, y):
    return [-y[0]] + [y[i - 1] - y[i] for i in range(1, 9)] + [y[8]]


def robertson(t, y):
    return [
        -0.04 * y[0] + 1e4 * y[1] * y[2],
        0.04 * y[0] - 1e4 * y[1] * y[2] - 3e7 * y[1] * y[1],
        3e7 * y[1] * y[1],
    ]


def robertson_jacobian(t, y):
    return [
        [-0.04, 1e4 * y[2], 1e4 * y[1]],
        [0.04, -1e4 * y[2] - 6e7 * y[1], -1e4 * y[1]],
        [0, 6e7 * y[1], 0],
    ]


def van_der_pol(t, y):
    return [y[1], 1000 * (1 - y[0] * y[0]) * y[1] - y[0]]


def van_der_pol_jacobian(t, y):
    return [[0, 1], [-2000 * y[0] * y[1] - 1, 1000 * (1 - y[0] * y[0])]]


def hires(t, y):
    return [
        -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
        1.71 * y[0] - 8.75 * y[1],
        -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
        8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
        -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6],
        -280 * y[5] * y[7] + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
        280 * y[5] * y[7] - 1.81 * y[6],
        -280 * y[5] * y[7] + 1.81 * y[6],
    ]


def orego(t, y):
    return [
        77.27 * (y[1] + y[0] * (1 - 8.375e-6 * y[0] - y[1])),
        (y[2] - (1 + y[0]) * y[1]) / 77.27,
        0.161 * (y[0] - y[2]),
    ]


def bessel(t, y):
    s = t + 1
    return [y[1], -(y[1] / s + (1 - 0.25 / (s * s)) * y[0])]


# DETEST, Hull, Enright, Fellen and Sedgwick, SIAM J. Numer. Anal. 9, 603 (1972); all to t = 20.
DETEST = {
    "A1": (lambda t, y: [-y[0]], [1]),
    "A2": (lambda t, y: [-y[0] * y[0] * y[0] / 2], [1]),
    "A3": (lambda t, y: [y[0] * cos(t)], [1]),
    "A4": (lambda t, y: [y[0] / 4 * (1 - y[0] / 20)], [1]),
    "A5": (lambda t, y: [(y[0] - t) / (y[0] + t)], [4]),
    "B1": (lambda t, y: [2 * (y[0] - y[0] * y[1]), -(y[1] - y[0] * y[1])], [1, 3]),
    "B2": (lambda t, y: [-y[0] + y[1], y[0] - 2 * y[1] + y[2], y[1] - y[2]], [2, 0, 1]),
    "B3": (lambda t, y: [-y[0], y[0] - y[1] * y[1], y[1] * y[1]], [1, 0, 0]),
    "B4": (torus, [3, 0, 0]),
    "B5": (lambda t, y: [y[1] * y[2], -y[0] * y[2], -0.51 * y[0] * y[1]], [0, 1, 1]),
    "C1": (chain, [1] + 9 * [0]),
    "D1": (two_body, [0.9, 0, 0, 1.1055415967851332]),
    "D5": (two_body, [0.1, 0, 0, 4.358898943540673]),
    "E1": (bessel, [0.671396707141803, 0.0954005144474746]),
    "E2": (lambda t, y: [y[1], (1 - y[0] * y[0]) * y[1] - y[0]], [2, 0]),
    "E3": (lambda t, y: [y[1], y[0] * y[0] * y[0] / 6 - y[0] + 2 * sin(2.78535 * t)], [0, 0]),
    "E4": (lambda t, y: [y[1], 0.032 - 0.4 * y[1] * y[1]], [30, 0]),
    "E5": (lambda t, y: [y[1], sqrt(1 + y[1] * y[1]) / (25 - t)], [0, 0]),
}
# Test set for IVP solvers (Mazzia and Magherini 2008), without HIRES' and OREGO's tolerances.
STIFF = {
    "robertson": (robertson, [1, 0, 0], 1e8, robertson_jacobian),
    "van der Pol": (van_der_pol, [2, 0], 2000, van_der_pol_jacobian),
    "HIRES": (hires, [1, 0, 0, 0, 0, 0, 0, 0.0057], 321.8122, None),
    "OREGO": (orego, [1, 2, 3], 360, None),
}


def record(name, f, y0, t1, method, rtol, atol, **options):
    r = solve_ivp(f, [0, t1], y0, method=method, rtol=rtol, atol=atol, **options)
    assert r.success
    counts = {"nfev": int(r.nfev), "njev": int(r.njev), "nlu": int(r.nlu), "steps": len(r.t) - 1}
    return {"problem": name, "t1": t1, "y0": y0, "method": method, "rtol": rtol, "atol": atol,
            "jacobian": "jac" in options, **counts, "y": r.y[:, -1].tolist()}


METHODS = ["RK45", "DOP853", "Radau", "BDF"]
runs = []
for name, (f, y0) in DETEST.items():
    for method in METHODS:
        for rtol in [1e-4, 1e-8]:
            runs.append(record(name, f, y0, 20, method, rtol, rtol / 100))
for name, (f, y0, t1, jacobian) in STIFF.items():
    for method in METHODS[2:]:
        for rtol in [1e-4, 1e-7]:
            runs.append(record(name, f, y0, t1, method, rtol, rtol * 1e-4))
            if jacobian:
                runs.append(record(name, f, y0, t1, method, rtol, rtol * 1e-4, jac=jacobian))

# Bounds of the step and a tolerance for each component, forward and backward.
bounded = []
for method in METHODS:
    for t1 in [10, -10]:
        for name, y0 in {"D1": [0.9, 0, 0, 1.1055415967851332], "E2": [2, 0]}.items():
            atol = [10.0 ** -(5 + i) for i in range(len(y0))]
            r = solve_ivp(DETEST[name][0], [0, t1], y0, method=method, rtol=1e-5, atol=atol, max_step=0.4,
                          first_step=0.01)
            bounded.append({"method": method, "problem": name, "t1": t1, "y0": y0, "atol": atol,
                            "nfev": int(r.nfev), "njev": int(r.njev), "nlu": int(r.nlu), "steps": len(r.t) - 1,
                            "y": r.y[:, -1].tolist()})


def event(function, terminal, direction):
    def g(t, y):
        return function(t, y)

    g.terminal, g.direction = terminal, direction
    return g


# Events, output times and the continuous solution of an oscillator that starts at (0, 1), forward and backward.
special = []
for method in METHODS:
    for t1 in [20, -20]:
        for name, events in {
            "up": [event(lambda t, y: y[0] - 0.5, False, 1)],
            "down and end": [event(lambda t, y: y[0] - 0.5, False, -1), event(lambda t, y: y[1], 4, 0)],
            "all": [event(lambda t, y: y[0], False, 0), event(lambda t, y: t - (7 if t1 > 0 else -7), True, 0)],
        }.items():
            grid = np.linspace(0, t1, 9)
            r = solve_ivp(lambda t, y: [y[1], -y[0]], [0, t1], [0, 1], method=method, rtol=1e-6, atol=1e-8,
                          events=events, t_eval=grid, dense_output=True)
            points = np.linspace(0, r.sol.ts[-1], 23)
            special.append({
                "method": method, "t1": t1, "events": name, "nfev": int(r.nfev), "status": r.status,
                "t": r.t.tolist(), "y": r.y.tolist(), "tEvents": [e.tolist() for e in r.t_events],
                "yEvents": [e.tolist() for e in r.y_events], "points": points.tolist(), "sol": r.sol(points).tolist(),
                "breaks": len(r.sol.ts), "atBreaks": r.sol(r.sol.ts[:4]).tolist(),
            })

print(json.dumps({"about": "written by make.py", "versions": {
    "python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
}, "runs": runs, "bounded": bounded, "special": special}, indent=None, separators=(",", ":")).replace('{"problem"', '\n{"problem"').replace('{"method"', '\n{"method"'))

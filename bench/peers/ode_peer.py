"""Initial value problems by scipy.integrate.solve_ivp, one by one: there is no form for many."""

import numpy as np
import scipy
from scipy.integrate import solve_ivp

from serve import serve


def lotka_volterra(b):
    return lambda t, y: (1.5 * y[0] - b * (y[0] * y[1]), y[0] * y[1] - 3.0 * y[1])


def robertson(k1):
    def f(t, y):
        a, b, c = k1 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] * y[1]
        return (b - a, a - b - c, c)

    return f


def growth(w0):
    def f(a, y):
        dark = 0.7 * np.exp(-3 * (1 + w0) * np.log(a))
        matter = 0.3 / (a * a * a)
        total = matter + dark
        fraction = matter / total
        q = (2 - 0.5 * (fraction + (1 + 3 * w0) * (dark / total))) / a
        return (y[1], 1.5 * fraction / (a * a) * y[0] - q * y[1])

    return f


def van_der_pol(mu):
    return lambda t, y: (y[1], mu * (1.0 - y[0] * y[0]) * y[1] - y[0])


def linear(source):
    knots = np.linspace(0.1, 1.0, 100)
    decay, heat = 2 / knots, source * knots
    return lambda a, y: (np.interp(a, knots, heat) - np.interp(a, knots, decay) * y[0],)


# f for a parameter, y0, span
PROBLEMS = {
    "lotkaVolterra": (lotka_volterra, [10.0, 5.0], [0.0, 10.0]),
    "robertson": (robertson, [1.0, 0.0, 0.0], [0.0, 1e4]),
    "growth": (growth, [1e-3, 1.0], [1e-3, 1.0]),
    "linear": (linear, [10.0], [0.1, 1.0]),
    "vanDerPol": (van_der_pol, [2.0, 0.0], [0.0, 2000.0]),
}


def many(name, method, low, high, systems, rtol, atol):
    f, y0, span = PROBLEMS[name]
    functions = [f(p) for p in np.linspace(low, high, systems)]

    def run():
        for f in functions:
            assert solve_ivp(f, span, y0, method=method, rtol=rtol, atol=atol).success

    return run


serve({"many": many}, {"numpy": np.__version__, "scipy": scipy.__version__})

"""Splines with 40 digits (mpmath): values, derivatives and integrals for the tables and points of the request."""

import json
import sys

from mpmath import mp, mpf

mp.dps = 40
request = json.load(sys.stdin)
if "surface" in request:
    # A product of cubics is its own bicubic interpolant; value, slope along y, integral from the corner.
    x0, y0 = [mpf(v) for v in request["corner"]]
    f, g = lambda x: x**3 - 2 * x, lambda y: 1 + y**2 - y**3 / 4
    f1, g1 = lambda x: x**4 / 4 - x**2, lambda y: y + y**3 / 3 - y**4 / 16
    answer = {"nodes": [[float(f(mpf(x)) * g(mpf(y))) for y in request["surface"]["y"]] for x in request["surface"]["x"]]}
    places = [(mpf(x), mpf(y)) for x, y in request["places"]]
    answer["values"] = [float(f(x) * g(y)) for x, y in places]
    answer["slopes"] = [float(f(x) * (2 * y - 3 * y**2 / 4)) for x, y in places]
    answer["integrals"] = [float((f1(x) - f1(x0)) * (g1(y) - g1(y0))) for x, y in places]
    print(json.dumps(answer))
    sys.exit()
x, y = [mpf(v) for v in request["x"]], [mpf(v) for v in request["y"]]
points = [mpf(v) for v in request["points"]]
n = len(x)
h = [b - a for a, b in zip(x, x[1:])]
chord = [(b - a) / d for a, b, d in zip(y, y[1:], h)]


def cubic(boundary):
    a = mp.zeros(n, n)
    b = mp.zeros(n, 1)
    for i in range(1, n - 1):
        a[i, i - 1], a[i, i], a[i, i + 1] = h[i], 2 * (h[i - 1] + h[i]), h[i - 1]
        b[i] = 3 * (h[i] * chord[i - 1] + h[i - 1] * chord[i])
    if boundary == "natural":
        a[0, 0], a[0, 1], b[0] = 2, 1, 3 * chord[0]
        a[n - 1, n - 1], a[n - 1, n - 2], b[n - 1] = 2, 1, 3 * chord[-1]
    else:
        # Third derivatives, (s_i + s_{i+1} - 2 chord_i)/h_i^2, agree at the second and the last but one knot.
        for row, i in ((0, 0), (n - 1, n - 3)):
            p, q = 1 / h[i] ** 2, 1 / h[i + 1] ** 2
            a[row, i], a[row, i + 1], a[row, i + 2] = p, p - q, -q
            b[row] = 2 * (chord[i] * p - chord[i + 1] * q)
    return list(mp.lu_solve(a, b))


def pchip():
    s = [mpf(0)] * n
    for i in range(1, n - 1):
        a, b = chord[i - 1], chord[i]
        if a * b > 0:
            w1, w2 = 2 * h[i] + h[i - 1], h[i] + 2 * h[i - 1]
            s[i] = (w1 + w2) / (w1 / a + w2 / b)

    def edge(h0, h1, m0, m1):
        d = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1)
        if d * m0 <= 0:
            return mpf(0)
        return 3 * m0 if m0 * m1 <= 0 and abs(d) > 3 * abs(m0) else d

    s[0], s[-1] = edge(h[0], h[1], chord[0], chord[1]), edge(h[-1], h[-2], chord[-1], chord[-2])
    return s


def akima():
    m = [0, 0, *chord, 0, 0]
    m[1] = 2 * m[2] - m[3]
    m[0] = 2 * m[1] - m[2]
    m[-2] = 2 * m[-3] - m[-4]
    m[-1] = 2 * m[-2] - m[-3]
    s = []
    for i in range(n):
        f1, f2 = abs(m[i + 3] - m[i + 2]), abs(m[i + 1] - m[i])
        s.append(m[i + 1] + f2 / (f1 + f2) * (m[i + 2] - m[i + 1]))
    return s


def pieces(s):
    out = []
    for i in range(n - 1):
        t = (s[i] + s[i + 1] - 2 * chord[i]) / h[i]
        out.append((y[i], s[i], (chord[i] - s[i]) / h[i] - t, t / h[i]))
    return out


def interval(t):
    return max(0, min(n - 2, sum(1 for knot in x[1:-1] if knot <= t)))


answer = {}
ways = {"not-a-knot": lambda: cubic("not-a-knot"), "natural": lambda: cubic("natural"), "akima": akima, "pchip": pchip}
for way, make in ways.items():
    c = pieces(make())
    whole = [mpf(0)]
    for (a, b, d, e), g in zip(c, h):
        whole.append(whole[-1] + g * (a + g * (b / 2 + g * (d / 3 + g * e / 4))))
    values, slopes, integrals = [], [], []
    for t in points:
        i = interval(t)
        a, b, d, e = c[i]
        u = t - x[i]
        values.append(float(a + u * (b + u * (d + u * e))))
        slopes.append(float(b + u * (2 * d + u * 3 * e)))
        integrals.append(float(whole[i] + u * (a + u * (b / 2 + u * (d / 3 + u * e / 4)))))
    answer[way] = {"values": values, "slopes": slopes, "integrals": integrals}
print(json.dumps(answer))

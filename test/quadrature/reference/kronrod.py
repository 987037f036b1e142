"""Writes lib/quadrature/_kronrod.ts: Gauss-Kronrod rules, computed with 80 digits.

    python kronrod.py > ../../../lib/quadrature/_kronrod.ts && deno fmt ../../../lib/quadrature/_kronrod.ts

The nodes that Kronrod (1965) adds to the n zeros of the Legendre polynomial P_n are the zeros of the polynomial E of degree
n + 1 for which the integral of P_n E x^k is 0 for k <= n (Stieltjes). E is found as a sum of Legendre polynomials from these
linear equations, its zeros by bisection between those of P_n and Newton's iteration, the weights from the integrals of all
Legendre polynomials up to degree 2n.
"""

import mpmath
from mpmath import mp, mpf

mp.dps = 80


def legendre(degree, x):
    """P_0 ... P_degree at x."""
    p = [mpf(1), x]
    for k in range(2, degree + 1):
        p.append(((2 * k - 1) * x * p[k - 1] - (k - 1) * p[k - 2]) / k)
    return p[: degree + 1]


def slope(n, x):
    p = legendre(n, x)
    return n * (p[n - 1] - x * p[n]) / (1 - x * x)


def gauss(n):
    nodes = []
    for k in range(1, n + 1):
        x = mpmath.cos(mpmath.pi * (k - mpf(1) / 4) / (n + mpf(1) / 2))
        for _ in range(8):
            x -= legendre(n, x)[n] / slope(n, x)
        nodes.append(mpf(0) if 2 * k == n + 1 else x)
    return nodes, [2 / ((1 - x * x) * slope(n, x) ** 2) for x in nodes]


def kronrod(n):
    x, _ = gauss(n)
    # E = P_{n+1} + sum of e_j P_j, j of the parity of n + 1; tested against P_k of odd k (P_n E is odd or even).
    xs, ws = gauss(2 * n + 2)
    table = [legendre(n + 1, t) for t in xs]
    own = [j for j in range(n + 1) if (n + 1 - j) % 2 == 0]
    tests = [k for k in range(1, n + 1, 2)]
    inner = lambda j, k: sum(w * p[n] * p[j] * p[k] for w, p in zip(ws, table))
    # One equation holds of itself when there are more of them than unknowns.
    matrix = mp.matrix([[inner(j, k) for j in own] for k in tests])
    right = mp.matrix([-inner(n + 1, k) for k in tests])
    e = mp.lu_solve(matrix, right)
    value = lambda t: (lambda p: p[n + 1] + sum(c * p[j] for c, j in zip(e, own)))(legendre(n + 1, t))
    bounds = [mpf(1)] + x + [mpf(-1)]
    added = [mpmath.findroot(value, (a, b), solver="anderson", tol=mpf(10) ** -70) for a, b in zip(bounds, bounds[1:])]
    nodes = sorted(x + added, reverse=True)
    size = 2 * n + 1
    rows = [legendre(size - 1, t) for t in nodes]
    matrix = mp.matrix([[rows[i][k] for i in range(size)] for k in range(size)])
    weights = mp.lu_solve(matrix, mp.matrix([2] + [0] * (size - 1)))
    return nodes, list(weights)


def text(numbers):
    return ", ".join(repr(float(v)) for v in numbers)


print("// Written by test/quadrature/reference/kronrod.py, which says how.")
print("/** A Gauss-Kronrod rule on [-1, 1]: half of it, by symmetry. */")
print("export interface KronrodRule {")
print("  /** Nodes, falling, to 0; those of odd index are Gauss's. */")
print("  nodes: readonly number[];")
print("  /** Weights of all nodes. */")
print("  weights: readonly number[];")
print("  /** Weights of Gauss's nodes alone. */")
print("  gauss: readonly number[];")
print("}")
print()
print("/** Rules by their number of nodes. */")
print("export const KRONROD: { readonly [order: number]: KronrodRule } = {")
for n in (7, 10, 15, 20, 25, 30):
    nodes, weights = kronrod(n)
    gauss_weights = gauss(n)[1]
    nodes[n] = mpf(0)
    print(f"  {2 * n + 1}: {{")
    print(f"    nodes: [{text(nodes[: n + 1])}],")
    print(f"    weights: [{text(weights[: n + 1])}],")
    print(f"    gauss: [{text(gauss_weights[: (n + 1) // 2])}],")
    print("  },")
print("};")

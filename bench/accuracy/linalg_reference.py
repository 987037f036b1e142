"""References for linear algebra: mpmath with 50 digits."""

import json
import sys

import mpmath
import numpy as np

mpmath.mp.dps = 50
json.load(sys.stdin)
rng = np.random.default_rng(7)


def exact(a):
    return mpmath.matrix(a.tolist())


def flat(m):
    return [float(v) for v in m]


def symmetric(n):
    a = rng.standard_normal((n, n))
    return (a + a.T) / 2


def orthogonal(n):
    return np.linalg.qr(rng.standard_normal((n, n)))[0]


def eigenvalues(a):
    return sorted(flat(mpmath.eigsy(exact(a), eigvals_only=True)))


small = [symmetric(3) for _ in range(100)]
for k in range(100):  # two eigenvalues that differ by 1e-12
    q = orthogonal(3)
    a = q @ np.diag([1.0, 1.0 + 1e-12, 3.0]) @ q.T
    small.append((a + a.T) / 2)
large = symmetric(40)
n = 12
hilbert = np.array([[1.0 / (i + j + 1) for j in range(6)] for i in range(6)])
general = rng.standard_normal((n, n))
positive = general @ general.T + n * np.eye(n)
positive = (positive + positive.T) / 2
right = rng.standard_normal(n)
tall = rng.standard_normal((30, 6))
data = rng.standard_normal(30)
band = rng.standard_normal((4, 50))
band[1] += 4
matrix = np.zeros((50, 50))
for i in range(50):
    for j in range(max(0, i - 2), min(50, i + 2)):
        matrix[i, j] = band[1 + i - j, j]

print(
    json.dumps(
        {
            "small": [a.ravel().tolist() for a in small],
            "smallValues": [eigenvalues(a) for a in small],
            "large": large.ravel().tolist(),
            "largeValues": eigenvalues(large),
            "general": general.ravel().tolist(),
            "positive": positive.ravel().tolist(),
            "right": right.tolist(),
            "solution": flat(mpmath.lu_solve(exact(general), mpmath.matrix(right.tolist()))),
            "positiveSolution": flat(mpmath.lu_solve(exact(positive), mpmath.matrix(right.tolist()))),
            "determinant": float(mpmath.det(exact(general))),
            "logdet": float(mpmath.log(mpmath.det(exact(positive)))),
            "inverse": flat(exact(general) ** -1),
            "tall": tall.ravel().tolist(),
            "data": data.tolist(),
            "leastSquares": flat(mpmath.qr_solve(exact(tall), mpmath.matrix(data.tolist()))[0]),
            "tallValues": sorted(flat(mpmath.svd_r(exact(tall), compute_uv=False)), reverse=True),
            "hilbert": hilbert.ravel().tolist(),
            "hilbertValues": sorted(flat(mpmath.svd_r(exact(hilbert), compute_uv=False)), reverse=True),
            "band": band.ravel().tolist(),
            "bandRight": right[np.arange(50) % n].tolist(),
            "bandSolution": flat(mpmath.lu_solve(exact(matrix), mpmath.matrix(right[np.arange(50) % n].tolist()))),
        }
    )
)

"""Linear algebra by NumPy and SciPy, two threads."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import numpy as np
import scipy
import scipy.linalg

from serve import serve


def matrices(*shape, symmetric=False):
    i = np.arange(np.prod(shape), dtype=np.int64)
    a = ((i * 48271 % 65537) / 65537).reshape(shape)
    if symmetric:
        low = np.tril(a, -1)
        a = low + np.swapaxes(low, -1, -2) + np.eye(shape[-1]) * (np.diagonal(a, 0, -2, -1)[..., None] + shape[-1])
    return a



def tensors():
    a = matrices(200_000, 3, 3, symmetric=True)
    return lambda: np.linalg.eigh(a)


def middle(f):
    def case():
        a, b = matrices(100, 100, symmetric=True), matrices(100)
        return lambda: f(a, b)

    return case


def many():
    a, b = matrices(2000, 10, 10, symmetric=True), matrices(2000, 10, 1)
    return lambda: np.linalg.solve(a, b)


def tall():
    a, b = matrices(500, 20), matrices(500)
    return lambda: np.linalg.lstsq(a, b, rcond=None)


def tridiagonal():
    ab, b = matrices(3, 1_000_000), matrices(1_000_000)
    ab[1] = 4
    return lambda: scipy.linalg.solve_banded((1, 1), ab, b)


serve(
    {
        "eigh of 200000 matrices 3 x 3": tensors,
        "eigh 100 x 100": middle(lambda a, _: np.linalg.eigh(a)),
        "svd 100 x 100": middle(lambda a, _: np.linalg.svd(a, full_matrices=False)),
        "cholesky 100 x 100": middle(lambda a, _: np.linalg.cholesky(a)),
        "solve 100 x 100": middle(np.linalg.solve),
        "solve 2000 systems 10 x 10": many,
        "lstsq 500 x 20": tall,
        "tridiagonal, n = 1e6": tridiagonal,
    },
    {"numpy": np.__version__, "scipy": scipy.__version__},
)

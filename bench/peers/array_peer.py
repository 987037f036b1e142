"""Array operations by NumPy, and some by numba on all threads."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import numba
import numpy as np

from serve import serve

DETECTORS, SAMPLES = 100, 100_000


def numbers(shape, dtype):
    i = np.arange(np.prod(shape), dtype=np.int64)
    return (0.5 + (i * 48271 % 65537) / 65537).astype(dtype).reshape(shape)


@numba.njit(parallel=True, cache=False)
def scale_rows(tod, gain):
    for i in numba.prange(tod.shape[0]):
        for j in range(tod.shape[1]):
            tod[i, j] *= gain[i]


@numba.njit(parallel=True, cache=False)
def exp_all(a, out):
    for i in numba.prange(a.size):
        out[i] = np.exp(a[i])


@numba.njit(parallel=True, cache=False)
def log_all(a, out):
    for i in numba.prange(a.size):
        out[i] = np.log(a[i])


def on_tod(make):
    def case(dtype, threads):
        numba.set_num_threads(threads)
        tod = numbers((DETECTORS, SAMPLES), dtype)
        return make(tod, np.empty_like(tod), np.ones(DETECTORS, dtype))

    return case


def common_mode(tod, out, _):
    def run():
        np.subtract(tod, tod.mean(axis=0), out=out)

    return run


def transpose(dtype, threads):
    mesh = numbers((216, 216, 216), dtype)
    out = np.empty_like(mesh)
    return lambda: np.copyto(out, mesh.transpose(2, 1, 0))


def square_product(dtype, threads):
    a, b = numbers((768, 768), dtype), numbers((768, 768), dtype)
    out = np.empty_like(a)
    return lambda: np.matmul(a, b, out=out)


def cross_talk(tod, out, _):
    mixing = numbers((DETECTORS, DETECTORS), tod.dtype)
    return lambda: np.matmul(mixing, tod, out=out)


def sort(dtype, threads):
    line = numbers((1_000_000,), dtype)
    return lambda: np.sort(line)


serve(
    {
        "numpy: copy": on_tod(lambda tod, out, _: lambda: np.copyto(out, tod)),
        "numpy: add": on_tod(lambda tod, out, _: (lambda other: lambda: np.add(tod, other, out=out))(tod.copy())),
        "numpy: rows times gains, in place": on_tod(lambda tod, _, g: lambda: np.multiply(tod, g[:, None], out=tod)),
        "numba: rows times gains, in place": on_tod(lambda tod, _, g: lambda: scale_rows(tod, g)),
        "numpy: common mode taken away": on_tod(common_mode),
        "numpy: sum": on_tod(lambda tod, *_: lambda: tod.sum()),
        "numpy: sum over detectors": on_tod(lambda tod, *_: lambda: tod.sum(axis=0)),
        "numpy: exp": on_tod(lambda tod, out, _: lambda: np.exp(tod, out=out)),
        "numba: exp": on_tod(lambda tod, out, _: lambda: exp_all(tod.ravel(), out.ravel())),
        "numpy: log": on_tod(lambda tod, out, _: lambda: np.log(tod, out=out)),
        "numba: log": on_tod(lambda tod, out, _: lambda: log_all(tod.ravel(), out.ravel())),
        "numpy: transpose 216^3, axes 2 1 0": transpose,
        "numpy: matmul 768^3": square_product,
        "numpy: cross-talk (100, 100) (100, 100000)": on_tod(cross_talk),
        "numpy: sort 1e6": sort,
    },
    {"numpy": np.__version__, "numba": numba.__version__},
)

"""Errors of transforms against scipy.fft in extended precision (np.longdouble: 64 bits of mantissa on x86).

The request is a list of files, each with a line's input and our result as raw numbers. The answer is the relative L2 error
of each.
"""

import json
import sys

import numpy as np
import scipy.fft


def read(path, n, kind, dtype):
    width = 8 if dtype == "float64" else 4
    data = np.fromfile(path, dtype=f"f{width}").astype(np.longdouble)
    half = n // 2 + 1
    counts = {"fft": (2 * n, 2 * n), "ifft": (2 * n, 2 * n), "rfft": (n, 2 * half), "irfft": (2 * half, n)}[kind]
    assert len(data) == sum(counts), (path, len(data), counts)
    split = [data[: counts[0]], data[counts[0] :]]
    return [v if real else v[::2] + 1j * v[1::2] for v, real in zip(split, (kind == "rfft", kind == "irfft"))]


def error(path, n, kind, dtype):
    x, result = read(path, n, kind, dtype)
    if kind == "irfft":
        exact = scipy.fft.irfft(x, n)
    else:
        exact = getattr(scipy.fft, kind)(x)
    return float(np.sqrt(np.sum(np.abs(result - exact) ** 2) / np.sum(np.abs(exact) ** 2)))


def self_check():
    """The reference itself against the sum of the definition, at a prime length."""
    n = 1009
    rng = np.random.default_rng(1)
    x = (rng.random(n) + 1j * rng.random(n)).astype(np.clongdouble)
    # The angle is reduced in whole numbers, and pi has all its digits.
    turn = 8 * np.arctan(np.longdouble(1)) / n
    angle = turn * (np.outer(np.arange(n), np.arange(n)) % n)
    exact = (np.cos(angle) - 1j * np.sin(angle)) @ x
    assert np.sqrt(np.sum(np.abs(scipy.fft.fft(x) - exact) ** 2) / np.sum(np.abs(exact) ** 2)) < 3e-18


self_check()
json.dump([error(**case) for case in json.load(sys.stdin)], sys.stdout)

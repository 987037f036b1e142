"""Cosine, sine and Hartley transforms, convolution, correlation and resampling by SciPy in 80-bit long doubles.

Request: {"cases": [{"name", "shapes", "options"}], "dtype"}; answer: for each case the inputs, of that precision, and the result.
"""

import json
import sys

import numpy as np
import scipy.fft
import scipy.signal

request = json.load(sys.stdin)
random = np.random.default_rng(7)
assert np.finfo(np.longdouble).eps < 2e-19, "long double is not longer than double on this machine"


def resample(x, shape):
    for axis, m in enumerate(shape):
        x = scipy.signal.resample(x, m, axis=axis)
    return x


def hartley(x, axes):
    spectrum = scipy.fft.fftn(x, axes=axes)
    return spectrum.real - spectrum.imag


def convolve(x, y):
    shape = [n + m - 1 for n, m in zip(x.shape, y.shape)]
    return scipy.fft.irfftn(scipy.fft.rfftn(x, shape) * scipy.fft.rfftn(y, shape), shape)


RUN = {
    "dct": scipy.fft.dct,
    "idct": scipy.fft.idct,
    "dst": scipy.fft.dst,
    "idst": scipy.fft.idst,
    "dctn": scipy.fft.dctn,
    "dht": lambda x: hartley(x, [-1]),
    "dhtn": lambda x: hartley(x, None),
    "resample": resample,
    "convolve": convolve,
    "correlate": lambda x, y: convolve(x, y[tuple(slice(None, None, -1) for _ in y.shape)]),
}

answer = []
for case in request["cases"]:
    inputs = [random.standard_normal(shape).astype(request["dtype"]) for shape in case["shapes"]]
    result = RUN[case["name"]](*[x.astype(np.longdouble) for x in inputs], **case["options"])
    assert result.dtype == np.longdouble
    answer.append({"inputs": [x.astype(float).ravel().tolist() for x in inputs], "result": result.astype(float).ravel().tolist()})
json.dump(answer, sys.stdout)

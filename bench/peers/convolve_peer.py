"""Cosine transforms, convolutions and resampling by scipy.fft and scipy.signal."""

import json

import numpy as np
import scipy
import scipy.fft
import scipy.signal

from serve import serve


def hartley(x):
    spectrum = scipy.fft.fft(x)
    return spectrum.real - spectrum.imag


RUN = {
    "dct": scipy.fft.dct,
    "dct4": lambda x: scipy.fft.dct(x, type=4),
    "dctn": scipy.fft.dctn,
    "fftconvolve": scipy.signal.fftconvolve,
    "oaconvolve": scipy.signal.oaconvolve,
    "convolve": lambda x, y: scipy.signal.convolve(x, y, mode="same"),
    "rows": lambda x, y: scipy.signal.fftconvolve(x, y, axes=1),
    "correlate": scipy.signal.correlate,
    "resample": lambda x: scipy.signal.resample(x, 1500, axis=1),
    "dht": hartley,
    "fftshift": scipy.fft.fftshift,
}


def case(name):
    def prepare(dtype, shapes, threads):
        arrays = [np.random.default_rng(1).random(shape).astype(dtype) - np.dtype(dtype).type(0.5) for shape in json.loads(shapes)]

        def run():
            with scipy.fft.set_workers(threads):
                RUN[name](*arrays)

        return run

    return prepare


serve({name: case(name) for name in RUN}, {"numpy": np.__version__, "scipy": scipy.__version__})

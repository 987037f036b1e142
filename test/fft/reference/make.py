"""Writes scipy.json: results of NumPy and SciPy on small arrays. Run with numpy 2.x and scipy 1.1x: python make.py"""

import json
from pathlib import Path

import numpy as np
import scipy
import scipy.fft
import scipy.signal

random = np.random.default_rng(4)
cases = []


def pack(x):
    x = np.asarray(x)
    data = x.view(np.float64) if np.iscomplexobj(x) else x.astype(np.float64)
    return {"shape": x.shape, "dtype": str(x.dtype), "data": " ".join(map(repr, data.ravel().tolist()))}


def case(name, function, arrays, positional=(), **options):
    result = function(*arrays, *positional, **options)
    cases.append(
        {"name": name, "arrays": [pack(x) for x in arrays], "positional": positional, "options": options, "result": pack(result)}
    )


def real(*shape):
    return random.integers(-99, 100, shape) / 8


def cplx(*shape):
    return real(*shape) + 1j * real(*shape)


for name in ["dct", "idct", "dst", "idst"]:
    function = getattr(scipy.fft, name)
    for kind in [1, 2, 3, 4]:
        for n in [1, 2, 3, 7, 8, 11]:
            if (kind, n, name[-2]) == (1, 1, "c"):
                continue
            case(name, function, [real(n)], type=kind)
        for norm in ["backward", "ortho", "forward"]:
            case(name, function, [real(6)], type=kind, norm=norm)
            case(name, function, [real(5)], type=kind, norm=norm)
            case(name, function, [real(5)], type=kind, norm=norm, orthogonalize=norm != "ortho")
        case(name, function, [real(2, 5, 3)], type=kind, n=7, axis=1)
        case(name, function, [real(2, 5, 3)], type=kind, n=4, axis=0)
for name in ["dctn", "idctn", "dstn", "idstn"]:
    function = getattr(scipy.fft, name)
    case(name, function, [real(3, 4, 5)])
    case(name, function, [real(3, 4, 5)], norm="ortho", axes=[0, 2])
    case(name, function, [real(3, 4, 5)], type=3, s=[6, 2], axes=[2, 0])
    case(name, function, [real(3, 4, 5)], type=1, s=[5, 4], norm="forward")
for norm in ["backward", "ortho", "forward"]:
    for axis, n in [(-1, 2), (-1, 5), (0, 3), (1, 1)]:
        for name, array in [("fft", cplx(2, 2, 3)), ("ifft", cplx(2, 2, 3)), ("rfft", real(2, 2, 3)), ("ihfft", real(2, 2, 3))]:
            case(name, getattr(scipy.fft, name), [array], n=n, axis=axis, norm=norm)
        for name in ["irfft", "hfft"]:
            case(name, getattr(scipy.fft, name), [cplx(2, 2, 3)], n=n, axis=axis, norm=norm)
for name, array in [("fftn", cplx(3, 4, 5)), ("ifftn", cplx(3, 4, 5)), ("rfftn", real(3, 4, 5)), ("irfftn", cplx(3, 4, 5))]:
    case(name, getattr(scipy.fft, name), [array], s=[5, 3])
    case(name, getattr(scipy.fft, name), [array], s=[2, 7], axes=[0, 2], norm="ortho")
for name in ["irfft", "hfft"]:
    case(name, getattr(scipy.fft, name), [cplx(2, 4)])
for name in ["fftshift", "ifftshift"]:
    case(name, getattr(scipy.fft, name), [real(4, 5)])
    case(name, getattr(scipy.fft, name), [cplx(4, 5, 2)], axes=[1])
for mode in ["constant", "edge", "wrap", "reflect", "symmetric"]:
    for n, before, after in [(5, 2, 3), (4, 9, 11), (2, 5, 4), (3, 0, 0), (1, 2, 3)]:
        case("pad", np.pad, [real(n)], ([before, after],), mode=mode)
    case("pad", np.pad, [real(3, 4)], ([[1, 2], [3, 0]],), mode=mode)
    case("pad", np.pad, [cplx(3, 4)], (2,), mode=mode)
for n, m in [(6, 9), (6, 10), (9, 6), (10, 6), (7, 9), (9, 7), (8, 16), (16, 8), (5, 5)]:
    case("resample", scipy.signal.resample, [real(n)], (m,))
    case("resample", scipy.signal.resample, [cplx(n)], (m,))
    case("resample", scipy.signal.resample, [real(2, n, 3)], (m,), axis=1)
for make in [real, cplx]:
    for mode in ["full", "same", "valid"]:
        for na, nb in [(1, 1), (7, 3), (8, 4), (3, 7), (5, 5), (20, 3), (3, 21)]:
            case("convolve", scipy.signal.convolve, [make(na), make(nb)], mode=mode)
            case("correlate", scipy.signal.correlate, [make(na), make(nb)], mode=mode)
        case("convolve", scipy.signal.convolve, [make(6, 7), make(3, 2)], mode=mode)
        case("correlate", scipy.signal.correlate, [make(6, 7), make(3, 2)], mode=mode)
        case("oaconvolve", scipy.signal.oaconvolve, [make(3, 5), make(3, 2)], mode=mode, axes=[1])
        for axis in [0, 2]:
            shape = [3, 2, 4]
            other = [2 if i == axis else n for i, n in enumerate(shape)]
            case("convolve", scipy.signal.fftconvolve, [make(*shape), make(*other)], mode=mode, axes=[axis])
            one = [2 if i == axis else 1 for i in range(3)]
            case("convolve", scipy.signal.fftconvolve, [make(*shape), make(*one)], mode=mode, axes=[axis])

record = {"numpy": np.__version__, "scipy": scipy.__version__, "cases": cases}
Path(__file__).with_name("scipy.json").write_text(json.dumps(record) + "\n")

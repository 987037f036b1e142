"""Power spectrum of a cube by scipy.fft and numpy.histogram, with what depends on the mesh alone made beforehand, and the
cylindrical one by tools21cm."""

import importlib.metadata

import numpy as np
import scipy
import scipy.fft
import tools21cm

from serve import serve


def spectrum(n, threads):
    field = np.random.default_rng(1).random((n, n, n), dtype=np.float32)
    k = 2 * np.pi / 100 * n * np.fft.fftfreq(n)
    length = np.sqrt(k[:, None, None] ** 2 + k[:, None] ** 2 + k[: n // 2 + 1] ** 2).ravel()
    weight = np.full(n // 2 + 1, 2.0)
    weight[[0, -1]] = 1
    weight = np.broadcast_to(weight, (n, n, n // 2 + 1)).ravel()
    bins = int(6 * np.log10(n))
    edges = 10 ** np.linspace(np.log10(2 * np.pi / 100), np.log10(length.max()), bins + 1)

    def run():
        f = scipy.fft.rfftn(field, workers=threads).ravel()
        power = f.real**2 + f.imag**2
        modes = np.histogram(length, edges, weights=weight)[0]
        return np.histogram(length, edges, weights=weight * power)[0] / np.maximum(modes, 1)

    return run


def cylinder(n, threads):
    field = np.random.default_rng(1).random((n, n, n), dtype=np.float32)
    return lambda: tools21cm.power_spectrum_2d(field, kbins=10, box_dims=100, nu_axis=2)


versions = {p: importlib.metadata.version(p) for p in ("numpy", "scipy", "tools21cm")}
serve({"numpy": spectrum, "cylinder": cylinder}, versions)

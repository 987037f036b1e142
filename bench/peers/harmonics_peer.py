"""Spherical harmonic transforms by healpy (libsharp) and ducc0."""

import ctypes
import re

import ducc0
import healpy
import numpy as np

from serve import serve


def set_threads(threads):
    """Tells the OpenMP library that healpy brought along."""
    with open("/proc/self/maps") as maps:
        for path in set(re.findall(r"\S*libgomp\S*", maps.read())):
            ctypes.CDLL(path).omp_set_num_threads(threads)


def draw(nside, sets):
    lmax = 3 * nside - 1
    n = healpy.Alm.getsize(lmax)
    rng = np.random.default_rng(1)
    alm = rng.normal(size=(sets, n)) + 1j * rng.normal(size=(sets, n))
    alm[:, : lmax + 1].imag = 0
    return lmax, alm


def healpy_case(spin, analysis):
    def prepare(nside, threads):
        set_threads(threads)
        lmax, alm = draw(nside, 2 if spin else 1)
        if spin:
            maps = healpy.alm2map_spin(alm, nside, spin, lmax)
            if analysis:
                return lambda: healpy.map2alm_spin(maps, spin, lmax)
            return lambda: healpy.alm2map_spin(alm, nside, spin, lmax)
        field = healpy.alm2map(alm[0], nside)
        if analysis:
            return lambda: healpy.map2alm(field, lmax, iter=0)
        return lambda: healpy.alm2map(alm[0], nside)

    return prepare


def ducc_case(spin, analysis):
    def prepare(nside, threads):
        lmax, alm = draw(nside, 2 if spin else 1)
        rings = ducc0.healpix.Healpix_Base(nside, "RING").sht_info()
        how = {"lmax": lmax, "spin": spin, "nthreads": threads, **rings}
        maps = ducc0.sht.synthesis(alm=alm, **how)
        if analysis:
            return lambda: ducc0.sht.adjoint_synthesis(map=maps, **how)
        return lambda: ducc0.sht.synthesis(alm=alm, **how)

    return prepare


CASES = {
    f"{code} {'map2alm' if analysis else 'alm2map'} {spin}": case(spin, analysis)
    for code, case in (("healpy", healpy_case), ("ducc0", ducc_case))
    for spin in (0, 1, 2)
    for analysis in (False, True)
}
serve(CASES, {"healpy": healpy.__version__, "ducc0": ducc0.__version__, "numpy": np.__version__})

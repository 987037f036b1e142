"""Writes harmonics_healpy.json: transforms of healpy 1.20.1 (libsharp) at nside 4, lmax 11 (and mmax 7).

    python harmonics_healpy.py > harmonics_healpy.json
"""
import json

import healpy
import numpy as np

NSIDE, LMAX, MMAX = 4, 11, 7
rng = np.random.default_rng(7)


def pairs(alm):
    return np.column_stack([alm.real, alm.imag]).ravel().tolist()


def draw(mmax):
    n = healpy.Alm.getsize(LMAX, mmax)
    alm = rng.normal(size=n) + 1j * rng.normal(size=n)
    alm[: LMAX + 1].imag = 0
    return alm


e, b, short = draw(LMAX), draw(LMAX), draw(MMAX)
noise, other = rng.normal(size=(2, 12 * NSIDE**2))
out = {"nside": NSIDE, "lmax": LMAX, "mmax": MMAX, "e": pairs(e), "b": pairs(b), "short": pairs(short)}
out["map"] = healpy.alm2map(e, NSIDE).tolist()
out["mapShort"] = healpy.alm2map(short, NSIDE, lmax=LMAX, mmax=MMAX).tolist()
out["noise"], out["other"] = noise.tolist(), other.tolist()
for iterations in (0, 3):
    out[f"alm{iterations}"] = pairs(healpy.map2alm(noise, lmax=LMAX, iter=iterations))
out["cl"] = healpy.anafast(noise).tolist()
out["cross"] = healpy.anafast(noise, other, lmax=9, iter=1).tolist()
for spin in (1, 2):
    out[f"spin{spin}"] = [m.tolist() for m in healpy.alm2map_spin([e, b], NSIDE, spin, LMAX)]
    out[f"back{spin}"] = [pairs(a) for a in healpy.map2alm_spin([noise, other], spin, LMAX)]
out["beam"] = healpy.gauss_beam(0.2, LMAX).tolist()
out["smooth"] = healpy.smoothing(noise, fwhm=0.2).tolist()
print(json.dumps(out))

"""Bins a galaxy of n x n spaxels with vorbin (Cappellari & Copin 2003) and prints the numbers that test/ifu/voronoi_test.ts has:
bins, mean of S/N, its standard deviation over the target, seconds. Needs vorbin 3.2.1.

usage: voronoi_peer.py
"""

import time

import numpy as np
from vorbin.voronoi_2d_binning import voronoi_2d_binning

for n, target in (60, 30), (100, 40):
    i = np.arange(n * n)
    x, y = i % n - 0.47 * n, (i // n - 0.52 * n) / 0.7
    signal = 100 * np.exp(-np.hypot(x, y) / (0.12 * n)) + 0.3
    noise = np.sqrt(0.2 * signal + 1)
    for wvt in True, False:
        start = time.time()
        out = voronoi_2d_binning(i % n * 1.0, i // n * 1.0, signal, noise, target, cvt=True, wvt=wvt, pixelsize=1, plot=False, quiet=True)
        ratio = out[5]
        method = "weighted" if wvt else "cvt"
        print(f"{n} {target} {method}: {len(ratio)} bins, {ratio.mean():.2f} +- {ratio.std() / target:.4f}, {time.time() - start:.2f} s")

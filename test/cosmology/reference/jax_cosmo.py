"""Writes jax_cosmo.json: numbers of jax_cosmo (fork with second-order growth) out of the particle-mesh reference, background.h5.

    python jax_cosmo.py FOLDER > jax_cosmo.json
"""

import json
import sys

import h5py

file = h5py.File(f"{sys.argv[1]}/background.h5")
# Growth from the 9th on every 8th, power every 8th.
out = {name: file["growth"][name][8:-1:8].tolist() for name in ("a", "E", "D1", "D2n", "f1", "f2", "chi")}
out |= {name: file["power"][name][::8].tolist() for name in ("k", "T_EH", "P_lin")}
print(json.dumps(out))

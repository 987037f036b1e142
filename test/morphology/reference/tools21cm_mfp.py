"""Writes tools21cm_mfp.json: lengths of rays in a ball of radius 16 cells and in slabs 16 cells thick, by tools21cm.

    python3 tools21cm_mfp.py

Element r of `below` is the share of 200 000 rays that ended by their step of r + 1 cells. tools21cm's rays start at the
nodes of cells, take steps of one cell, end where trilinear interpolation of the mask is at most 0.5 or at a face of the
box, and have directions of whole degrees, uniform in the polar angle: they crowd around the last axis.
"""

import importlib.metadata
import json
from pathlib import Path

import numpy as np
from tools21cm import mfp_np

N, RAYS = 64, 200_000
np.random.seed(1)
centre = np.indices((N, N, N)) + 0.5 - N / 2
regions = {"ball": (centre**2).sum(axis=0) < 16**2}
for axis, name in enumerate("xyz"):
    regions[f"slab_{name}"] = np.abs(centre[axis]) < 8

result = {"versions": {p: importlib.metadata.version(p) for p in ("tools21cm", "numpy")}, "below": {}}
for name, region in regions.items():
    ended, _ = mfp_np.mfp3d(region.astype(float), 0.5, iterations=RAYS, verbose=False)
    result["below"][name] = (ended.cumsum() / RAYS).tolist()
Path(__file__).with_name("tools21cm_mfp.json").write_text(json.dumps(result) + "\n")

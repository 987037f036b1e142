"""Writes beorn.json: numbers of BEoRN 2.1.2 (default cosmology) out of its reference data, unit.h5 and intermediate.h5.

    python beorn.py FOLDER > beorn.json
"""

import json
import sys

import h5py

folder = sys.argv[1]
unit, inter = h5py.File(f"{folder}/unit.h5"), h5py.File(f"{folder}/intermediate.h5")
hmf, functions = unit["hmf"], inter["functions"]
out = {"M": hmf["M"][::4].tolist(), "k": hmf["k"][:].tolist()}
for name in ("T_nowiggle", "T_wiggle", "P_z0_nowiggle", "P_z0_wiggle"):
    out[name] = hmf[name][:].tolist()
for window in ("tophat", "sharp_k", "smooth_k"):
    out[f"sigma2_{window}"] = hmf[f"sigma2_z0_{window}"][::4].tolist()
    for model in ("press_schechter", "sheth_tormen", "ellipsoidal"):
        for z in (0, 7, 12):
            out[f"{model}_{window}_z{z}"] = hmf[f"dndlnM_{window}_{model}_z{z}"][::4].tolist()
out["chmf"] = {
    "M": hmf["chmf_M"][:].tolist(),
    "delta": hmf["chmf_delta"][:].tolist(),
    "values": hmf["chmf_dndlnM_z7_Menv1e12"][:].tolist(),
    "sigma2_environment": float(hmf.attrs["sigma2_env_1e12_z7"]),
}
out["z"] = functions["z"][::5].tolist()
for name in ("growth_D", "hubble_kms_Mpc"):
    out[name] = functions[name][::5].tolist()
out["D1_z7"], out["f1_z7"] = float(unit["lpt"].attrs["D1_z7"]), float(unit["lpt"].attrs["f1_z7"])
print(json.dumps(out))

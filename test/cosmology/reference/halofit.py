"""Writes halofit.json: nonlinear power of pyccl 3.3.6 (Eisenstein-Hu) and camb 2.0.5.

    python halofit.py > halofit.json
"""

import json

import camb
import numpy as np
import pyccl as ccl

H = 0.6766
out = {"pyccl": ccl.__version__, "camb": camb.__version__, "ccl": {}, "boltzmann": {}}

k = np.geomspace(1e-3, 20, 25)
out["k"] = k.tolist()
for name, extra in {"constant": {}, "w": {"w0": -0.8}, "open": {"Omega_k": 0.05}}.items():
    cosmo = ccl.Cosmology(
        Omega_c=0.2621, Omega_b=0.049, h=H, n_s=0.9665, sigma8=0.8102, T_CMB=2.726, Omega_g=0, Neff=0, m_nu=0,
        transfer_function="eisenstein_hu", matter_power_spectrum="halofit", **extra,
    )
    out["ccl"][name] = {
        z: [(f(cosmo, k * H, 1 / (1 + z)) * H**3).tolist() for f in (ccl.linear_matter_power, ccl.nonlin_matter_power)]
        for z in (0, 1)
    }

for name, (w0, wa) in {"constant": (-1, 0), "w0wa": (-0.9, 0.2), "far": (-0.9, -0.4)}.items():
    entry = {}
    for version in ("takahashi", "original"):
        p = camb.set_params(
            H0=100 * H, ombh2=0.049 * H**2, omch2=0.2621 * H**2, mnu=0, num_massive_neutrinos=0, nnu=3.046, TCMB=2.7255,
            omk=0, ns=0.9665, As=2.1e-9, w=w0, wa=wa, dark_energy_model="ppf", halofit_version=version,
        )
        p.set_matter_power(redshifts=[1.0, 0.0], kmax=50.0)
        for key, model in (("linear", camb.model.NonLinear_none), (version, camb.model.NonLinear_pk)):
            p.NonLinear = model
            at, _, power = camb.get_results(p).get_matter_power_spectrum(1e-3, 10, npoints=150)
            entry |= {"k": [float(f"{x:.9g}") for x in at], key: [[float(f"{x:.7g}") for x in row] for row in power]}
    out["boltzmann"][name] = entry

print(json.dumps(out))

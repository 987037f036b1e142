"""Writes limber.json: angular power of pyccl 3.3.6 by Limber's approximation, Eisenstein-Hu, flat.

    python limber.py > limber.json
"""

import json

import numpy as np
import pyccl as ccl

ccl.gsl_params.INTEGRATION_LIMBER_EPSREL = 1e-6
ccl.spline_params.K_MAX = 200
ccl.spline_params.K_MAX_SPLINE = 200
ccl.spline_params.A_SPLINE_NA_PK = 120
ccl.spline_params.N_K = 400

ell = np.array([2, 10, 30, 100, 300, 1000, 3000.0])
z = np.linspace(1e-4, 6, 6000)
smail = z**2 * np.exp(-((z / 0.6) ** 1.5))
hat = np.linspace(0.5, 0.9, 2001)
ones = np.ones_like(hat)
# A narrow Gaussian for a plane at z = 1.
narrow = np.linspace(0.98, 1.02, 401)
plane = np.exp(-0.5 * ((narrow - 1) / 0.004) ** 2)

out = {"pyccl": ccl.__version__, "ell": ell.tolist()}
for model in ("linear", "halofit"):
    cosmo = ccl.Cosmology(
        Omega_c=0.2621, Omega_b=0.049, h=0.6766, n_s=0.9665, sigma8=0.8102, T_CMB=2.726, Omega_g=0, Neff=0, m_nu=0,
        transfer_function="eisenstein_hu", matter_power_spectrum=model,
    )
    tracers = [
        ccl.WeakLensingTracer(cosmo, dndz=(z, smail), n_samples=2048),
        ccl.NumberCountsTracer(cosmo, has_rsd=False, dndz=(hat, ones), bias=(hat, 1.5 * ones)),
        ccl.WeakLensingTracer(cosmo, dndz=(narrow, plane), n_samples=2048),
    ]
    out[model] = [
        ccl.angular_cl(cosmo, tracers[i], tracers[j], ell, l_limber=-1).tolist() for i in range(3) for j in range(i, 3)
    ]

print(json.dumps(out))

"""Writes colossus.json: numbers of colossus 1.4.0 and astropy 8.0.2 (pip install colossus astropy).

    python colossus_reference.py > colossus.json
"""

import json

import numpy as np
from astropy.cosmology import LambdaCDM, w0waCDM
from colossus.cosmology import cosmology
from colossus.lss import bias, mass_function, peaks

p = dict(H0=67.66, Om0=0.3111, Ob0=0.049, sigma8=0.8102, ns=0.9665, flat=True, relspecies=False, Tcmb0=2.7255)
c = cosmology.setCosmology("ours", p)
m, k = np.geomspace(1e9, 1e15, 7), np.geomspace(1e-3, 10, 13)
out = {"masses": m.tolist(), "k": k.tolist()}
out["transfer"] = {n: cosmology.power_spectrum.transferFunction(k, c.h, c.Om0, c.Ob0, c.Tcmb0, model=n).tolist()
                   for n in ("eisenstein98", "eisenstein98_zb")}
out["power"] = c.matterPowerSpectrum(k).tolist()
r = peaks.lagrangianR(m)
out["radii"], out["sigma"] = r.tolist(), c.sigma(r).tolist()
out["criticalDensity"] = float(cosmology.constants.RHO_CRIT_0_KPC3 * 1e9) if hasattr(cosmology.constants, "RHO_CRIT_0_KPC3") else None
sigma = np.geomspace(0.4, 4, 6)
out["sigmas"], out["f"], out["bias"] = sigma.tolist(), {}, {}
for z in (0.0, 0.5, 8.0):
    for d in (200, 400, 1600):
        out["f"][f"tinker08 {z} {d}"] = mass_function.modelTinker08(sigma, z, f"{d}m").tolist()
    out["f"][f"watsonSo {z} 200"] = mass_function.modelWatson13(sigma, z, "200m").tolist()
    out["f"][f"watsonFof {z} 200"] = mass_function.modelWatson13(sigma, z, "fof").tolist()
nu = 1.686 / sigma
out["bias"]["tinker10"] = bias.modelTinker10(nu, 0.0, "200m").tolist()
out["bias"]["shethMoTormen"] = bias.modelSheth01(nu).tolist()
out["bias"]["moWhite"] = bias.modelCole89(nu).tolist()
out["f"]["shethTormen"] = mass_function.modelSheth99(sigma, 0.0, deltac_args={"corrections": False}).tolist()
z = [0.1, 1.0, 8.0, 1000.0]
far = w0waCDM(H0=70, Om0=0.3, Ode0=0.65, w0=-0.9, wa=-0.2, Tcmb0=2.7255, Neff=3.046)
near = LambdaCDM(H0=67.36, Om0=0.3153, Ode0=0.6847, Tcmb0=0)
out["astropy"] = {
    "z": z,
    "omegaR": float(far.Ogamma0 + far.Onu0),
    "luminosity": [float(far.luminosity_distance(v).value * 0.7) for v in z],
    "age": [float(far.age(v).value) for v in z],
    "volume": [float(near.comoving_volume(v).value * 0.6736**3) for v in z],
    "critical": float(near.critical_density0.to("M_sun/Mpc3").value / 0.6736**2),
}
print(json.dumps(out))

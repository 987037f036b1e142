"""Cosmology with more digits or by other methods: mpmath for integrals and flat growth, SciPy's DOP853 at its least tolerance
for growth with any dark energy, Gauss-Legendre sums of 800000 points for variances. Its output is also
test/cosmology/reference/cosmology.json:

    python bench/accuracy/cosmology_reference.py < /dev/null > test/cosmology/reference/cosmology.json
"""

import json
import math

import mpmath
import numpy as np
from mpmath import mp, mpf
from scipy.integrate import solve_ivp

mp.dps = 30
C = mpf("2997.92458")
MPC_KM = mpf("3.0856775814913673e19")
GYR = MPC_KM / 100 / mpf("3.15576e16")
Z = [1e-7, 0.1, 1.0, 8.0, 99.0, 1100.0, 1e6]
UNIVERSES = {
    "flat": dict(h=0.6766, omegaM=0.3111, omegaB=0.049, w0=-1, wa=0, omegaK=0, omegaR=0),
    "open": dict(h=0.7, omegaM=0.3, omegaB=0.045, w0=-1, wa=0, omegaK=0.1, omegaR=0),
    "closed": dict(h=0.7, omegaM=0.3, omegaB=0.045, w0=-0.9, wa=0.3, omegaK=-0.08, omegaR=0),
    "dynamic": dict(h=0.7, omegaM=0.25, omegaB=0.045, w0=-1.1, wa=-0.5, omegaK=0, omegaR=0),
    "radiation": dict(h=0.6736, omegaM=0.3153, omegaB=0.0493, w0=-1, wa=0, omegaK=0, omegaR=9e-5),
}


def densities(p):
    m, k, r = (mpf(p[n]) for n in ("omegaM", "omegaK", "omegaR"))
    return m, 1 - m - k - r, k, r, mpf(p["w0"]), mpf(p["wa"])


def e2(p, x):
    """E^2 of x = 1 + z."""
    m, d, k, r, w0, wa = densities(p)
    return m * x**3 + r * x**4 + k * x**2 + d * x ** (3 * (1 + w0 + wa)) * mpmath.exp(-3 * wa * (1 - 1 / x))


def integrals(p):
    k = densities(p)[2]
    rows = {"distance": [], "transverse": [], "volume": [], "lookback": [], "age": [], "hubble": []}
    for z in Z:
        u = mpmath.log1p(mpf(z))
        cuts = [u * i / 8 for i in range(9)]
        d = mpmath.quad(lambda t: mpmath.exp(t) / mpmath.sqrt(e2(p, mpmath.exp(t))), cuts)
        late = mpmath.quad(lambda t: 1 / mpmath.sqrt(e2(p, mpmath.exp(t))), cuts)
        age = mpmath.quad(lambda t: 1 / mpmath.sqrt(e2(p, mpmath.exp(t))), [u + i for i in range(0, 45, 3)])
        s = mpmath.sqrt(abs(k))
        across = d if k == 0 else (mpmath.sinh(s * d) / s if k > 0 else mpmath.sin(s * d) / s)
        # Integral of across^2 dd.
        if k == 0:
            volume = d**3 / 3
        else:
            volume = (mpmath.sinh(2 * s * d) - 2 * s * d if k > 0 else 2 * s * d - mpmath.sin(2 * s * d)) / (4 * s**3)
        rows["distance"].append(float(C * d))
        rows["transverse"].append(float(C * across))
        rows["volume"].append(float(4 * mp.pi * C**3 * volume))
        rows["lookback"].append(float(GYR / mpf(p["h"]) * late))
        rows["age"].append(float(GYR / mpf(p["h"]) * age))
        rows["hubble"].append(float(100 * mpf(p["h"]) * mpmath.sqrt(e2(p, 1 + mpf(z)))))
    return rows


def growth(p):
    """D1, D1', D2, D2', D3a, D3a', D3b, D3b' from a = 1e-10, at Z up to 1100."""
    m, d, k, r, w0, wa = (float(v) for v in densities(p))

    def right(n, y):
        a = np.exp(n)
        de = d * np.exp(-3 * (1 + w0 + wa) * n - 3 * wa * (1 - a))
        e = m / a**3 + r / a**4 + k / a**2 + de
        slope = -0.5 * (3 * m / a**3 + 4 * r / a**4 + 2 * k / a**2 + 3 * (1 + w0 + wa * (1 - a)) * de) / e
        s, f = 1.5 * m / a**3 / e, 2 + slope
        d1, v1, d2, v2, da, va, db, vb = y
        return [
            v1, s * d1 - f * v1, v2, s * (d2 - d1**2) - f * v2,
            va, s * (da - 2 * d1**3) - f * va, vb, s * (db - 2 * d1 * (d2 - d1**2)) - f * vb,
        ]

    a, eq = 1e-10, r / m
    e2_, e3 = 2 / 3 * eq * a, 8 / 9 * eq**2 * a
    # Curvature to first order.
    bend = -4 / 7 * k / m * a * a
    y = [a + bend + 2 / 3 * eq, a + 2 * bend, -3 / 7 * a**2 - e2_, -6 / 7 * a**2 - e2_,
         -(a**3) / 3 - e3, -(a**3) - e3, 10 / 21 * a**3 + e3, 30 / 21 * a**3 + e3]
    z = [z for z in Z if z <= 1100]
    times = sorted([-np.log1p(v) for v in z])
    s = solve_ivp(right, [np.log(a), 0], y, "DOP853", rtol=2.3e-14, atol=1e-60, max_step=0.05, t_eval=times + [0])
    return {"z": z, "values": s.y[:, :-1][:, ::-1].tolist(), "today": s.y[:, -1].tolist()}


def flat_growth(p):
    m = mpf(p["omegaM"])

    def d(a):
        return a * mpmath.hyp2f1(mpf(1) / 3, 1, mpf(11) / 6, -(a**3) * (1 - m) / m)

    def rate(a):
        return mpmath.diff(lambda n: mpmath.log(d(mpmath.exp(n))), mpmath.log(a))

    at = [1 / (1 + mpf(z)) for z in Z]
    return {"growth": [float(d(a) / d(mpf(1))) for a in at], "early": float(d(mpf(1))), "rate": [float(rate(a)) for a in at]}


def collapse(p, z):
    """delta_c: the shell's time against the age, both by mpmath, in the radius itself."""
    m, d, k, *_ = densities(p)
    age = mpmath.quad(lambda t: 1 / mpmath.sqrt(e2(p, mpmath.exp(t))), [mpmath.log1p(z) + i for i in range(0, 45, 3)])

    def time(r):
        kk = m / r + d * r * r
        inner = mpmath.quad(lambda x: mpmath.sqrt(x / (r - x) / (kk - d * (r * r + r * x + x * x))), [0, r / 2])

        def near(y):
            x = r - y * y
            return 2 * mpmath.sqrt(x / (kk - d * (r * r + r * x + x * x)))

        return 2 * (inner + mpmath.quad(near, [0, mpmath.sqrt(r / 2)]))

    r = mpmath.findroot(lambda r: time(r) / age - 1, (mpf("0.3") / (1 + z), mpf("0.5") / (1 + z)), solver="secant", tol=1e-25)
    early = 2.5 * m * mpmath.sqrt(e2(p, 1 + mpf(z)))
    early *= mpmath.quad(lambda a: (a * mpmath.sqrt(e2(p, 1 / a))) ** -3 if a > 0 else mpf(0), [0, 0.05 / (1 + z), 1 / (1 + mpf(z))])
    return float(mpf(3) / 5 * (m / r + d * r * r + k) / m * early)


def eisenstein_hu(p, t, k, wiggle):
    """Eisenstein and Hu (1998), written from the paper; k in h/Mpc."""
    w, b, th = p["omegaM"] * p["h"] ** 2, p["omegaB"] * p["h"] ** 2, t / 2.7
    fb, fc = b / w, 1 - b / w
    if not wiggle:
        s = 44.5 * np.log(9.83 / w) / np.sqrt(1 + 10 * b**0.75)
        ag = 1 - 0.328 * np.log(431 * w) * fb + 0.38 * np.log(22.3 * w) * fb**2
        gamma = p["omegaM"] * p["h"] * (ag + (1 - ag) / (1 + (0.43 * k * p["h"] * s) ** 4))
        q = k * th**2 / gamma
        l0, c0 = np.log(2 * np.e + 1.8 * q), 14.2 + 731 / (1 + 62.5 * q)
        return l0 / (l0 + c0 * q**2)
    kk = k * p["h"]
    zeq, keq = 2.5e4 * w / th**4, 7.46e-2 * w / th**2
    b1, b2 = 0.313 * w**-0.419 * (1 + 0.607 * w**0.674), 0.238 * w**0.223
    zd = 1291 * w**0.251 / (1 + 0.659 * w**0.828) * (1 + b1 * b**b2)
    rd, req = 31.5 * b / th**4 * 1e3 / zd, 31.5 * b / th**4 * 1e3 / zeq
    s = 2 / (3 * keq) * np.sqrt(6 / req) * np.log((np.sqrt(1 + rd) + np.sqrt(rd + req)) / (1 + np.sqrt(req)))
    silk = 1.6 * b**0.52 * w**0.73 * (1 + (10.4 * w) ** -0.95)
    a1, a2 = (46.9 * w) ** 0.67 * (1 + (32.1 * w) ** -0.532), (12 * w) ** 0.424 * (1 + (45 * w) ** -0.582)
    ac = a1**-fb * a2 ** -(fb**3)
    bc = 1 / (1 + 0.944 / (1 + (458 * w) ** -0.708) * (fc ** ((0.395 * w) ** -0.0266) - 1))
    q, ks = kk / (13.41 * keq), kk * s

    def t0(alpha, beta):
        c = 14.2 / alpha + 386 / (1 + 69.9 * q**1.08)
        low = np.log(np.e + 1.8 * beta * q)
        return low / (low + c * q**2)

    f = 1 / (1 + (ks / 5.4) ** 4)
    cold = f * t0(1, bc) + (1 - f) * t0(ac, bc)
    y = (1 + zeq) / (1 + zd)
    g = y * (-6 * np.sqrt(1 + y) + (2 + 3 * y) * np.log((np.sqrt(1 + y) + 1) / (np.sqrt(1 + y) - 1)))
    ab, bb = 2.07 * keq * s * (1 + rd) ** -0.75 * g, 0.5 + fb + (3 - 2 * fb) * np.sqrt((17.2 * w) ** 2 + 1)
    u = ks / (1 + (8.41 * w**0.435 / ks) ** 3) ** (1 / 3)
    baryons = (t0(1, 1) / (1 + (ks / 5.2) ** 2) + ab / (1 + (bb / ks) ** 3) * np.exp(-((kk / silk) ** 1.4))) * np.sin(u) / u
    return fb * baryons + fc * cold


def variances(p, ns, t, wiggle, radii):
    """sigma/sigma8 and dln sigma/dln R, by 20-point rules on 40000 panels; sharp-k by integration up to its edge. Also the
    power k^(ns + 3) T^2 and its integral that belongs to sigma8."""
    x, w = np.polynomial.legendre.leggauss(20)

    def nodes(low, high, panels):
        edges = np.linspace(low, high, panels + 1)
        h = 0.5 * np.diff(edges)[:, None]
        return (edges[:-1, None] + h * (1 + x)).ravel(), (h * w).ravel()

    def delta2(k):
        return k ** (ns + 3) * eisenstein_hu(p, t, k, wiggle) ** 2

    def hat(y):
        small = y < 1e-2
        v = np.where(small, 1.0, y)
        full = 3 * (np.sin(v) - v * np.cos(v)) / v**3
        d = 3 * np.sin(v) / v - 3 * full
        return np.where(small, 1 - y**2 / 10 + y**4 / 280, full), np.where(small, -(y**2) / 5 + y**4 / 70, d)

    ln, weight = nodes(np.log(1e-8), np.log(1e7), 40000)
    k = np.exp(ln)
    mass = weight * delta2(k)
    rows = {}
    w8 = hat(8 * k)[0]
    norm = np.sum(mass * w8 * w8)
    windows = {
        "topHat": hat,
        "smoothK": lambda y: (1 / (1 + y**4), -4 * y**4 / (1 + y**4) ** 2),
        "gaussian": lambda y: (np.exp(-(y**2) / 2), -(y**2) * np.exp(-(y**2) / 2)),
    }
    for name, window in windows.items():
        values = [window(k * r) for r in radii]
        s2 = [np.sum(mass * v * v) for v, _ in values]
        slope = [np.sum(mass * v * d) for v, d in values]
        rows[name] = {"sigma": [float(np.sqrt(s / norm)) for s in s2], "slope": [float(d / s) for d, s in zip(slope, s2)]}
    sharp = {"sigma": [], "slope": []}
    for r in radii:
        part, weights = nodes(np.log(1e-8), -np.log(r), 20000)
        s2 = np.sum(weights * delta2(np.exp(part)))
        sharp["sigma"].append(float(np.sqrt(s2 / norm)))
        sharp["slope"].append(float(-0.5 * delta2(np.array([1 / r]))[0] / s2))
    rows["sharpK"] = sharp
    return rows, delta2, norm


def halos():
    """Power, mass functions and conditional mass function with BEoRN's default parameters, from the papers' formulas."""
    h, matter, sigma8, ns, t, delta_c = 0.673, 0.315, 0.83, 0.96, 2.725, 1.686
    p = dict(h=h, omegaM=matter, omegaB=0.045)
    rho = matter * 2.775e11
    k, z = np.geomspace(1e-3, 50, 21), [0, 7, 12]
    power = {}
    for name in ("eisensteinHu", "eisensteinHuNoWiggle"):
        _, delta2, norm = variances(p, ns, t, name == "eisensteinHu", [8.0])
        power[name] = (sigma8**2 * 2 * np.pi**2 * delta2(k) / norm / k**3).tolist()
    masses, environment = np.geomspace(1e6, 1e13, 8), 1e12
    radii = np.cbrt(np.append(masses, environment) * 3 / (4 * np.pi * rho))
    rows, _, _ = variances(p, ns, t, False, radii)
    growth = [float(a * mpmath.hyp2f1(mpf(1) / 3, 1, mpf(11) / 6, -(a**3) * (1 - mpf(matter)) / mpf(matter)))
              for a in (1 / (1 + mpf(v)) for v in [0, *z])]
    growth = dict(zip(z, (g / growth[0] for g in growth[1:])))
    normal = 1 / (1 + 2**-0.3 * math.gamma(0.2) / np.sqrt(np.pi))

    def press_schechter(nu):
        return np.sqrt(2 / np.pi) * nu * np.exp(-(nu**2) / 2)

    def sheth_tormen(nu, a):
        return normal * np.sqrt(2 * a / np.pi) * (1 + (a * nu**2) ** -0.3) * nu * np.exp(-a * nu**2 / 2)

    models = {
        "pressSchechter": press_schechter,
        "shethTormen": lambda nu: sheth_tormen(nu, 0.707),
        "ellipsoidal": lambda nu: sheth_tormen(nu, 1),
    }
    functions = {}
    for window, row in rows.items():
        sigma, slope = sigma8 * np.array(row["sigma"][:-1]), np.abs(row["slope"][:-1]) / 3
        functions[window] = {
            name: [(rho / masses * slope * f(delta_c / (sigma * growth[v]))).tolist() for v in z]
            for name, f in models.items()
        }
    # Extended Press-Schechter theory at z = 7.
    sigma, slope = sigma8 * growth[7] * np.array(rows["topHat"]["sigma"]), np.abs(rows["topHat"]["slope"]) / 3
    delta, below = [-0.5, 0.0, 0.8], masses < environment
    s = np.sqrt(sigma[:-1][below] ** 2 - sigma[-1] ** 2)
    steep = slope[:-1][below] * sigma[:-1][below] ** 2 / s**2
    conditional = [[float(r * press_schechter((delta_c - d) / v)) for d in delta] for r, v in zip(rho / masses[below] * steep, s)]
    return {
        "k": k.tolist(), "power": power, "z": z, "masses": masses.tolist(), "functions": functions,
        "conditional": {"environment": environment, "delta": delta, "values": conditional},
    }


def reference_variance(wiggle):
    radii = [0.001, 0.03, 1.0, 8.0, 60.0, 500.0]
    return {"radii": radii, "windows": variances(flat, 0.9665, 2.726, wiggle, radii)[0]}


K = np.geomspace(1e-4, 100, 41)
universes = {
    name: {"parameters": p, "integrals": integrals(p), "growth": growth(p)} for name, p in UNIVERSES.items()
}
flat = UNIVERSES["flat"]
out = {
    "z": Z,
    "universes": universes,
    "flatGrowth": flat_growth(flat),
    "collapse": {"z": [0, 1, 9], **{n: [collapse(UNIVERSES[n], z) for z in (0, 1, 9)] for n in ("flat", "open")}},
    "k": K.tolist(),
    "transfer": {n: eisenstein_hu(flat, 2.726, K, n == "eisensteinHu").tolist() for n in ("eisensteinHu", "eisensteinHuNoWiggle")},
    "variance": {n: reference_variance(n == "eisensteinHu") for n in ("eisensteinHu", "eisensteinHuNoWiggle")},
    "halos": halos(),
}
print(json.dumps(out))

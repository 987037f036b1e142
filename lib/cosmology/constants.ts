/** [Mpc/h] c/H0, with c exact (SI). */
export const HUBBLE_DISTANCE = 2997.92458;
/** [km] One megaparsec, exact (IAU 2015 resolution B2: 648000/pi astronomical units per parsec). */
const MEGAPARSEC_KM = 3.0856775814913673e19;
/** [Gyr/h] 1/H0, in Julian years. */
export const HUBBLE_TIME = MEGAPARSEC_KM / 100 / 3.15576e16;
/** [h^2 M_sun/Mpc^3] Critical density today: 3 (100 km/s/Mpc)^2/(8 pi G), with G M_sun of IAU 2015 resolution B3. */
export const CRITICAL_DENSITY_TODAY = 3e4 * MEGAPARSEC_KM / (8 * Math.PI * 1.3271244e11);
/** [1] Omega_gamma h^2 of a black body of 1 K: 4 sigma/c^3 over the critical density (CODATA 2018). */
export const PHOTONS_AT_1_KELVIN = 4 * 5.670374419e-8 / (299792458 * 299792458 * 299792458) /
  (3 / (8 * Math.PI * 6.6743e-11) * (100 / MEGAPARSEC_KM) * (100 / MEGAPARSEC_KM));
/** [1] Overdensity for collapse in a universe of matter: 3/20 (12 pi)^(2/3). */
export const EINSTEIN_DE_SITTER_COLLAPSE = 1.6864701998411453;
/** [cm^2] Thomson's cross section (CODATA 2018). */
export const THOMSON_CM2 = 6.6524587321e-25;

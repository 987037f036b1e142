/** [km] One megaparsec (IAU 2015 B2 rounded as in Planck 2018 tools). */
export const MPC_KM = 3.08568e19;
/** [cm] One megaparsec. */
export const MPC_CM = 3.08568e24;
/** [g] One solar mass. */
export const MSUN_G = 1.988e33;
/** [g] Mass of a hydrogen atom's nucleus. */
export const HYDROGEN_MASS_G = 1.6726219e-24;
/** [km/s] Speed of light. */
export const LIGHT_SPEED_KM_S = 2.99792458e5;
/** [K] Temperature of the cosmic microwave background today (COBE/FIRAS, Fixsen 2009: 2.7255; 2.725 as in the 21-cm literature). */
export const CMB_TEMPERATURE_K = 2.725;
/** [h^2 M_sun / Mpc^3] Critical density today. */
export const CRITICAL_DENSITY = 2.775e11;

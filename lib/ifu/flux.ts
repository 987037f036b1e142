import { multiply } from "../array/mod.ts";
import { checkPositive, DomainError, MPC_CM } from "../base/mod.ts";
import { type Cosmology, luminosityDistance } from "../cosmology/mod.ts";
import { Cube } from "./cube.ts";

/** [erg/s] Nominal luminosity of the sun (IAU 2015, resolution B3). */
export const LSUN_ERG_S = 3.828e33;
/** [Angstrom/s] Speed of light. */
export const LIGHT_ANGSTROM_S = 2.99792458e18;
/** [mag] Zero point of AB magnitudes, m = -2.5 log10(f_nu) - 48.6 with f_nu in erg/s/cm2/Hz (Oke & Gunn 1983). */
export const AB_ZERO = 48.6;
/** [erg/s/cm2/Angstrom] Unit of flux of MUSE's and our cubes. */
export const FLUX_UNIT = 1e-20;

/** How far away a galaxy is: by redshift, or as it is. */
export type SourceDistance =
  | {
    /** Parameters of the universe. */
    cosmology: Cosmology;
    /** [1] Redshift, above 0. */
    redshift: number;
  }
  | {
    /** [Mpc] Luminosity distance. */
    distanceMpc: number;
  };

/**
 * Flux of a luminosity of 1 L_sun/Angstrom, `L_sun / (4 pi D_L^2)` in units of 1e-20 erg/s/cm2/Angstrom.
 *
 * All light: F = L/(4 pi D_L^2), as D_L holds the two factors 1 + z of redshifted photons and of their rate. Spectra of
 * our cubes are luminosities for each Angstrom as observed: a pixel's width dl_obs = (1 + z) dl_rest holds the luminosity
 * L_rest dl_rest = L_obs dl_obs, whose flux is F dl_obs = L_obs dl_obs/(4 pi D_L^2). So no factor 1 + z remains.
 *
 * @param distance How far away. One megaparsec is 3.08568e24 cm here.
 * @returns [1e-20 erg/s/cm2/Angstrom for each L_sun/Angstrom]
 * @throws {DomainError} for a distance or redshift that is not positive.
 * @example
 * ```ts
 * import { fluxFactor } from "@cosmesh/cosmesh/ifu";
 *
 * fluxFactor({ distanceMpc: 475.39 }); // 0.014157: 1 L_sun at z = 0.1
 * ```
 */
export function fluxFactor(distance: SourceDistance): number {
  const centimeters = checkPositive(megaparsecs(distance), "distanceMpc") * MPC_CM;
  return LSUN_ERG_S / FLUX_UNIT / (4 * Math.PI * centimeters) / centimeters;
}

function megaparsecs(distance: SourceDistance): number {
  if ("distanceMpc" in distance) return distance.distanceMpc;
  const { cosmology, redshift } = distance;
  if (!(redshift > 0)) {
    const rule = 'above 0; for a galaxy nearby give "distanceMpc"';
    throw new DomainError(`Cannot use "redshift": it must be ${rule}, got ${redshift}`, rule, String(redshift));
  }
  return luminosityDistance(cosmology, redshift) / cosmology.h;
}

/**
 * A cube of luminosities as one of fluxes, 1e-20 erg/s/cm2/Angstrom; see `fluxFactor`.
 *
 * @param cube Luminosities. Its arrays are scaled in place and pass to the result; give one of the two back.
 * @param distance How far away.
 * @throws {DomainError} if the cube holds fluxes already.
 */
export function toFlux(cube: Cube, distance: SourceDistance): Cube {
  if (cube.unit !== "Lsun/Angstrom") {
    throw new DomainError(
      `Cannot turn to fluxes: the cube must be in Lsun/Angstrom, got ${cube.unit}`,
      "Lsun/Angstrom",
      cube.unit,
    );
  }
  const factor = fluxFactor(distance);
  multiply(cube.flux, factor, { out: cube.flux });
  if (cube.variance) multiply(cube.variance, factor * factor, { out: cube.variance });
  const { flux, variance, wavelength, wavelengthStep, spaxelSize, aperture } = cube;
  return new Cube({
    flux,
    variance,
    wavelength,
    wavelengthStep,
    spaxelSize,
    aperture,
    unit: "1e-20 erg/s/cm2/Angstrom",
  });
}

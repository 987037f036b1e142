import type { FitsEntry, FitsHeader } from "../io/mod.ts";

/** What `cubeHeader` describes; parts that are left out have no entry. */
export interface CubeHeaderParts {
  /** Name of the pipeline. */
  pipeline?: string;
  /** [1] Redshift at which the galaxy is observed. */
  redshift?: number;
  /** "face-on", "edge-on", or angles [degree] about x, y and z. */
  rotation?: string | readonly [number, number, number];
  /** Name of the simulation. */
  simulation?: string;
  /** Name or number of the galaxy. */
  galaxy?: string | number;
  /** Number of the snapshot. */
  snapshot?: number;
  /** Whether only a part of the particles was taken. */
  subset?: boolean;
  /** Name of the templates. */
  templates?: string;
  /** Name of the telescope. */
  telescope?: string;
  /** Shape of the point spread function. */
  psf?: string;
  /** [pixel] Side of its kernel. */
  psfSize?: number;
  /** [pixel] Its standard deviation. */
  psfSigma?: number;
  /** [arcsec] Its full width at half maximum. */
  psfFwhm?: number;
  /** [Angstrom] Standard deviation of the line spread function. */
  lsf?: number;
  /** [1] Signal-to-noise ratio. */
  signalToNoise?: number;
  /** Distribution of the noise. */
  noise?: string;
  /** Name of the cosmology. */
  cosmology?: string;
  /** When the file was made, as ISO 8601; there is none unless it is given, so that equal runs give equal files. */
  date?: string;
}

const ENTRIES: readonly (readonly [Exclude<keyof CubeHeaderParts, "rotation">, string, string])[] = [
  ["date", "DATE", "when this file was made"],
  ["pipeline", "PIPELINE", "name of the pipeline"],
  ["redshift", "DIST_Z", "redshift at which the galaxy is observed"],
  ["simulation", "SIM", "simulation"],
  ["galaxy", "GALAXYID", "galaxy in the simulation"],
  ["snapshot", "SNAPSHOT", "snapshot of the simulation"],
  ["subset", "SUBSET", "whether only a part of the particles was taken"],
  ["templates", "SSP", "templates of simple stellar populations"],
  ["telescope", "INSTR", "instrument"],
  ["psf", "PSF", "point spread function"],
  ["psfSize", "PSF_SIZE", "[pixel] side of its kernel"],
  ["psfSigma", "PSFSIGMA", "[pixel] its standard deviation"],
  ["psfFwhm", "PSF_FWHM", "[arcsec] its full width at half maximum"],
  ["lsf", "LSF", "[Angstrom] sigma of the line spread function"],
  ["signalToNoise", "S_TO_N", "signal-to-noise ratio"],
  ["noise", "N_DISTR", "distribution of the noise"],
  ["cosmology", "COSMO", "cosmology"],
];

/**
 * Entries of a cube's primary header under the keywords of RUBIX.
 *
 * @param parts What is known of the run.
 * @example
 * ```ts
 * import { cubeHeader } from "@cosmesh/cosmesh/ifu";
 * const { INSTR, ROT_B } = cubeHeader({ telescope: "MUSE", rotation: [60, 20, 35] }) as Record<string, { value: unknown }>;
 * console.log(INSTR.value, ROT_B.value); // MUSE 20
 * ```
 */
export function cubeHeader(parts: CubeHeaderParts): FitsHeader {
  const header: Record<string, FitsEntry> = {};
  for (const [part, key, comment] of ENTRIES) {
    const value = parts[part];
    if (value !== undefined) header[key] = { value, comment };
  }
  const { rotation } = parts;
  if (typeof rotation === "string") header.ROTATION = { value: rotation, comment: "orientation of the galaxy" };
  else {
    rotation?.forEach((value, i) => {
      header[`ROT_${"ABC"[i]}`] = { value, comment: `[deg] angle about ${"xyz"[i]}` };
    });
  }
  return header;
}

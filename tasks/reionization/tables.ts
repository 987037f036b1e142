/**
 * Statistics of a history as HDF5 and as text.
 *
 * @module
 */
import { VERSION } from "../../lib/base/mod.ts";
import { opticalDepth } from "../../lib/cosmology/mod.ts";
import { writeHdf5 } from "../../lib/io/mod.ts";
import { CUBE_FIELDS, type CubeFields, type ReionizationParameters, universeOf } from "../../lib/radiation/mod.ts";
import { type CubeResults, SPECTRA, type SpectrumName } from "./measure.ts";

/** Fields with the names that BEoRN's statistics have for them. */
const FIELDS = [
  ["brightnessTemperature", "dTb"],
  ["temperature", "Temp"],
  ["ionisedFraction", "xHII"],
  ["lymanAlphaCoupling", "xal"],
  ["density", "delta_b"],
] as const satisfies readonly (readonly [keyof CubeFields, string])[];

const MOMENTS = ["mean", "std", "skewness", "kurtosis"] as const;
const PURE = new Set(["skewness", "kurtosis"]);

/** Optical depth of free electrons from today to each redshift, rising; not known from a single one. */
export function electronDepth(
  results: readonly CubeResults[],
  parameters: ReionizationParameters,
): Float64Array | undefined {
  if (results.length < 2) return;
  const z = results.map((result) => result.z);
  // Rounding of sums may leave [0, 1] by 1e-16.
  const x = results.map(({ moments }) => Math.min(Math.max(moments.ionisedFraction.mean, 0), 1));
  return opticalDepth(universeOf(parameters), z, x);
}

/** Spectra that all cubes have. */
export function commonSpectra(results: readonly CubeResults[]): SpectrumName[] {
  return SPECTRA.map(({ name }) => name).filter((name) => results.every(({ spectra }) => spectra[name]));
}

/** Rows of all cubes, one after the other. */
function stack(results: readonly CubeResults[], row: (result: CubeResults) => Float64Array): Float64Array {
  const rows = results.map(row);
  const out = new Float64Array(rows.reduce((sum, r) => sum + r.length, 0));
  rows.reduce((at, r) => (out.set(r, at), at + r.length), 0);
  return out;
}

/**
 * `statistics.h5`, without groups, so that BEoRN's reader of statistics opens it: z `[z]`, rising; mean_<field>, std_,
 * skewness_ and kurtosis_ `[z]`; tau `[z]`; k, k_mean, n_modes `[k]` and k_edges; for each spectrum P_<name> and
 * Delta2_<name> `[z, k]` (ps_dTb is Delta2_dTb), with P_<name>_error for auto spectra; the cylindrical power P_cylindrical
 * `[z, k_perp, k_par]` with its axes; sizes of ionised regions, bubble_dP_dlnR `[z, R]`. All have a unit.
 */
export async function writeStatistics(
  path: string,
  results: readonly CubeResults[],
  parameters: ReionizationParameters,
): Promise<void> {
  const [{ spectra, cylindrical, bubbles }] = results;
  const { spectrum: first } = spectra.dTb!;
  const column = (value: (result: CubeResults) => number) => Float64Array.from(results, value);
  const count = results.length;
  await writeHdf5(path, (file) => {
    file.setAttributes("/", { created_by: `cosmesh ${VERSION}` });
    file.writeArray("z", column(({ z }) => z), { unit: "1" });
    for (const [field, name] of FIELDS) {
      for (const moment of MOMENTS) {
        const unit = PURE.has(moment) ? "1" : CUBE_FIELDS[field].unit;
        file.writeArray(`${moment}_${name}`, column((r) => r.moments[field][moment]), { unit });
      }
    }
    const tau = electronDepth(results, parameters);
    if (tau) file.writeArray("tau", tau, { unit: "1" });
    file.writeArray("k", first.k, { unit: "h/Mpc" });
    file.writeArray("k_mean", first.kMean, { unit: "h/Mpc" });
    file.writeArray("k_edges", first.edges, { unit: "h/Mpc" });
    file.writeArray("n_modes", first.modes, { unit: "1" });
    const shape = [count, first.k.length];
    for (const name of commonSpectra(results)) {
      const { spectrum: { unit, dimensionlessUnit }, error } = spectra[name]!;
      file.writeArray(`P_${name}`, stack(results, (r) => r.spectra[name]!.spectrum.power), { shape, unit });
      const dimensionless = stack(results, (r) => r.spectra[name]!.spectrum.dimensionless);
      file.writeArray(`Delta2_${name}`, dimensionless, { shape, unit: dimensionlessUnit });
      if (name === "dTb") file.writeArray("ps_dTb", dimensionless, { shape, unit: dimensionlessUnit });
      if (error) file.writeArray(`P_${name}_error`, stack(results, (r) => r.spectra[name]!.error!), { shape, unit });
    }
    const { kPerpendicular, kParallel, perpendicularEdges, parallelEdges, unit, modes } = cylindrical;
    const bins = [kPerpendicular.length, kParallel.length];
    file.writeArray("k_perp", kPerpendicular, { unit: "h/Mpc" });
    file.writeArray("k_perp_edges", perpendicularEdges, { unit: "h/Mpc" });
    file.writeArray("k_par", kParallel, { unit: "h/Mpc" });
    file.writeArray("k_par_edges", parallelEdges, { unit: "h/Mpc" });
    file.writeArray("n_modes_cylindrical", modes.data, { shape: bins, unit: "1" });
    const power = stack(results, (r) => r.cylindrical.power.data);
    file.writeArray("P_cylindrical", power, { shape: [count, ...bins], unit });
    file.writeArray("bubble_R", bubbles.radius, { unit: "Mpc/h" });
    file.writeArray("bubble_R_edges", bubbles.edges, { unit: "Mpc/h" });
    const sizes = stack(results, (r) => r.bubbles.distribution);
    file.writeArray("bubble_dP_dlnR", sizes, { shape: [count, bubbles.radius.length], unit: "1" });
    file.writeArray("bubble_mean_R", column((r) => r.bubbles.mean), { unit: "Mpc/h" });
  });
}

const number = (value: number): string => Number.isFinite(value) ? String(value) : "nan";
const table = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => row.map((value) => typeof value === "number" ? number(value) : value).join(",")).join("\n") + "\n";

/** Spectra as text: one line per redshift and bin, units in the first line. */
export function spectraText(results: readonly CubeResults[]): string {
  const names = commonSpectra(results);
  const columns = names.flatMap((name) => {
    const { unit, dimensionlessUnit } = results[0].spectra[name]!.spectrum;
    return [`P_${name} [${unit}]`, `Delta2_${name} [${dimensionlessUnit}]`];
  });
  const rows = results.flatMap(({ z, spectra }) => {
    const { k, kMean, modes } = spectra.dTb!.spectrum;
    return Array.from(k, (_, i) => {
      const values = names.map((name) => spectra[name]!.spectrum);
      return [z, k[i], kMean[i], modes[i], ...values.flatMap((s) => [s.power[i], s.dimensionless[i]])];
    });
  });
  return table([["z [1]", "k [h/Mpc]", "k_mean [h/Mpc]", "n_modes [1]", ...columns], ...rows]);
}

/** The history as text: one line per redshift, units in the first line. */
export function historyText(results: readonly CubeResults[], parameters: ReionizationParameters): string {
  const tau = electronDepth(results, parameters);
  const head = FIELDS.flatMap(([field, name]) =>
    MOMENTS.map((moment) => `${moment}_${name} [${PURE.has(moment) ? "1" : CUBE_FIELDS[field].unit}]`)
  );
  const rows = results.map(({ z, moments, bubbles }, i) => [
    z,
    tau ? tau[i] : NaN,
    bubbles.mean,
    ...FIELDS.flatMap(([field]) => MOMENTS.map((moment) => moments[field][moment])),
  ]);
  return table([["z [1]", "tau [1]", "bubble_mean_R [Mpc/h]", ...head], ...rows]);
}

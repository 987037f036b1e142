/**
 * Spectra and means as HDF5 and as text.
 *
 * @module
 */
import { VERSION } from "../../lib/base/mod.ts";
import { writeHdf5 } from "../../lib/io/mod.ts";
import { CUBE_FIELDS, type CubeFields } from "../../lib/radiation/mod.ts";
import { type CubeResults, SPECTRA } from "./measure.ts";

const FIELDS = Object.entries(CUBE_FIELDS) as [keyof CubeFields, { dataset: string; unit: string }][];

/** Rows of all cubes, one after the other. */
function stack(results: readonly CubeResults[], row: (result: CubeResults) => Float64Array): Float64Array {
  const rows = results.map(row);
  const out = new Float64Array(rows.reduce((sum, r) => sum + r.length, 0));
  rows.reduce((at, r) => (out.set(r, at), at + r.length), 0);
  return out;
}

/**
 * `spectra.h5`: z `[z]`, rising; k, k_mean, n_modes `[k]` and k_edges; for each spectrum P_<name> and Delta2_<name>
 * `[z, k]`, with P_<name>_error for auto spectra; mean_<field> and std_<field> `[z]`. All have a unit.
 */
export async function writeSpectra(path: string, results: readonly CubeResults[]): Promise<void> {
  const first = results[0].spectra[0].spectrum;
  const shape = [results.length, first.k.length];
  await writeHdf5(path, (file) => {
    file.setAttributes("/", { created_by: `cosmesh ${VERSION}` });
    file.writeArray("z", Float64Array.from(results, ({ z }) => z), { unit: "1" });
    file.writeArray("k", first.k, { unit: "h/Mpc" });
    file.writeArray("k_mean", first.kMean, { unit: "h/Mpc" });
    file.writeArray("k_edges", first.edges, { unit: "h/Mpc" });
    file.writeArray("n_modes", first.modes, { unit: "1" });
    SPECTRA.forEach(({ name }, s) => {
      const { unit, dimensionlessUnit } = results[0].spectra[s].spectrum;
      file.writeArray(`P_${name}`, stack(results, (r) => r.spectra[s].spectrum.power), { shape, unit });
      file.writeArray(`Delta2_${name}`, stack(results, (r) => r.spectra[s].spectrum.dimensionless), {
        shape,
        unit: dimensionlessUnit,
      });
      if (results.every((r) => r.spectra[s].error)) {
        file.writeArray(`P_${name}_error`, stack(results, (r) => r.spectra[s].error!), { shape, unit });
      }
    });
    for (const [field, { dataset, unit }] of FIELDS) {
      for (const moment of ["mean", "std"] as const) {
        file.writeArray(`${moment}_${dataset}`, Float64Array.from(results, (r) => r.moments[field][moment]), { unit });
      }
    }
  });
}

/** The same spectra as a table of text: one line per redshift and bin, units in the first line. */
export function spectraText(results: readonly CubeResults[]): string {
  const columns = SPECTRA.flatMap(({ name }, s) => {
    const { unit, dimensionlessUnit } = results[0].spectra[s].spectrum;
    return [`P_${name} [${unit}]`, `Delta2_${name} [${dimensionlessUnit}]`];
  });
  const lines = [["z [1]", "k [h/Mpc]", "k_mean [h/Mpc]", "n_modes [1]", ...columns].join(",")];
  for (const { z, spectra } of results) {
    const { k, kMean, modes } = spectra[0].spectrum;
    for (let i = 0; i < k.length; i++) {
      const values = spectra.flatMap(({ spectrum }) => [spectrum.power[i], spectrum.dimensionless[i]]);
      lines.push([z, k[i], kMean[i], modes[i], ...values].map((v) => Number.isFinite(v) ? String(v) : "nan").join(","));
    }
  }
  return lines.join("\n") + "\n";
}

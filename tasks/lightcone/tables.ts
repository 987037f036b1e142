/**
 * Statistics of shells as HDF5 and as text; convergence maps.
 *
 * @module
 */
import { type AnyField, writeField } from "../../lib/fields/mod.ts";
import { writeHdf5 } from "../../lib/io/mod.ts";
import type { Results } from "./measure.ts";

/** `convergence.h5`: a stack of maps for each kind of shells, with the redshifts of sources. */
export async function writeConvergence(path: string, convergence: Record<string, AnyField>): Promise<void> {
  await writeField(path, convergence);
}

/**
 * `statistics.h5`: `shells/` z, center, width, mean, std `[shell]`; `power/` z `[shell]`, k, modes `[k]`, P, P_error,
 * P_linear and P_halofit `[shell, k]`; `angular/<kind>/<number>/` l, C, and of convergence C_theory. All have a unit.
 */
export async function writeStatistics(path: string, { shells, power, angular }: Results): Promise<void> {
  await writeHdf5(path, (file) => {
    const units = { z: "1", center: "Mpc/h", width: "Mpc/h", mean: "1", std: "1" } as const;
    for (const [name, unit] of Object.entries(units)) {
      file.writeArray(`shells/${name}`, Float64Array.from(shells, (shell) => shell[name as keyof typeof units]), {
        unit,
      });
    }
    if (power.length > 0) {
      const [{ spectrum: { kMean, modes } }] = power;
      const rows = (row: (result: Results["power"][number]) => Float64Array) =>
        Float64Array.from(power.flatMap((result) => [...row(result)]));
      const shape = [power.length, kMean.length];
      file.writeArray("power/z", Float64Array.from(power, ({ z }) => z), { unit: "1" });
      file.writeArray("power/k", kMean, { unit: "h/Mpc" });
      file.writeArray("power/modes", modes, { unit: "1" });
      file.writeArray("power/P", rows(({ spectrum }) => spectrum.power), { shape, unit: "(Mpc/h)^3" });
      file.writeArray("power/P_error", rows(({ error }) => error), { shape, unit: "(Mpc/h)^3" });
      file.writeArray("power/P_halofit", rows(({ nonlinear }) => nonlinear), { shape, unit: "(Mpc/h)^3" });
      file.writeArray("power/P_linear", rows(({ theory }) => theory), { shape, unit: "(Mpc/h)^3" });
    }
    for (const [kind, results] of Map.groupBy(angular, ({ kind }) => kind)) {
      results.forEach(({ z, label, l, power, noise, theory }, i) => {
        const group = `angular/${kind}/${i}`;
        file.group(group, { label, z, ...(noise === undefined ? {} : { shot_noise_sr: noise }) });
        file.writeArray(`${group}/l`, l, { unit: "1" });
        file.writeArray(`${group}/C`, power, { unit: "sr" });
        if (theory) file.writeArray(`${group}/C_theory`, theory, { unit: "sr" });
      });
    }
  });
}

const number = (value: number): string => Number.isFinite(value) ? String(value) : "nan";

/** Spectra as text: one line for each bin or multipole, units in the first line. */
export function spectraText({ power, angular }: Results): string {
  const rows = [
    ...power.flatMap(({ z, spectrum, error, theory }) =>
      Array.from(spectrum.kMean, (k, i) => ["matter", `z = ${z.toFixed(3)}`, k, spectrum.power[i], error[i], theory[i]])
    ),
    ...angular.flatMap(({ kind, label, l, power, theory }) =>
      Array.from(l, (l, i) => [kind, label, l, power[i], NaN, theory ? theory[i] : NaN])
    ),
  ];
  const head = "what,which,k [h/Mpc] or l [1],P [(Mpc/h)^3] or C [sr],standard error,theory (linear P; Limber C)";
  return [head, ...rows.map((row) => row.map((cell) => typeof cell === "number" ? number(cell) : cell).join(","))]
    .join("\n") + "\n";
}

/**
 * Statistics of shells as HDF5 and as text; convergence maps.
 *
 * @module
 */
import { type AnyField, writeField } from "../../lib/fields/mod.ts";
import { writeHdf5 } from "../../lib/io/mod.ts";
import type { Results } from "./measure.ts";

/** `convergence.h5`, `shear.h5`: a stack of maps for each kind of shells, with the (mean) redshifts of sources. */
export async function writeMaps(path: string, maps: Readonly<Record<string, AnyField>>): Promise<void> {
  await writeField(path, maps);
}

/**
 * `statistics.h5`: `shells/` z, center, width, mean, std `[shell]`; `power/` z `[shell]`, k, modes `[k]`, P, P_error,
 * P_linear, P_halofit, the multipoles P2 and P4, and transfer and coherence with the initial field `[shell, k]`;
 * `angular/<kind>/<number>/` l, C (of shear: of E modes), of convergence C_theory, of shear C_B. All have a unit.
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
      const cubed = "(Mpc/h)^3";
      const columns: [string, (result: Results["power"][number]) => Float64Array, string][] = [
        ["P", ({ spectrum }) => spectrum.power, cubed],
        ["P_error", ({ error }) => error, cubed],
        ["P_halofit", ({ nonlinear }) => nonlinear, cubed],
        ["P_linear", ({ theory }) => theory, cubed],
        ["P2", ({ quadrupole }) => quadrupole, cubed],
        ["P4", ({ hexadecapole }) => hexadecapole, cubed],
        ["coherence", ({ coherence }) => coherence, "1"],
        ["transfer", ({ transfer }) => transfer, "1"],
      ];
      for (const [name, row, unit] of columns) file.writeArray(`power/${name}`, rows(row), { shape, unit });
    }
    for (const [kind, results] of Map.groupBy(angular, ({ kind }) => kind)) {
      results.forEach(({ z, label, l, power, noise, theory, curl }, i) => {
        const group = `angular/${kind}/${i}`;
        file.group(group, { label, z, ...(noise === undefined ? {} : { shot_noise_sr: noise }) });
        file.writeArray(`${group}/l`, l, { unit: "1" });
        file.writeArray(`${group}/C`, power, { unit: "sr" });
        if (curl) file.writeArray(`${group}/C_B`, curl, { unit: "sr" });
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

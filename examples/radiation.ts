/**
 * Paints the halos of an N-body run (examples/nbody) from a script, and measures the 21-cm power spectrum, with and
 * without heating by X-rays. Run it with `deno run --allow-read --allow-env examples/radiation.ts`.
 */

import { type Field, NdArray, stats } from "@cosmesh/cosmesh/array";
import { ready } from "@cosmesh/cosmesh/kernel";
import { powerSpectrum } from "@cosmesh/cosmesh/power";
import { paintSnapshot, readProfileSlice, reionizationParameters } from "@cosmesh/cosmesh/radiation";
import { openSnapshots } from "@cosmesh/cosmesh/simulation";

await ready();
const folder = new URL("nbody/", import.meta.url);

// What is left out has its default. The profiles were made with one bin of accretion rate.
const parameters = reionizationParameters({
  simulation: { Ncell: 128, Lbox: 100 }, // Mpc/h
  cosmology: { Om: 0.31, Ob: 0.045, Ol: 0.69, h0: 0.68 },
  source: { halo_mass_min: 1e9, halo_mass_max: 1e13 }, // M_sun/h
  solver: { halo_mass_accretion_alpha: [0.7, 0.9] },
});

using file = await openSnapshots(new URL("inputs.h5", folder), { cells: 128, boxSize: 100 });
using snapshot = file.read(0);
const profiles = await readProfileSlice(new URL("profiles.h5", folder), snapshot.z);

// Profiles are plain tables: a copy that heats nothing shows what X-rays do.
const { data, shape } = profiles.temperature;
const cold = { ...profiles, temperature: new NdArray(new Float64Array(data.length), shape, "float64") };

for (const [name, tables] of [["with X-rays", profiles], ["without", cold]] as const) {
  using cube = paintSnapshot(snapshot, tables, parameters);
  const mean = (field: Field) => stats(field.array).mean.toFixed(3);
  console.log(
    `${name}: z = ${cube.z.toFixed(2)}, ${cube.report.halos} halos, mean x_HII ${mean(cube.ionisedFraction)}, ` +
      `T ${mean(cube.temperature)} K, dTb ${mean(cube.brightnessTemperature)} mK`,
  );
  const { k, dimensionless, dimensionlessUnit } = powerSpectrum(cube.brightnessTemperature, { bins: 5 });
  k.forEach((value, i) =>
    console.log(`  k = ${value.toFixed(2)} h/Mpc  ${dimensionless[i].toPrecision(3)} ${dimensionlessUnit}`)
  );
}

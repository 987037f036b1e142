/**
 * Computes radiation profiles around halos for a small grid, prints what surrounds a halo, and writes the file that
 * painting reads. Run it with `deno run --allow-read --allow-write --allow-env examples/profiles.ts`.
 */

import { ready } from "@cosmesh/cosmesh/kernel";
import {
  computeProfiles,
  haloMassHistory,
  profileKey,
  reionizationParameters,
  sliceProfiles,
  writeProfiles,
} from "@cosmesh/cosmesh/radiation";

await ready();

// Eight masses from 1e9 to 1e13 M_sun/h at z = 6, growing as exp(-alpha z).
const parameters = reionizationParameters({
  source: { f0_esc: 0.1 },
  solver: {
    redshifts: [20, 18, 16, 14, 12, 11, 10, 9, 8, 7, 6],
    halo_mass_accretion_alpha: [0.6, 0.8, 1],
    ...{ halo_mass_bin_min: 1e9, halo_mass_bin_max: 1e13, halo_mass_nbin: 9 },
  },
});
using profiles = computeProfiles(parameters);

const bin = { mass: 5, alpha: 0, centre: 1e9 * 1e4 ** (5.5 / 8), rate: Math.sqrt(0.6 * 0.8) };
for (const z of [12, 9, 6]) {
  const slice = sliceProfiles(profiles, z);
  const row = bin.mass * slice.alphaBins + bin.alpha;
  // Heating at 1 Mpc/h and 10 Mpc/h, comoving.
  const at = (r: number) => slice.temperatureRadii.findIndex((radius) => radius >= r);
  const heat = (r: number) => slice.temperature.data[row * slice.temperatureRadii.length + at(r)];
  const mass = haloMassHistory(bin.centre, bin.rate, z, 6).toExponential(2);
  console.log(
    `z = ${z}: ${mass} M_sun/h, bubble ${slice.bubbleRadius.data[row].toFixed(3)} Mpc/h, heated by ` +
      `${heat(1).toFixed(1)} K at 1 Mpc/h and ${heat(10).toPrecision(2)} K at 10 Mpc/h`,
  );
}

const path = `profiles_${profileKey(parameters).slice(0, 8)}.h5`;
await writeProfiles(path, profiles, parameters);
console.log(`wrote ${path}, ${((await Deno.stat(path)).size / 1e6).toFixed(1)} MB`);

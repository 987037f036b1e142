/**
 * A universe in numbers: distances, growth, the linear power, and how many halos there are.
 *
 *     deno run -A examples/cosmology.ts
 *
 * @module
 */
import {
  age,
  comovingDistance,
  cosmology,
  expectedHalos,
  growthFactor,
  haloBias,
  hubble,
  linearPower,
  massFunction,
  opticalDepth,
  planck18,
  redshiftAtComovingDistance,
  sigmaM,
  virialMass,
} from "../lib/cosmology/mod.ts";
import { ready } from "../lib/kernel/mod.ts";

await ready();
const z = Float64Array.of(0, 1, 8, 20);
const [rates, distances, ages, growth] = [hubble, comovingDistance, age, growthFactor].map((f) => f(planck18, z));
console.log("z     H [km/s/Mpc]  distance [Mpc/h]  age [Gyr]  D1");
z.forEach((z, i) => {
  const columns = [z.toFixed(0).padEnd(5), rates[i].toFixed(2).padStart(13), distances[i].toFixed(2).padStart(17)];
  console.log(columns.join(""), ages[i].toFixed(3).padStart(10), growth[i].toFixed(5).padStart(8));
});
const phantom = cosmology({ ...planck18, w0: -1.2, wa: 0.3 });
console.log(`with w0 = -1.2, wa = 0.3, z = 8 is ${comovingDistance(phantom, 8).toFixed(2)} Mpc/h away`);
console.log(`6000 Mpc/h are at z = ${redshiftAtComovingDistance(planck18, 6000).toFixed(4)}`);

const linear = linearPower(planck18);
for (const mass of [1e8, 1e10, 1e12]) {
  const [sigma, n, b] = [sigmaM, massFunction, haloBias].map((f) => f(linear, mass, { z: 8 }));
  console.log(
    `z = 8, ${mass.toExponential(0)} M_sun/h: sigma ${sigma.toFixed(3)}, dn/dlnM ${n.toExponential(2)}, bias ${
      b.toFixed(1)
    }`,
  );
}
const clusters = expectedHalos(linear, { minMass: 1e14, volume: 500 ** 3, model: "tinker08" });
console.log(`clusters above 1e14 M_sun/h in (500 Mpc/h)^3 today: ${clusters.toFixed(0)}`);
console.log(`gas of 1e4 K is held by ${virialMass(planck18, 1e4, { z: 8 }).toExponential(2)} M_sun/h at z = 8`);
const tau = opticalDepth(planck18, [5.5, 6, 7, 8, 10, 14], [1, 0.95, 0.6, 0.35, 0.1, 0]);
console.log(`Thomson optical depth of a history that ends at z = 5.5: ${tau[tau.length - 1].toFixed(4)}`);

const many = Float64Array.from({ length: 1_000_000 }, (_, i) => i * 1e-5);
const start = performance.now();
comovingDistance(planck18, many);
console.log(`a million distances: ${(performance.now() - start).toFixed(0)} ms`);

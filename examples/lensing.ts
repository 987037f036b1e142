/**
 * Weak lensing by an N-body light-cone: convergence along straight and bent rays, shear, and the angular power beside Limber's
 * approximation.
 *
 *     deno run -A examples/lensing.ts
 *
 * @module
 */
import { linearPower, planck18 as cosmology } from "@cosmesh/cosmesh/cosmology";
import { ready } from "@cosmesh/cosmesh/kernel";
import { angularPower, born, raytrace, shearFromConvergence, smail, sourcePlane } from "@cosmesh/cosmesh/lensing";
import { nbody } from "@cosmesh/cosmesh/lightcone";
import { gaussianInitialConditions, lpt } from "@cosmesh/cosmesh/pm";
import { anafast } from "@cosmesh/cosmesh/sphere";

await ready();
const linear = linearPower(cosmology);
const box = { mesh: [64, 64, 64], boxSize: [1000, 1000, 1000] } as const; // [Mpc/h]
const nside = 32;
using initial = gaussianInitialConditions(linear, { ...box, key: 5 });
using particles = lpt(initial, { cosmology, a: 0.2 });
using lightcone = nbody(particles, { cosmology, dt0: 0.1, nbShells: 8, target: "spherical", nside, inPlace: true });
console.log(
  `${lightcone.shells} shells to z = ${lightcone.redshifts!.at(-1)!.toFixed(3)}, ${lightcone.array.shape[1]} pixels`,
);

const sources = [0.17, smail({ alpha: 2, beta: 1.5, z0: 0.08, most: 0.17 })];
using kappa = born(lightcone, { cosmology, sources, mean: "box" });
kappa.std({ perShell: true }).forEach((std, i) => {
  console.log(
    `convergence, mean source at z = ${kappa.meta.sourceRedshifts![i].toFixed(3)}: rms ${std.toExponential(3)}`,
  );
});
using plane = kappa.at(0);
const { gamma1, gamma2 } = shearFromConvergence(plane);
console.log(`shear: rms ${gamma1.std().toExponential(3)}, ${gamma2.std().toExponential(3)}`);

const bent = raytrace(cosmology, lightcone, { sources: [0.17] });
console.log(
  `rays that are bent: rms ${bent.convergence.std().toExponential(3)}, rotation ${
    bent.rotation.std().toExponential(1)
  }`,
);

// Averages over a few degrees; cells of 16 Mpc/h smooth what is smaller.
const measured = anafast(plane.array);
const ell = Float64Array.from({ length: 40 }, (_, l) => l);
const [theory] = angularPower(linear, ell, [{ kind: "lensing", sources: sourcePlane(0.17) }]).power;
for (const [from, to] of [[4, 8], [8, 16], [16, 32]]) {
  const mean = (power: ArrayLike<number>) => {
    let [total, weight] = [0, 0];
    for (let l = from; l < to; l++) [total, weight] = [total + (2 * l + 1) * power[l], weight + 2 * l + 1];
    return total / weight;
  };
  console.log(
    `C_l of ${from} <= l < ${to}: ${mean(measured).toExponential(2)} sr, theory ${mean(theory).toExponential(2)} sr`,
  );
}

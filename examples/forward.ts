/**
 * From white noise to weak lensing: initial conditions, Lagrangian perturbation theory, an N-body light-cone painted in four ways,
 * and the convergence of sources behind it; then how the convergence changes with sigma8, by adjoints.
 *
 *     deno run -A examples/forward.ts
 *
 * @module
 */
import { multiply, sum } from "@cosmesh/cosmesh/array";
import { linearPower, planck18 as cosmology } from "@cosmesh/cosmesh/cosmology";
import { ForwardModel } from "@cosmesh/cosmesh/forward";
import { ready } from "@cosmesh/cosmesh/kernel";
import { born } from "@cosmesh/cosmesh/lensing";
import { nbody } from "@cosmesh/cosmesh/lightcone";
import { gaussianInitialConditions, lpt } from "@cosmesh/cosmesh/pm";

await ready();
const box = { mesh: [64, 64, 64], boxSize: [500, 500, 500] } as const; // [Mpc/h]
using initial = gaussianInitialConditions(linearPower(cosmology), { ...box, key: 0 });
using particles = lpt(initial, { cosmology, a: 0.1, order: 1 });
const run = { cosmology, dt0: 0.05, nbShells: 4 } as const;

using flat = nbody(particles, { ...run, target: "flat", pixels: [64, 64] });
console.log("flat shells", flat.array.shape, "centred at", [...flat.meta.centers!].map((d) => d.toFixed(2)), "Mpc/h");
for (const scheme of ["ngp", "rbfNeighbor"] as const) {
  using maps = nbody(particles, { ...run, target: "spherical", nside: 64, scheme });
  console.log(`particles per (Mpc/h)^3, ${scheme}`, [...maps.mean({ perShell: true })].map((d) => d.toExponential(3)));
}
using lightcone = nbody(particles, { ...run, target: "spherical", nside: 64, scheme: "bilinear" });
console.log("redshifts", [...lightcone.redshifts!].map((z) => z.toFixed(4)));
using kappa = born(lightcone, { cosmology, sources: [0.05, 0.08] });
kappa.std({ perShell: true }).forEach((std, i) => {
  console.log(`convergence of z = ${kappa.meta.sourceRedshifts![i]}: rms ${std.toExponential(3)}`);
});

// The same as one function, with the gradient of the mean square convergence.
const observe = { target: "spherical", nside: 16, dt0: 0.05, nbShells: 4 } as const;
const model = new ForwardModel({ ...box, lptOrder: 1, observe, lensing: { sources: [0.08] } });
using found = model.valueAndGrad({ cosmology, key: 0 }, ({ array }, cotangent) => {
  multiply(array, 2 / array.size, { out: cotangent });
  using squares = multiply(array, cotangent);
  return sum(squares) / 2;
}, { parameters: ["sigma8", "omegaC"] });
const [bySigma8, byOmegaC] = found.cosmology.map((slope) => slope / found.value);
console.log(`d ln <kappa^2>/d sigma8 ${bySigma8.toFixed(3)}, /d Omega_c ${byOmegaC.toFixed(3)}`);

/**
 * Light cones of one particle-mesh universe: initial conditions from a seed, Lagrangian perturbation theory, and a run for
 * each of five kinds of shells: planes, the sphere in three schemes of painting, and densities of the box. Then all of them
 * in one run.
 *
 *     deno run -A examples/light_cones.ts
 *
 * @module
 */
import { linearPower, planck18 } from "../lib/cosmology/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { nbody, type NbodyTarget } from "../lib/lightcone/mod.ts";
import { gaussianInitialConditions, lpt } from "../lib/pm/mod.ts";

await ready();
const box = { mesh: [64, 64, 64], boxSize: [500, 500, 500], observer: [0.5, 0.5, 0.5] } as const;
// The same white noise as that of JAX's key 0.
using initial = gaussianInitialConditions(linearPower(planck18), { ...box, key: 0 });
const [low, high] = [initial.min(), initial.max()];
console.log(
  `initial field: ${initial.array.shape.join(" x ")}, overdensity from ${low.toFixed(2)} to ${high.toFixed(2)}`,
);
using start = lpt(initial, { cosmology: planck18, a: 0.1, order: 1 });

const run = { cosmology: planck18, dt0: 0.05, nbShells: 4 } as const;
const targets: NbodyTarget[] = [
  { target: "flat", pixels: [64, 64] },
  { target: "spherical", nside: 64, scheme: "bilinear" },
  { target: "spherical", nside: 64, scheme: "ngp" },
  { target: "spherical", nside: 64, scheme: "rbfNeighbor" },
  { target: "density" },
];
for (const target of targets) {
  const [made] = nbody(start, { ...run, targets: [target] });
  using shells = made;
  const { redshifts, meta: { centers } } = shells;
  const name = target.target === "spherical" ? `spherical, ${target.scheme}` : target.target;
  console.log(`${name}: ${shells.array.shape.join(" x ")}, mean ${shells.mean().toPrecision(4)} [${shells.unit}]`);
  if (target !== targets[0]) continue;
  centers!.forEach((c, i) => console.log(`  shell ${i} at ${c} Mpc/h, z = ${redshifts![i].toFixed(4)}`));
}

// What differs is painted only: one run does for all.
const together = nbody(start, { ...run, targets });
console.log(`in one run: ${together.map(({ array }) => array.shape.join(" x ")).join(", ")}`);
together.forEach((shells) => shells[Symbol.dispose]());

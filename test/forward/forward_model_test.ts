import assert from "node:assert/strict";
import { add, multiply, sum, zeros } from "../../lib/array/mod.ts";
import { type ForwardInput, ForwardModel, type ForwardModelOptions } from "../../lib/forward/mod.ts";
import type { RealArray } from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { topHat } from "../../lib/lensing/mod.ts";
import { shifted } from "../cosmology/shifted.ts";
import { normal, PARAMETERS, quadratic, universe } from "./_model.ts";

await ready({ threads: 2 });

// Differences of float64 over 4e-6, measured within 3e-6 of the adjoint (smallest derivatives) and mostly 1e-8. In so short a step
// hardly any particle comes to another cell, pixel or shell, where slopes (or, for shells, numbers) jump: 1728 particles move
// 1e-5 cells at most.
const TOLERANCE = 1e-5;

// In a small box structure is far from linear, and so the steps matter, too; a light-cone needs a large one.
const box = { mesh: [12, 12, 12], boxSize: [90, 90, 90] } as const;
const large = { mesh: [12, 12, 12], boxSize: [1200, 1200, 1200] } as const;
const density = { target: "density", dt0: 0.3 } as const;
const flat = { target: "flat", pixels: [8, 6], nbShells: 3, dt0: 0.12 } as const;
const sphere = { target: "spherical", nside: 4, scheme: "bilinear", nbShells: 3, dt0: 0.12 } as const;
const far = { target: "density", centers: [300, 1800], dt0: 0.15 } as const;
const CASES: Record<string, ForwardModelOptions> = {
  "a density, 1LPT": { ...box, observe: density, lptOrder: 1 },
  "a density, 2LPT, drift first": { ...box, observe: { ...density, solver: "driftDoubleKick", t1: 0.8 } },
  "a density, 3LPT, spectral": { ...box, observe: density, lptOrder: 3, derivative: "spectral", t0: 0.2 },
  "a sharpened density": { ...box, observe: { ...density, correction: { kind: "sharpening", alpha: 0.02 } } },
  "a density, three lengths": { ...box, mesh: [12, 8, 16], boxSize: [90, 60, 120], observe: density, lptOrder: 3 },
  "densities with steps between": { ...box, observe: far },
  "densities with steps between, drift first": { ...box, observe: { ...far, solver: "driftDoubleKick" } },
  "flat shells": { ...large, observe: flat },
  "flat shells, sharpened": { ...large, observe: { ...flat, correction: { kind: "sharpening", alpha: 0.02 } } },
  "spherical shells": { ...large, observe: sphere },
  "spherical shells of radial basis functions": {
    ...large,
    observe: { ...sphere, scheme: "rbfNeighbor" },
    lptOrder: 3,
  },
  "spherical shells from a corner": { ...large, observer: [0, 0, 0], observe: { ...sphere, dt0: 0.06 }, t0: 0.4 },
  "convergence on the sphere": { ...large, observe: sphere, lensing: { sources: [0.1, topHat(0.1, 0.3)] } },
  "convergence of given shells": {
    ...large,
    observe: { ...sphere, nbShells: undefined, centers: [150, 450], widths: [250, 250] },
    lensing: { sources: [0.2], mean: "box" },
  },
  "flat convergence": { ...large, observe: flat, lensing: { sources: [0.1, topHat(0.1, 0.2)], fieldSize: [10, 8] } },
  // Drift depends on the universe by tables; by the noise alone.
  "spherical shells with drift": { ...large, observe: { ...sphere, interpolation: "drift" } },
  "spherical shells with drift, drift first": {
    ...large,
    observe: { ...sphere, interpolation: "drift", solver: "driftDoubleKick" },
  },
  "flat shells with drift": { ...large, observe: { ...flat, interpolation: "drift" } },
};

for (const [name, options] of Object.entries(CASES)) {
  Deno.test(`the gradient of ${name} is that of differences, by the noise and by the universe`, () => {
    const model = new ForwardModel(options);
    using noise = normal(options.mesh, 1);
    const loss = (input: ForwardInput) => {
      using field = model.run(input);
      using unused = zeros(field.array.shape, field.array.dtype) as RealArray;
      return quadratic(field, unused);
    };
    const { observe: { interpolation } } = options;
    const parameters = interpolation === "drift" ? [] : PARAMETERS;
    using found = model.valueAndGrad({ cosmology: universe, noise }, quadratic, { parameters });
    assert.equal(found.value, loss({ cosmology: universe, noise }));

    const check = (name: string, adjoint: number, at: (step: number) => number) => {
      const h = 2e-6;
      const difference = (at(h) - at(-h)) / (2 * h);
      assert.ok(
        Math.abs(difference - adjoint) < TOLERANCE * Math.abs(adjoint),
        `by ${name}: ${difference}, adjoint ${adjoint}`,
      );
    };
    using direction = normal(options.mesh, 2);
    using along = multiply(found.noise, direction);
    check("noise", sum(along), (step) => {
      using by = multiply(direction, step);
      using other = add(noise, by) as RealArray;
      return loss({ cosmology: universe, noise: other });
    });
    parameters.forEach((parameter, i) => {
      check(parameter, found.cosmology[i], (step) => loss({ cosmology: shifted(universe, parameter, step), noise }));
    });
  });
}

/** What must hold of shells and light cones over ranks, beside those of one. */

import assert from "node:assert/strict";
import type { NdArray } from "../../lib/array/mod.ts";
import { DomainError } from "../../lib/base/mod.ts";
import { linearPower, planck18 } from "../../lib/cosmology/mod.ts";
import type { Triple } from "../../lib/fields/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import {
  lightconeShells,
  nbody,
  nbodyDistributed,
  paintFlat,
  paintFlatDistributed,
  paintSpherical,
  paintSphericalDistributed,
} from "../../lib/lightcone/mod.ts";
import { type Comm, selfComm } from "../../lib/mpi/mod.ts";
import {
  gatherDensity,
  gatherParticles,
  gaussianInitialConditionsDistributed,
  lptDistributed,
  whiteNoise,
} from "../../lib/pm/mod.ts";
import type { Check } from "../support/ranks.ts";

await ready({ threads: 1 });

const cosmology = planck18;
const power = linearPower(planck18);
const box = {
  mesh: [16, 12, 16] as Triple,
  boxSize: [160, 120, 160] as Triple,
  observer: [0.5, 0.25, 0.5] as Triple,
  key: 4,
};
type Real = NdArray<"float32" | "float64">;

/** Divisions that so many ranks can have. */
const layouts = (ranks: number) =>
  Array.from({ length: ranks }, (_, i): [number, number] => [ranks / (i + 1), i + 1])
    .filter(([parts]) => Number.isInteger(parts));

function start(comm: Comm, a: number, dtype: "float32" | "float64", layout?: readonly [number, number]) {
  using field = gaussianInitialConditionsDistributed(comm, power, { ...box, dtype, layout });
  return lptDistributed(field, { cosmology, a });
}

function assertNear(got: Real, expected: Real, tolerance: number, what: string) {
  assert.deepEqual(got.shape, expected.shape);
  const scale = (expected.data as Float64Array).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const far = (got.data as Float64Array).reduce((most, v, i) => Math.max(most, Math.abs(v - expected.data[i])), 0);
  assert.ok(far <= tolerance * scale, `${what}: ${far} of ${scale}`);
}

export const checks: Check[] = [
  ["maps of weighted particles, with drift and copies of the box, are those of one rank", (comm) => {
    const shells = lightconeShells(box, { cosmology, nbShells: 3, reach: 90 });
    for (const [dtype, tolerance] of [["float32", 2e-6], ["float64", 2e-11]] as const) {
      using whole = start(selfComm(), 0.9, dtype);
      using particles = gatherParticles(whole)!;
      using weights = whiteNoise({ cells: box.mesh, key: 9, dtype });
      const drift = { momentum: particles.momentum, cosmology, scaleFactor: 0.9 };
      for (const tiling of ["telephoto", "onion"] as const) {
        const how = { tiling, tilingKey: 3 };
        const [flat, sphere] = [{ pixels: [9, 7] as const, ...how }, { nside: 8, paintNside: 16, ...how }];
        using expected = paintSpherical(particles.displacement, shells, { ...sphere, weights, drift });
        using plane = tiling === "telephoto"
          ? paintFlat(particles.displacement, shells, { ...flat, weights, drift })
          : undefined;
        for (const layout of layouts(comm.size)) {
          using part = start(comm, 0.9, dtype, layout);
          // The very same particles, so that none is in another shell by rounding.
          const { start: [x, y], shape: [lx, ly, nz] } = part.decomposition.box(comm.rank);
          using own = part.copy();
          const mine = (from: Real, c: number, i: number, j: number) => {
            const at = ((c * box.mesh[0] + x + i) * box.mesh[1] + y + j) * nz;
            return from.data.subarray(at, at + nz) as Float64Array;
          };
          using picked = whiteNoise({ cells: [lx, ly, nz], key: 1, dtype });
          for (let i = 0; i < lx; i++) {
            for (let j = 0; j < ly; j++) {
              for (let c = 0; c < 3; c++) {
                const at = ((c * lx + i) * ly + j) * nz;
                (own.displacement.data as Float64Array).set(mine(particles.displacement.array, c, i, j), at);
                (own.momentum.data as Float64Array).set(mine(particles.momentum.array, c, i, j), at);
              }
              (picked.data as Float64Array).set(mine(weights, 0, i, j), (i * ly + j) * nz);
            }
          }
          const more = { weights: picked, drift: { cosmology } };
          using got = paintSphericalDistributed(own, shells, { ...sphere, ...more });
          assertNear(got.array, expected.array, tolerance, `${tiling} sphere ${layout} ${dtype}`);
          assert.deepEqual(got.meta, expected.meta);
          if (!plane) continue;
          using slabs = paintFlatDistributed(own, shells, { ...flat, ...more });
          assertNear(slabs.array, plane.array, tolerance, `${tiling} plane ${layout} ${dtype}`);
        }
      }
    }
  }],

  ["light cones of a run are those of one rank for every layout and halo", (comm) => {
    using whole = start(selfComm(), 0.3, "float64");
    using particles = gatherParticles(whole)!;
    for (const interpolation of ["none", "drift"] as const) {
      const options = { cosmology, dt0: 0.15, nbShells: 2, reach: 60, interpolation };
      using sphere = nbody(particles, { ...options, target: "spherical", nside: 8 });
      using plane = nbody(particles, { ...options, target: "flat", pixels: [8, 8] });
      using density = nbody(particles, { ...options, target: "density" });
      for (const layout of layouts(comm.size)) {
        using part = start(comm, 0.3, "float64", layout);
        const more = { ...options, haloSize: interpolation === "none" ? [5, 6] as const : undefined };
        using a = nbodyDistributed(part, { ...more, target: "spherical", nside: 8 });
        assertNear(a.array, sphere.array, 1e-9, `sphere ${layout}`);
        assert.deepEqual(a.meta, sphere.meta);
        using b = nbodyDistributed(part, { ...more, target: "flat", pixels: [8, 8] });
        assertNear(b.array, plane.array, 1e-9, `plane ${layout}`);
        using c = nbodyDistributed(part, { ...more, target: "density" });
        using back = gatherDensity(c);
        if (back) assertNear(back.array, density.array, 1e-10, `density ${layout}`);
        assert.equal(part.a, 0.3);
      }
    }
    using one = nbody(particles, { cosmology, dt0: 0.15, t1: 0.6, target: "density" });
    using part = start(comm, 0.3, "float64");
    using end = nbodyDistributed(part, { cosmology, dt0: 0.15, t1: 0.6, target: "density", inPlace: true });
    using back = gatherDensity(end);
    if (back) assertNear(back.array, one.array, 1e-10, "density without shells");
    assert.equal(part.a, 0.6);
  }],

  ["what cannot be painted is refused on all ranks, and memory is given back", (comm) => {
    using part = start(comm, 0.5, "float32");
    const before = memoryUse().allocated;
    const run = { cosmology, dt0: 0.1, nbShells: 2 };
    const refused = (options: Record<string, unknown>, rule: RegExp) =>
      assert.throws(
        () => nbodyDistributed(part, { ...run, target: "spherical", nside: 8, ...options } as never),
        (error: Error) => error instanceof DomainError && rule.test(error.message),
      );
    refused({ nside: 12 }, /"nside" must be a power of two/);
    refused({ target: "particles" }, /"target"/);
    refused({ nbShells: undefined }, /needs shells/);
    refused({ reach: 200, tiling: "none" }, /without tiling/);
    if (comm.size > 1) refused({ haloSize: [0, 0] }, /or mass would be lost/);
    assert.equal(memoryUse().allocated, before);
  }],
];

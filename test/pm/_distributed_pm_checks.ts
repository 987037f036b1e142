/** What must hold of particle-mesh runs over ranks, beside those of one. */

import assert from "node:assert/strict";
import type { NdArray } from "../../lib/array/mod.ts";
import { DomainError, ShapeError } from "../../lib/base/mod.ts";
import { linearPower, planck18 } from "../../lib/cosmology/mod.ts";
import type { Decomposition } from "../../lib/decomposition/mod.ts";
import type { Triple } from "../../lib/fields/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import {
  evolve,
  evolveDistributed,
  gatherDensity,
  gatherParticles,
  gaussianInitialConditions,
  gaussianInitialConditionsDistributed,
  lpt,
  lptDistributed,
  particleDensity,
  particleDensityDistributed,
} from "../../lib/pm/mod.ts";
import { randomKey } from "../../lib/rng/mod.ts";
import type { Check } from "../support/ranks.ts";

await ready({ threads: 1 });

const cosmology = planck18;
const power = linearPower(planck18);
/** [cell] Rounding of displacements after some steps. */
const TOLERANCE = { float32: 1e-5, float64: 1e-12 } as const;
type Real = NdArray<"float32" | "float64">;

/** Divisions that so many ranks can have. */
function layouts(ranks: number): (readonly [number, number] | undefined)[] {
  const pairs = Array.from({ length: ranks }, (_, i): [number, number] => [ranks / (i + 1), i + 1]);
  return [undefined, ...pairs.filter(([parts]) => Number.isInteger(parts))];
}

/** Largest difference of a rank's part `[..., lx, ly, lz]` from the whole `[..., nx, ny, nz]`. */
function difference(
  comm: Comm,
  { box, shape }: { box: Decomposition["box"]; shape: readonly number[] },
  part: Real,
  whole: Real,
) {
  const { start: [x, y], shape: [lx, ly, nz] } = box(comm.rank);
  const lead = part.size === 0 ? 0 : part.size / (lx * ly * nz);
  let most = 0;
  for (let c = 0, at = 0; c < lead; c++) {
    for (let i = 0; i < lx; i++) {
      for (let j = 0; j < ly; j++) {
        const from = ((c * shape[0] + x + i) * shape[1] + y + j) * nz;
        for (let k = 0; k < nz; k++) most = Math.max(most, Math.abs(part.data[at++] - whole.data[from + k]));
      }
    }
  }
  return most;
}

const of = (decomposition: Decomposition) => ({
  box: (rank: number) => decomposition.box(rank),
  shape: decomposition.shape,
});

const boxes = [
  { mesh: [16, 16, 16] as Triple, boxSize: [64, 64, 64] as Triple, key: 3 },
  {
    mesh: [13, 10, 12] as Triple,
    boxSize: [52, 40, 48] as Triple,
    key: randomKey(0, "threefry"),
    observer: [0.3, 0.5, 0.1] as Triple,
  },
];

export const checks: Check[] = [
  ["initial conditions are those of one rank, bit by bit", (comm) => {
    for (const box of boxes) {
      for (const dtype of ["float32", "float64"] as const) {
        using whole = gaussianInitialConditions(power, { ...box, dtype });
        for (const layout of layouts(comm.size)) {
          using part = gaussianInitialConditionsDistributed(comm, power, { ...box, dtype, layout });
          assert.equal(difference(comm, of(part.decomposition), part.array, whole.array), 0, `${layout} ${dtype}`);
          assert.deepEqual(part.meta, whole.meta);
          using back = gatherDensity(part, comm.size - 1);
          assert.equal(back !== undefined, comm.rank === comm.size - 1);
          if (back) assert.deepEqual(back.array.data, whole.array.data);
        }
      }
    }
  }],

  ["a noise of one's own is taken in parts", (comm) => {
    const [box] = boxes;
    using part = gaussianInitialConditionsDistributed(comm, power, box);
    using again = gaussianInitialConditionsDistributed(comm, power, { ...box, key: undefined, noise: part.array });
    using whole = gaussianInitialConditions(power, box);
    using expected = gaussianInitialConditions(power, { ...box, key: undefined, noise: whole.array });
    assert.equal(difference(comm, of(again.decomposition), again.array, expected.array), 0);
  }],

  ["particles displaced at each order, also on the light cone, are those of one rank", (comm) => {
    for (const box of boxes) {
      for (const dtype of ["float32", "float64"] as const) {
        using whole = gaussianInitialConditions(power, { ...box, dtype });
        for (const layout of layouts(comm.size)) {
          using part = gaussianInitialConditionsDistributed(comm, power, { ...box, dtype, layout });
          for (const [order, a] of [[1, 0.1], [2, 0.3], [3, 0.3], [2, "lightcone"]] as const) {
            using expected = lpt(whole, { cosmology, a, order });
            using got = lptDistributed(part, { cosmology, a, order });
            for (const name of ["displacement", "momentum"] as const) {
              const far = difference(comm, of(got.decomposition), got[name], expected[name].array);
              assert.ok(far < TOLERANCE[dtype], `${name} of order ${order}, ${layout}: ${far}`);
            }
            assert.deepEqual(got.meta, expected.meta);
          }
        }
      }
    }
  }],

  ["a run is that of one rank for every layout and halo, and keeps the mass", (comm) => {
    for (const box of boxes) {
      for (const dtype of ["float32", "float64"] as const) {
        using whole = gaussianInitialConditions(power, { ...box, dtype });
        const options = { cosmology, dt0: 0.18, targets: [0.64, 1] };
        const more = [
          {},
          { solver: "driftDoubleKick", laplacian: "difference" },
          { correction: { kind: "pgd", alpha: 0.02 }, split: 0.5 },
        ] as const;
        for (const [i, one] of more.entries()) {
          using expected = lpt(whole, { cosmology, a: 0.1 });
          evolve(expected, { ...options, ...one });
          using counts = particleDensity(expected.displacement);
          const divided = layouts(comm.size);
          for (const layout of i === 0 ? divided : divided.slice(-1)) {
            using part = gaussianInitialConditionsDistributed(comm, power, { ...box, dtype, layout });
            using got = lptDistributed(part, { cosmology, a: 0.1 });
            const times: number[] = [];
            const haloSize = layout && i === 0 ? [7, 8] as const : undefined;
            const onTarget = ({ a }: { a: number }) => times.push(a);
            evolveDistributed(got, { ...options, ...one, haloSize, onTarget });
            for (const name of ["displacement", "momentum"] as const) {
              const far = difference(comm, of(got.decomposition), got[name], expected[name].array);
              assert.ok(far < TOLERANCE[dtype], `${name} of ${layout}, run ${i}, ${dtype}: ${far}`);
            }
            assert.deepEqual([got.a, got.momentumA], [expected.a, expected.momentumA]);
            assert.deepEqual(times.map((a) => Math.round(100 * a)), [64, 100]);
            using density = particleDensityDistributed(got);
            const far = difference(comm, of(density.decomposition), density.array, counts.array);
            assert.ok(far < 30 * TOLERANCE[dtype], `counts: ${far}`);
            const own = (density.array.data as Float64Array).reduce((sum, v) => sum + v, 0);
            const [mass] = comm.allreduce(Float64Array.of(own));
            const cells = box.mesh[0] * box.mesh[1] * box.mesh[2];
            assert.ok(Math.abs(mass / cells - 1) < (dtype === "float32" ? 1e-6 : 1e-13), `mass ${mass}`);
            using together = gatherParticles(got);
            assert.equal(together !== undefined, comm.rank === 0);
            if (together) {
              assert.equal(together.a, 1);
              assert.deepEqual(together.displacement.meta.mesh, box.mesh);
            }
          }
        }
      }
    }
  }],

  ["more ranks than planes", (comm) => {
    const box = { mesh: [3, 16, 16] as Triple, boxSize: [12, 64, 64] as Triple, key: 1 };
    using whole = gaussianInitialConditions(power, box);
    using expected = lpt(whole, { cosmology, a: 0.1 });
    evolve(expected, { cosmology, dt0: 0.3 });
    using part = gaussianInitialConditionsDistributed(comm, power, { ...box, layout: [comm.size, 1] });
    using got = lptDistributed(part, { cosmology, a: 0.1 });
    evolveDistributed(got, { cosmology, dt0: 0.3 });
    const far = difference(comm, of(got.decomposition), got.displacement, expected.displacement.array);
    assert.ok(far < 1e-5, `${far}`);
  }],

  ["a halo that is narrower than the largest displacement is an error on all ranks", (comm) => {
    const [box] = boxes;
    for (const layout of layouts(comm.size)) {
      using part = gaussianInitialConditionsDistributed(comm, power, { ...box, layout });
      using got = lptDistributed(part, { cosmology, a: 0.5 });
      const run = () => particleDensityDistributed(got, { haloSize: [1, 0] })[Symbol.dispose]();
      const [px, py] = got.decomposition.grid;
      if (px * py === 1) run();
      else {
        const rule = new RegExp(
          `the halo along ${px > 1 ? "x" : "y"} must be as wide as the largest displacement, or mass would be lost; ` +
            `give "haloSize" of at least \\[\\d, \\d\\].* got ${
              px > 1 ? 1 : 0
            } cells for a displacement of \\d\\.\\d+ cells`,
        );
        const refused = (error: Error) => error instanceof DomainError && rule.test(error.message);
        assert.throws(run, refused);
        assert.throws(() => evolveDistributed(got, { cosmology, haloSize: [1, 0] }), refused);
      }
    }
  }],

  ["what cannot be used is refused on all ranks", (comm) => {
    const [box] = boxes;
    const initial = (options: Record<string, unknown>) => () =>
      gaussianInitialConditionsDistributed(comm, power, { ...box, ...options })[Symbol.dispose]();
    assert.throws(initial({ boxSize: [64, 64, 32] }), DomainError);
    assert.throws(initial({ noise: undefined, key: undefined }), /give "key" or "noise", got neither/);
    assert.throws(initial({ layout: [comm.size + 1, 1] }), ShapeError);
    assert.throws(initial({ layout: [0, 1] }), DomainError);
    using part = gaussianInitialConditionsDistributed(comm, power, box);
    using got = lptDistributed(part, { cosmology, a: 0.5, order: 1 });
    assert.throws(() => lptDistributed(part, { cosmology, a: 2 }), DomainError);
    assert.throws(() => evolveDistributed(got, { cosmology, haloSize: [-1, 2] }), /haloSize\[0\]/);
    assert.throws(() => evolveDistributed(got, { cosmology, targets: [0.4] }), DomainError);
    if (comm.size > 1) {
      // Ranks that would wait for each other.
      const order = comm.isRoot ? 1 : 2;
      assert.throws(
        () => lptDistributed(part, { cosmology, a: 0.5, order }),
        /all ranks must give the same, got order 1/,
      );
      const times = () => evolveDistributed(got, { cosmology, dt0: comm.isRoot ? 0.5 : 0.25 });
      assert.throws(times, /Cannot evolve particles: all ranks must give the same, got times 0.5, 1,/);
      const haloSize = [8 + comm.rank, 8] as const;
      assert.throws(() => evolveDistributed(got, { cosmology, haloSize, dt0: 0.25 }), ShapeError);
    }
    // One rank alone has a particle that is not finite.
    const last = comm.rank === comm.size - 1;
    if (last) got.displacement.data[7] = NaN;
    const message = last ? /displacements must be finite, particle \(\d+, 0, 7\) is displaced by \(NaN/ : /rank/;
    assert.throws(() => evolveDistributed(got, { cosmology, dt0: 0.25 }), message);
  }],

  ["all memory is given back", (comm) => {
    const before = memoryUse().allocated;
    {
      using part = gaussianInitialConditionsDistributed(comm, power, boxes[0]);
      using got = lptDistributed(part, { cosmology, a: 0.5, order: 3 });
      evolveDistributed(got, { cosmology, dt0: 0.25 });
      using _density = particleDensityDistributed(got);
      using _copy = got.copy();
      using _gathered = gatherParticles(got);
    }
    assert.equal(memoryUse().allocated, before);
  }],
];

/** What must hold of initial conditions over ranks, beside those of one. */

import assert from "node:assert/strict";
import { type Field, fromData, NdArray } from "../../lib/array/mod.ts";
import { DomainError, ShapeError } from "../../lib/base/mod.ts";
import { linearPower, planck18 } from "../../lib/cosmology/mod.ts";
import { sampleHalos, sampleHalosDistributed } from "../../lib/halo/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { type Comm, selfComm } from "../../lib/mpi/mod.ts";
import type { DistributedField } from "../../lib/decomposition/mod.ts";
import {
  displaceAt,
  displaceInPlaceDistributed,
  initialField,
  initialFieldDistributed,
  linearDensity,
  linearDensityDistributed,
  lptSnapshot,
  lptSnapshotDistributed,
  whiteNoise,
} from "../../lib/pm/mod.ts";
import { assertAllFail } from "../decomposition/_distributed_field_checks.ts";

await ready({ threads: 1 });

type Check = [name: string, check: (comm: Comm) => void | Promise<void>];
const power = linearPower(planck18);
/** Rounding of displacements, and of sums in another order, over the rms of a field. */
const SINGLE = 1e-5;
const DOUBLE = 1e-12;

/** This rank's slab of a whole field. */
const slabOf = ({ box, cells: n, array }: DistributedField, whole: NdArray) =>
  whole.data.subarray(box.start[0] * n * n, box.start[0] * n * n + array.size) as Float32Array;

function assertSame(part: DistributedField, whole: Field | DistributedField, what: string) {
  const own = slabOf(part, whole.array);
  assert.deepEqual([part.quantity, part.unit, part.boxSize], [whole.quantity, whole.unit, whole.boxSize]);
  assert.ok((part.array.data as Float32Array).every((v, i) => Object.is(v, own[i])), `${what}: same bits`);
}

function assertNear(part: DistributedField, whole: Field, tolerance: number, what: string) {
  const own = slabOf(part, whole.array);
  assert.deepEqual([part.quantity, part.unit, part.boxSize], [whole.quantity, whole.unit, whole.boxSize]);
  const rms = Math.sqrt((whole.array.data as Float32Array).reduce((sum, v) => sum + v * v, 0) / whole.array.size);
  const far = (part.array.data as Float32Array).reduce((most, v, i) => Math.max(most, Math.abs(v - own[i])), 0);
  assert.ok(far <= tolerance * rms, `${what}: differs by ${far} of ${rms}`);
}

export const checks: Check[] = [
  ["the linear density is that of one rank, bit by bit", (comm) => {
    for (const [cells, dtype] of [[12, "float32"], [10, "float64"], [9, "float32"]] as const) {
      for (const options of [{}, { fixed: true, paired: true }]) {
        using whole = initialField(power, { cells, boxSize: 30, key: 5, dtype, ...options });
        using parts = initialFieldDistributed(comm, power, { cells, boxSize: 30, key: 5, dtype, ...options });
        for (const smoothing of [{}, { radius: 4 }, { gaussianRadius: 3 }]) {
          using expected = linearDensity(whole, { z: 8, ...smoothing }).array;
          const got = linearDensityDistributed(parts, { z: 8, ...smoothing });
          assertSame(got, { ...got, array: expected } as unknown as Field, `${cells} ${dtype}`);
          got.array.dispose();
        }
      }
    }
  }],

  ["noise of one's own is taken in slabs", (comm) => {
    const cells = 8;
    using noise = whiteNoise({ cells, key: 3 });
    using whole = initialField(power, { cells, boxSize: 30, noise });
    using keyed = initialFieldDistributed(comm, power, { cells, boxSize: 30, key: 3 });
    const { first, planes } = keyed.modes;
    const own = noise.data.slice(first * 64, (first + planes) * 64) as Float32Array;
    using parts = initialFieldDistributed(comm, power, {
      ...{ cells, boxSize: 30, noise: new NdArray(own, [planes, cells, cells], "float32") },
    });
    using expected = linearDensity(whole, { z: 0 }).array;
    for (const field of [keyed, parts]) {
      const got = linearDensityDistributed(field, { z: 0 });
      assertSame(got, { ...got, array: expected } as unknown as Field, "noise");
      got.array.dispose();
    }
  }],

  ["density, velocity and moved particles are those of one rank, to rounding, at each order", (comm) => {
    for (const [cells, dtype, tolerance] of [[12, "float32", SINGLE], [10, "float64", DOUBLE]] as const) {
      for (const [order, lattice] of [[1, "nodes"], [2, "centres"], [3, "centres"]] as const) {
        const options = { z: 5, order, lattice, velocityAxis: ((order + 1) % 3) as 0 | 1 | 2, displacements: true };
        using whole = initialField(power, { cells, boxSize: 20, key: 5, dtype });
        using parts = initialFieldDistributed(comm, power, { cells, boxSize: 20, key: 5, dtype });
        using alone = initialFieldDistributed(selfComm(), power, { cells, boxSize: 20, key: 5, dtype });
        using expected = lptSnapshot(whole, options);
        using got = lptSnapshotDistributed(parts, options);
        using one = lptSnapshotDistributed(alone, options);
        assertNear(got.density, expected.density, tolerance, `density of order ${order}`);
        assertNear(got.velocity!, expected.velocity!, tolerance, `velocity of order ${order}`);
        assertSame(got.density, one.density, "density");
        assertSame(got.velocity!, one.velocity!, "velocity");

        const list = Float64Array.from({ length: 60 }, (_, i) => ((i * 7919) % 1009) / 1009 * 20);
        using moved = displaceAt(expected.displacements!, fromData(list, [20, 3], "float64"));
        const ends = [0, 1].map((more) => Math.floor(20 * (comm.rank + more) / comm.size));
        const own = fromData(list.slice(3 * ends[0], 3 * ends[1]), [ends[1] - ends[0], 3], "float64");
        displaceInPlaceDistributed(got.displacements!, own);
        own.data.forEach((x, i) => {
          const distance = Math.abs(x - moved.data[3 * ends[0] + i]);
          assert.ok(Math.min(distance, 20 - distance) < 20 * tolerance, `${x} ${moved.data[3 * ends[0] + i]}`);
        });
      }
    }
  }],

  ["halos are those of one rank, one after another in the order of ranks", (comm) => {
    const [cells, boxSize, z] = [18, 18, 7];
    const alpha = { mean: 0.8, scatter: 0.1, range: [0.5, 1] } as const;
    const options = { z, key: 11, minMass: 2e9, environmentRadius: 2, alpha };
    using whole = initialField(power, { cells, boxSize, key: 2 });
    using parts = initialFieldDistributed(comm, power, { cells, boxSize, key: 2 });
    const density = linearDensity(whole, { z, radius: 2 });
    using _whole = density.array;
    const expected = sampleHalos(power, density, options);
    const part = linearDensityDistributed(parts, { z, radius: 2 });
    using _part = part.array;
    const own = sampleHalosDistributed(power, part, options);
    assert.ok(expected.size > 300, `${expected.size} halos`);
    for (const column of ["positions", "masses", "alphas"] as const) {
      const all = comm.allgatherv(own[column] as Float64Array);
      assert.deepEqual(all, expected[column]);
    }
    const { environmentMass, massRange, collapsedCells, notes } = expected;
    assert.deepEqual(
      [own.environmentMass, own.massRange, own.collapsedCells, own.notes],
      [environmentMass, massRange, collapsedCells, notes],
    );
  }],

  ["all memory is given back", (comm) => {
    const before = memoryUse().allocated;
    {
      using field = initialFieldDistributed(comm, power, { cells: 16, boxSize: 20, key: 5 });
      using snapshot = lptSnapshotDistributed(field, { z: 5, order: 3, velocityAxis: 0, displacements: true });
      using particle = fromData([1, 2, 3], [1, 3], "float32");
      displaceInPlaceDistributed(snapshot.displacements!, particle);
      const density = linearDensityDistributed(field, { z: 7, radius: 2 });
      using _array = density.array;
      sampleHalosDistributed(power, density, { z: 7, key: 1, minMass: 1e9, environmentRadius: 2 });
    }
    assert.equal(memoryUse().allocated, before);
  }],

  ["what cannot be used is refused on all ranks", (comm) => {
    const noise = fromData(new Float32Array(8), [2, 2, 2], "float32");
    assert.throws(() => initialFieldDistributed(comm, power, { cells: 4, boxSize: 0, key: 1 }), DomainError);
    assert.throws(() => initialFieldDistributed(comm, power, { cells: 4, boxSize: 10 }), /give "key" or "noise"/);
    assertAllFail(
      () => initialFieldDistributed(comm, power, { cells: 64, boxSize: 10, noise }),
      true,
      ShapeError,
      /noise of this rank must have shape/,
    );
    using field = initialFieldDistributed(comm, power, { cells: 8, boxSize: 10, key: 1 });
    assert.throws(() => field.sources(4 as 3), /"order": it must be/);
    assert.throws(() => linearDensityDistributed(field, { z: 1, radius: -1 }), DomainError);
    assert.throws(() => lptSnapshotDistributed(field, { z: 1, order: 1, velocityAxis: 3 as 2 }), /"velocityAxis"/);
  }],
];

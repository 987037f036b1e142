/** What must hold of painting over ranks, beside the painting of one. */

import assert from "node:assert/strict";
import { Field, fromData, type NdArray } from "../../lib/array/mod.ts";
import { DomainError } from "../../lib/base/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import { Decomposition, gatherField, scatterField } from "../../lib/decomposition/mod.ts";
import { interpolate, interpolateDistributed, overdensity, paint, paintDistributed } from "../../lib/paint/mod.ts";
import type { Check } from "../support/ranks.ts";
import { assertAllFail, gridsOf, wholeField } from "../decomposition/_distributed_field_checks.ts";

await ready({ threads: 1 });

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const SCHEMES = ["ngp", "cic", "tsc", "pcs"] as const;
const BOX = 10;
/** Particles per cell are about one; a float32 coordinate of up to 8 cells is rounded by 5e-7 of a cell. */
const SINGLE = 1e-5;
const DOUBLE = 1e-13;

/** A list of particles, some outside of the box or on nodes, and the share of a rank in it. */
function particles(comm: Comm, dtype: "float32" | "float64") {
  const count = 400;
  const random = (i: number) => (((i + 1) * 7919) % 10007) / 10007;
  const values = range(3 * count).map((i) => i % 11 === 0 ? 1.25 * (i % 9) : random(i) * 1.6 * BOX - 0.3 * BOX);
  const weights = range(count).map((i) => 0.5 + random(i + 5));
  const ends = [0, 1].map((more) => Math.floor(count * (comm.rank + more) / comm.size));
  const part = (list: number[], width: number) => list.slice(width * ends[0], width * ends[1]);
  return {
    all: fromData(values, [count, 3], dtype),
    own: fromData(part(values, 3), [ends[1] - ends[0], 3], dtype),
    weights: Float64Array.from(weights),
    ownWeights: Float64Array.from(part(weights, 1)),
  };
}

function assertClose(got: NdArray, expected: NdArray, tolerance: number, what: string) {
  assert.deepEqual([got.shape, got.dtype], [expected.shape, expected.dtype]);
  got.data.forEach((value, i) => {
    assert.ok(Math.abs(value - expected.data[i]) <= tolerance, `${what}: ${value}, not ${expected.data[i]} at ${i}`);
  });
}

export const checks: Check[] = [
  ["paintDistributed() agrees with paint(), by all methods and divisions", (comm) => {
    for (const dtype of ["float32", "float64"] as const) {
      const { all, own, weights, ownWeights } = particles(comm, dtype);
      for (const scheme of SCHEMES) {
        for (const n of [8, 3]) {
          const expected = paint(all, { scheme, cells: n, boxSize: BOX, weights });
          for (const grid of gridsOf(comm.size)) {
            const decomposition = new Decomposition([n, n, n], grid);
            for (const method of ["route", "ghosts", "planes"] as const) {
              const options = { scheme, cells: n, boxSize: BOX, weights: ownWeights, decomposition, method };
              const field = paintDistributed(comm, own, options);
              assert.deepEqual([field.quantity, field.unit, field.boxSize], ["counts", "1", BOX]);
              const whole = gatherField(field);
              const tolerance = (dtype === "float32" ? SINGLE : DOUBLE) * (n === 3 ? 100 : 10);
              if (whole) assertClose(whole.array, expected.array, tolerance, `${scheme}, ${method}, grid ${grid}`);
            }
          }
        }
      }
    }
  }],

  ["painting in planes gives the same bits as on one rank", (comm) => {
    const alone = comm.split(comm.rank)!;
    for (const dtype of ["float32", "float64"] as const) {
      const { all, own } = particles(comm, dtype);
      for (const scheme of SCHEMES) {
        for (const n of [8, 2]) {
          const options = { scheme, cells: n, boxSize: BOX, method: "planes" } as const;
          const expected = paintDistributed(alone, all, options).array.data;
          for (const grid of gridsOf(comm.size)) {
            const decomposition = new Decomposition([n, n, n], grid);
            const whole = gatherField(paintDistributed(comm, own, { ...options, decomposition }));
            if (whole) assert.deepEqual(whole.array.data, expected, `${scheme}, ${n} cells, grid ${grid}`);
          }
        }
      }
    }
    alone.free();
  }],

  ["positions and mesh may have different types, and the number of particles is kept", (comm) => {
    for (const [from, dtype] of [["float32", "float64"], ["float64", "float32"]] as const) {
      const { all, own } = particles(comm, from);
      const options = { scheme: "cic", cells: 6, boxSize: BOX, dtype } as const;
      const whole = gatherField(paintDistributed(comm, own, options));
      if (whole) assertClose(whole.array, paint(all, options).array, 10 * SINGLE, `${from} on ${dtype}`);
      const { array } = paintDistributed(comm, own, options);
      const [sum] = comm.allreduce(Float64Array.of((array.data as Float64Array).reduce((a, b) => a + b, 0)));
      assert.ok(Math.abs(sum - 400) < 1e-4);
    }
  }],

  ["all particles on one rank, which need not own their cells", (comm) => {
    const { all } = particles(comm, "float64");
    const last = comm.rank === comm.size - 1;
    const own = last ? all : fromData([], [0, 3], "float64");
    for (const method of ["route", "ghosts", "planes"] as const) {
      const options = { scheme: "tsc", cells: 8, boxSize: BOX } as const;
      const whole = gatherField(paintDistributed(comm, own, { ...options, method }));
      if (whole) assertClose(whole.array, paint(all, options).array, 1e-11, method);
    }
  }],

  ["overdensity() of a field in parts is that of the whole", (comm) => {
    const { all, own } = particles(comm, "float64");
    const options = { scheme: "cic", cells: 5, boxSize: BOX } as const;
    const expected = overdensity(paint(all, options));
    const found = overdensity(paintDistributed(comm, own, options));
    assert.deepEqual([found.quantity, found.unit], ["overdensity", "1"]);
    const whole = gatherField(found);
    if (whole) assertClose(whole.array, expected.array, 1e-12, "overdensity");
  }],

  ["interpolateDistributed() agrees with interpolate() for particles anywhere", (comm) => {
    for (const dtype of ["float32", "float64"] as const) {
      const { own } = particles(comm, dtype);
      for (const n of [8, 3]) {
        const whole = wholeField(n, dtype).with({ boxSize: BOX });
        for (const scheme of SCHEMES) {
          const expected = interpolate(whole, own, { scheme });
          for (const grid of gridsOf(comm.size)) {
            const field = scatterField(comm, comm.isRoot ? whole : undefined, new Decomposition([n, n, n], grid));
            for (const method of ["route", "ghosts"] as const) {
              const values = interpolateDistributed(field, own, { scheme, method });
              assertClose(
                values,
                expected,
                dtype === "float32" ? SINGLE : DOUBLE,
                `${scheme}, ${method}, grid ${grid}`,
              );
            }
          }
        }
      }
    }
  }],

  ["what one rank gives wrongly is an error on all", (comm) => {
    const bad = comm.rank === comm.size - 1;
    const at = (x: number) => fromData([x, 2, 3], [1, 3], "float32");
    const options = { scheme: "cic", cells: 4, boxSize: BOX } as const;
    const nan = bad ? NaN : 1;
    const position = () => paintDistributed(comm, at(nan), options);
    assertAllFail(position, bad, DomainError, /position 0 is \(NaN, 2, 3\)/);
    const weight = () => paintDistributed(comm, at(1), { ...options, weights: Float32Array.of(nan) });
    assertAllFail(weight, bad, DomainError, /weight 0 is not a finite number/);
    const mixed = () => paintDistributed(comm, at(1), { ...options, cells: bad ? 5 : 4 });
    if (comm.size > 1) assert.throws(mixed, /all ranks must give the same, got cic on 4\^3 cells .* on rank \d/);
    const field = paintDistributed(comm, at(1), options);
    assertAllFail(() => interpolateDistributed(field, at(nan)), bad, DomainError, /position 0 is \(NaN, 2, 3\)/);
    const other = new Decomposition([3, 3, 3], [comm.size, 1, 1]);
    assert.throws(
      () => paintDistributed(comm, at(1), { ...options, decomposition: other }),
      /of 4\^3 cells among \d ranks, got \[3, 3, 3\]/,
    );
    assert.throws(
      () => paintDistributed(comm, at(1), { ...options, method: "all" as never }),
      /"method": it must be one/,
    );
    const none = fromData([], [0, 3], "float32");
    assert.throws(() => overdensity(paintDistributed(comm, none, options)), /must have a finite mean above 0, got 0/);
  }],

  ["all memory but that of results is given back, also after errors", (comm) => {
    const { own } = particles(comm, "float32");
    const options = { scheme: "tsc", cells: 6, boxSize: BOX } as const;
    const weights = new Float32Array(own.shape[0]).fill(1);
    const bad = comm.rank === comm.size - 1 ? weights.with(0, NaN) : weights;
    const before = memoryUse().allocated;
    for (const grid of gridsOf(comm.size)) {
      const decomposition = new Decomposition([6, 6, 6], grid);
      for (const method of ["route", "ghosts", "planes"] as const) {
        const field = paintDistributed(comm, own, { ...options, weights, decomposition, method });
        if (method !== "planes") interpolateDistributed(field, own, { method }).dispose();
        overdensity(field).array.dispose();
        field.array.dispose();
        assert.throws(() => paintDistributed(comm, own, { ...options, weights: bad, decomposition, method }));
        assert.equal(memoryUse().allocated, before, method);
      }
    }
  }],

  ["a field is constant where it is read, if it is constant", (comm) => {
    const array = fromData(new Float64Array(64).fill(2.5), [4, 4, 4], "float64");
    const whole = new Field({ array, boxSize: BOX, quantity: "other", unit: "1" });
    const { own } = particles(comm, "float64");
    const values = interpolateDistributed(scatterField(comm, comm.isRoot ? whole : undefined), own, { scheme: "pcs" });
    assert.ok(values.data.every((v) => Math.abs(v - 2.5) < 1e-14));
  }],
];

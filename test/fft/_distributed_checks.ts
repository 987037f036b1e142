/**
 * Distributed transforms on any number of ranks; `distributed_test.ts` runs it on one rank and on threads.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type DType, empty, fromData, isComplex, NdArray, zeros } from "../../lib/array/mod.ts";
import { CommError, DomainError, ShapeError } from "../../lib/base/mod.ts";
import { DistributedPlan, Plan, type PlanKind, type RealDType } from "../../lib/fft/mod.ts";
import { type Box, type Comm, limits } from "../../lib/mpi/mod.ts";
import type { Check } from "../support/ranks.ts";
import { naiveDft, noise } from "./_naive.ts";

/** Checks by what they show. */
export const checks: Check[] = [];
const check = (name: string, run: Check[1]) => checks.push([name, run]);

// As in `fftn_test.ts`: rounding of a fast transform and of the naive sum.
const TOLERANCE = { float32: 6e-7, float64: 3e-15 } as const;
const SHAPES = [[2, 3, 2], [3, 4, 1], [1, 4, 2], [1, 1, 1], [6, 5, 7]];
const DTYPES = ["float32", "float64"] as const;
const KINDS = ["complex", "real"] as const;
const ORDERS = ["natural", "transposed"] as const;

/** All pairs of a product. */
const gridsOf = (size: number): [number, number][] =>
  Array.from({ length: size }, (_, i): [number, number] => [size / (i + 1), i + 1])
    .filter(([p1]) => Number.isInteger(p1));

/** A box of an array over all. */
function part<D extends DType>(whole: NdArray<D>, { start, shape }: Box): NdArray<D> {
  const width = isComplex(whole.dtype) ? 2 : 1;
  const result = zeros(shape, whole.dtype);
  for (let at = 0; at < result.size; at++) {
    let [rest, from, step] = [at, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += (start[axis] + rest % shape[axis]) * step;
      step *= whole.shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    for (let k = 0; k < width; k++) result.data[width * at + k] = whole.data[width * from + k];
  }
  return result;
}

/** Numbers without a pattern, and their transform by the definition, of kind "real" the half of it. */
function problem<D extends RealDType>(shape: readonly number[], kind: PlanKind, dtype: D) {
  const complex = dtype === "float32" ? "complex64" : "complex128";
  const type: DType = kind === "real" ? dtype : complex;
  const size = shape.reduce((a, b) => a * b, 1);
  const points = fromData(noise(kind === "real" ? size : 2 * size, size), shape, type);
  const pairs = kind === "real"
    ? Float64Array.from({ length: 2 * size }, (_, i) => i % 2 ? 0 : points.data[i / 2])
    : points.data;
  const full = fromData(naiveDft(pairs, shape, [0, 1, 2]), shape, "complex128");
  const half = kind === "real" ? shape.with(2, Math.floor(shape[2] / 2) + 1) : shape;
  return { points, spectrum: part(full, { start: shape.map(() => 0), shape: half }), complex };
}

/** Distance over all ranks: a part of few numbers that cancel says little. */
function distanceOverRanks(comm: Comm, actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(actual.length, expected.length);
  const sums = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    sums[0] += (actual[i] - expected[i]) ** 2;
    sums[1] += expected[i] ** 2;
  }
  const [difference, norm] = comm.allreduce(Float64Array.from(sums));
  return Math.sqrt(difference / norm);
}

for (const kind of KINDS) {
  for (const dtype of DTYPES) {
    check(`the ${kind} transform of ${dtype} is that of the definition, for all grids and orders, and back`, (comm) => {
      for (const shape of SHAPES) {
        for (const batch of [undefined, 2, 6]) {
          const all = batch === undefined ? shape : [...shape, batch];
          const { points, spectrum } = problem(all, kind, dtype);
          for (const grid of gridsOf(comm.size)) {
            for (const order of ORDERS) {
              const text = `[${all}] on [${grid}], ${order}`;
              using plan = new DistributedPlan(comm, shape, { kind, dtype, grid, order, batch });
              const x = part(points, plan.points.box(comm.rank)) as NdArray<typeof plan.pointsDtype>;
              const before = x.data.slice();
              const y = plan.forward(x);
              const expected = part(spectrum, plan.frequencies.box(comm.rank));
              assert.ok(distanceOverRanks(comm, y.data, expected.data) < TOLERANCE[dtype], text);
              const kept = y.data.slice();
              const back = plan.inverse(y);
              assert.ok(distanceOverRanks(comm, back.data, before) < TOLERANCE[dtype], `${text}, back`);
              assert.deepEqual([x.data, y.data], [before, kept], `${text}: the inputs are kept`);
            }
          }
        }
      }
    });
  }
}

check("the forward transform, and the real inverse, are those of Plan in all bits", (comm) => {
  const shape = [12, 10, 18];
  for (const kind of KINDS) {
    using serial = new Plan(shape, { kind });
    const { points } = problem(shape, kind, "float64");
    const spectrum = serial.forward(points as never, { norm: "ortho" });
    const back = serial.inverse(spectrum, { norm: "ortho" });
    for (const grid of gridsOf(comm.size)) {
      using plan = new DistributedPlan(comm, shape, { kind, grid });
      const box = plan.points.box(comm.rank);
      const y = plan.forward(part(points, box) as never, { norm: "ortho" });
      assert.deepEqual(y.data, part(spectrum, plan.frequencies.box(comm.rank)).data);
      const x = plan.inverse(y, { norm: "ortho" });
      if (kind === "real") assert.deepEqual(x.data, part(back, box).data);
      else assert.ok(distanceOverRanks(comm, x.data, part(back, box).data) < 1e-15);
    }
  }
});

check("both ways to exchange give the same bits", (comm) => {
  for (const shape of [[6, 5, 7], [4, 8, 40]]) {
    for (const kind of KINDS) {
      for (const order of ORDERS) {
        for (const grid of gridsOf(comm.size)) {
          const { points } = problem([...shape, 3], kind, "float64");
          const results = (["alltoallw", "alltoallv", "auto"] as const).map((exchange) => {
            using plan = new DistributedPlan(comm, shape, { kind, grid, order, exchange, batch: 3 });
            const y = plan.forward(part(points, plan.points.box(comm.rank)) as never);
            return [y.data, plan.inverse(y).data];
          });
          assert.deepEqual(results[1], results[0], `[${shape}] on [${grid}], ${order}`);
          assert.deepEqual(results[2], results[0]);
        }
      }
    }
  }
});

check("results may be written to given arrays, in the caller's memory too", (comm) => {
  using plan = new DistributedPlan(comm, [6, 5, 7], { dtype: "float32", order: "transposed" });
  const size = plan.localShape.reduce((a, b) => a * b, 1);
  using x = fromData(noise(2 * size, 5), plan.localShape, "complex64");
  const y = plan.forward(x);
  using out = empty(plan.localSpectrumShape, "complex64");
  assert.equal(plan.forward(x, { out }), out);
  assert.deepEqual(out.data, y.data);
  assert.equal(plan.workBytes > 0, comm.size > 1);
});

check("wrong arguments on one rank raise on all", (comm) => {
  const last = comm.size - 1;
  const isLast = comm.rank === last;
  const fails = (error: unknown) => isLast ? error instanceof ShapeError : error instanceof CommError;
  using plan = new DistributedPlan(comm, [4, 4, 4]);
  const shape = isLast ? [1, 2, 3] : plan.localShape;
  assert.throws(() => plan.forward(zeros(shape, "complex128")), fails);
  assert.throws(() => plan.inverse(zeros(shape, "complex128")), fails);
  const right = zeros(plan.localShape, "complex128");
  assert.throws(() => plan.forward(right, { out: zeros(shape, "complex128") }), fails);
  assert.throws(() => new DistributedPlan(comm, isLast ? [4, 4] : [4, 4, 4]), fails);
  assert.throws(() => new DistributedPlan(comm, [4, 4, 4], { grid: isLast ? [comm.size + 1, 1] : "auto" }), fails);
  if (comm.size > 1) assert.throws(() => new DistributedPlan(comm, [4, 4, isLast ? 5 : 4]), DomainError);
  plan.dispose();
  assert.throws(() => plan.forward(right), DomainError);
});

check("nothing changes where messages are long", (comm) => {
  const run = (exchange: "alltoallw" | "alltoallv") => {
    using plan = new DistributedPlan(comm, [6, 5, 7], { kind: "real", exchange });
    const size = plan.localShape.reduce((a, b) => a * b, 1);
    return plan.forward(fromData(noise(size, comm.rank + 1), plan.localShape, "float64")).data.slice();
  };
  const before = limits.maxMessageBytes;
  for (const exchange of ["alltoallw", "alltoallv"] as const) {
    const expected = run(exchange);
    try {
      for (const bytes of [8, 100]) {
        limits.maxMessageBytes = bytes;
        assert.deepEqual(run(exchange), expected, `${exchange}, at most ${bytes} bytes`);
      }
    } finally {
      limits.maxMessageBytes = before;
    }
  }
});

check(
  "a plan that may overwrite gives the same bits with one work array, also where both sides share memory",
  (comm) => {
    const shape = [6, 5, 8];
    const whole = fromData(Array.from({ length: 240 }, (_, i) => i * 37 % 101 - 50), shape, "float32");
    for (const grid of gridsOf(comm.size)) {
      for (const order of ORDERS) {
        const options = { kind: "real", dtype: "float32", grid, order } as const;
        using plan = new DistributedPlan(comm, shape, options);
        using other = new DistributedPlan(comm, shape, { ...options, overwrite: true });
        assert.ok(other.workBytes <= plan.workBytes);
        using x = part(whole, plan.points.box(comm.rank));
        using expected = plan.forward(x);
        using back = plan.inverse(expected);
        const size = 2 * expected.size;
        using memory = zeros([Math.max(size, x.size) + (comm.size > 1 ? 0 : x.size)], "float32");
        const room = new NdArray(memory.data.subarray(0, size), expected.shape, "complex64");
        const start = comm.size > 1 ? 0 : memory.size - x.size;
        const mesh = new NdArray(memory.data.subarray(start, start + x.size), x.shape, "float32");
        mesh.data.set(x.data);
        other.forward(mesh, { out: room });
        assert.deepEqual(room.data, expected.data);
        other.inverse(room, { out: mesh });
        assert.deepEqual(mesh.data, back.data);
      }
    }
  },
);

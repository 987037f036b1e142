/** What must hold of fields in parts, ghosts and routed rows on any number of ranks. */

import assert from "node:assert/strict";
import { Field, fromData, moments, NdArray, zeros } from "../../lib/array/mod.ts";
import { CommError, DomainError, ShapeError } from "../../lib/base/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import {
  addGhosts,
  Decomposition,
  DistributedField,
  distributedMoments,
  exchangeGhosts,
  gatherField,
  ghostBox,
  redistributeField,
  Route,
  routeParticles,
  scatterField,
} from "../../lib/decomposition/mod.ts";
import type { Check } from "../support/ranks.ts";

await ready({ threads: 1 });

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Grids of all ranks: slabs along each axis, and pencils where the number has factors. */
export function gridsOf(size: number): number[][] {
  const grids = [[size, 1, 1], [1, size, 1], [1, 1, size]];
  for (let p = 2; p < size; p++) if (size % p === 0) grids.push([p, size / p, 1], [1, p, size / p]);
  return grids;
}

/** A field of numbers without symmetry, the same on all ranks. */
export function wholeField(n: number, dtype: "float32" | "float64" = "float64"): Field {
  const values = range(n ** 3).map((i) => Math.fround(((i * 7919 + 13) % 1013) / 1013 - 0.3));
  const array = fromData(values, [n, n, n], dtype) as Field["array"];
  return new Field({ array, boxSize: 10, quantity: "other", unit: "mK" });
}

/** This rank's part of the function `value` of three indices. */
function partOf(comm: Comm, parts: Decomposition, value: (i: number, j: number, k: number) => number) {
  const { start: [x, y, z], shape } = parts.box(comm.rank);
  const array = zeros(shape, "float64");
  forEach(array, (i, j, k, at) => array.data[at] = value(x + i, y + j, z + k));
  return array;
}

function forEach({ shape: [nx, ny, nz] }: NdArray, body: (i: number, j: number, k: number, at: number) => void) {
  for (let i = 0, at = 0; i < nx; i++) {
    for (let j = 0; j < ny; j++) for (let k = 0; k < nz; k++) body(i, j, k, at++);
  }
}

const wrap = (i: number, n: number) => ((i % n) + n) % n;

type ErrorClass = new (...args: never[]) => Error;

/** A rank fails with its own error, the others because of it. */
export function assertAllFail(run: () => void, own: boolean, type: ErrorClass, pattern: RegExp): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof (own ? type : CommError), String(error));
    return pattern.test(error.message);
  });
}

export const checks: Check[] = [
  ["a field scattered, redistributed and gathered is the same, on each root", (comm) => {
    for (const n of [5, 2]) {
      for (const dtype of ["float32", "float64"] as const) {
        const whole = wholeField(n, dtype);
        for (const grid of gridsOf(comm.size)) {
          const parts = new Decomposition([n, n, n], grid);
          for (const root of [0, comm.size - 1]) {
            const given = comm.rank === root ? whole : undefined;
            const field = scatterField(comm, given, parts, root);
            assert.deepEqual([field.cells, field.boxSize, field.quantity, field.unit], [n, 10, "other", "mK"]);
            const moved = redistributeField(field, new Decomposition([n, n, n], [1, comm.size, 1]));
            const back = gatherField(moved, root);
            assert.equal(back !== undefined, comm.rank === root);
            if (back) assert.deepEqual([back.unit, back.array.data], ["mK", whole.array.data]);
          }
        }
      }
    }
  }],

  ["moments are the same bits for all decompositions, and those of the whole field to rounding", (comm) => {
    const whole = wholeField(6);
    const expected = moments(whole.array);
    const alone = range(6).map((i) => moments((whole.array as NdArray<"float64">).at(i)).sum).reduce((a, b) => a + b);
    let first: ReturnType<typeof distributedMoments> | undefined;
    for (const grid of gridsOf(comm.size)) {
      const field = scatterField(comm, comm.isRoot ? whole : undefined, new Decomposition([6, 6, 6], grid));
      const found = distributedMoments(field);
      first ??= found;
      assert.deepEqual(found, first);
      // Planes in their order, whatever the number of ranks.
      assert.equal(found.sum, alone);
    }
    for (const [name, value] of Object.entries(expected)) {
      const got = first![name as keyof typeof expected];
      assert.ok(Math.abs(got - value) <= 1e-13 * Math.max(1, Math.abs(value)), `${name}: ${got}, not ${value}`);
    }
    const flat = whole.with({ array: fromData(new Float64Array(216).fill(0.1), [6, 6, 6], "float64") });
    const none = distributedMoments(scatterField(comm, comm.isRoot ? flat : undefined));
    assert.deepEqual([none.std, none.skewness, none.kurtosis, none.min, none.max], [0, NaN, NaN, 0.1, 0.1]);
  }],

  ["ghosts are copies of the cells around, also of several neighbours and of images", (comm) => {
    const value = (i: number, j: number, k: number) => 1 + 100 * i + 10 * j + k;
    for (const shape of [[5, 4, 3], [2, 7, 1]]) {
      for (const grid of gridsOf(comm.size)) {
        for (const width of [0, 1, [2, 1], [0, 3], 6] as const) {
          const parts = new Decomposition(shape, grid);
          const array = partOf(comm, parts, value);
          const wide = exchangeGhosts(comm, array, parts, width);
          const { start, shape: lengths } = ghostBox(parts, comm.rank, width);
          assert.deepEqual(wide.shape, lengths);
          forEach(wide, (i, j, k, at) => {
            const [x, y, z] = [i, j, k].map((index, axis) => wrap(start[axis] + index, shape[axis]));
            assert.equal(wide.data[at], value(x, y, z), `grid ${grid}, width ${width}, at ${[i, j, k]}`);
          });
        }
      }
    }
  }],

  ["addGhosts() adds each ghost to its owner: the transpose of exchangeGhosts()", (comm) => {
    for (const shape of [[5, 4, 3], [2, 7, 1]]) {
      for (const grid of gridsOf(comm.size)) {
        for (const width of [0, 1, [2, 1], [0, 3], 6] as const) {
          const parts = new Decomposition(shape, grid);
          const box = ghostBox(parts, comm.rank, width);
          const wide = zeros(box.shape, "float64");
          // Whole numbers, so that sums are exact whatever their order.
          const deposit = (rank: number, cell: number) => (rank * 37 + cell * 11) % 101;
          wide.data.forEach((_, i) => wide.data[i] = deposit(comm.rank, i));
          const sums = addGhosts(comm, wide, parts, width);
          const expected = new Float64Array(shape[0] * shape[1] * shape[2]);
          for (let rank = 0; rank < comm.size; rank++) {
            const { start, shape: lengths } = ghostBox(parts, rank, width);
            forEach({ shape: lengths } as NdArray, (i, j, k, at) => {
              const [x, y, z] = [i, j, k].map((index, axis) => wrap(start[axis] + index, shape[axis]));
              expected[(x * shape[1] + y) * shape[2] + z] += deposit(rank, at);
            });
          }
          const { start: [x, y, z] } = parts.box(comm.rank);
          forEach(sums, (i, j, k, at) => {
            assert.equal(sums.data[at], expected[((x + i) * shape[1] + y + j) * shape[2] + z + k]);
          });
        }
      }
    }
  }],

  ["all memory but that of results is given back", (comm) => {
    const whole = comm.isRoot ? wholeField(5) : undefined;
    const positions = fromData([1, 2, 3, 9, 1, 1], [2, 3], "float64");
    const before = memoryUse().allocated;
    for (const grid of gridsOf(comm.size)) {
      const field = scatterField(comm, whole, new Decomposition([5, 5, 5], grid));
      const { array, decomposition } = field;
      distributedMoments(field);
      gatherField(field)?.array.dispose();
      using wide = exchangeGhosts(comm, array as NdArray<"float64">, decomposition, 2);
      addGhosts(comm, wide, decomposition, 2, { into: array as NdArray<"float64"> });
      const { positions: own, route } = routeParticles(comm, positions, decomposition, 10);
      route.back(own).dispose();
      own.dispose();
      array.dispose();
    }
    assert.equal(memoryUse().allocated, before);
  }],

  ["a wrong part of one rank is an error on all", (comm) => {
    const parts = new Decomposition([4, 4, 4], [comm.size, 1, 1]);
    const { shape } = parts.box(comm.rank);
    const bad = comm.rank === comm.size - 1;
    const array = zeros(bad ? [...shape.slice(0, 2), 3] : shape, "float32");
    for (const run of [() => exchangeGhosts(comm, array, parts, 1), () => addGhosts(comm, array, parts, 0)]) {
      assertAllFail(run, bad, ShapeError, /this rank's array must have shape \[\d, 4, 4\], got \[\d, 4, 3\]/);
    }
    const field = comm.isRoot ? wholeField(3) : undefined;
    const other = new Decomposition([4, 4, 4], [comm.size, 1, 1]);
    assert.throws(() => scatterField(comm, field, other), /must be of 3\^3 cells, got 4\^3/);
    assertAllFail(() => scatterField(comm, undefined), comm.isRoot, TypeError, /rank 0 must have one/);
    const positions = fromData(bad ? [1, 2, NaN] : [1, 2, 3], [1, 3], "float64");
    const route = () => routeParticles(comm, positions, parts, 4);
    assertAllFail(route, bad, DomainError, /must be finite, position 0 is \(1, 2, NaN\)/);
    const destinations = Uint32Array.of(bad ? comm.size : 0);
    assertAllFail(() => new Route(comm, destinations), bad, DomainError, /row 0 must go to a rank below/);
  }],

  ["ranks that give different options are told so", (comm) => {
    if (comm.size === 1) return;
    const odd = comm.rank === 1 ? 1 : 0;
    const parts = new Decomposition([4, 4, 4], [comm.size, 1, 1]);
    const other = new Decomposition([4, 4, 4], odd ? [1, comm.size, 1] : [comm.size, 1, 1]);
    const field = scatterField(comm, comm.isRoot ? wholeField(4) : undefined);
    const positions = fromData([1, 2, 3], [1, 3], odd ? "float32" : "float64");
    const runs = [
      () => scatterField(comm, wholeField(4), undefined, odd),
      () => gatherField(field, odd),
      () => redistributeField(field, other),
      () => exchangeGhosts(comm, field.array as NdArray, parts, 1 + odd),
      () => routeParticles(comm, positions as NdArray<"float64">, parts, 4),
      () => routeParticles(comm, positions as NdArray<"float64">, parts, 4 + odd),
    ];
    for (const run of runs) {
      assert.throws(
        run,
        (e) => e instanceof ShapeError && /all ranks must give the same, got .* on rank 1/.test(e.message),
      );
    }
  }],

  ["the parts of a field are checked", (comm) => {
    const parts = new Decomposition([4, 4, 4], [comm.size, 1, 1]);
    const array = zeros(parts.box(comm.rank).shape, "float32");
    const rest = { boxSize: 1, quantity: "other", unit: "1" } as const;
    const field = new DistributedField({ comm, decomposition: parts, array, ...rest });
    assert.equal(field.with({ unit: "K" }).unit, "K");
    assert.throws(() => field.with({ boxSize: 0 }), DomainError);
    assert.throws(() => field.with({ decomposition: new Decomposition([4, 4, 4], [comm.size + 1, 1, 1]) }), ShapeError);
    const flat = new Decomposition([4, 4, 2], [comm.size, 1, 1]);
    assert.throws(() => field.with({ decomposition: flat }), /the mesh must have shape \[n, n, n\]/);
    assert.throws(() => field.with({ array: zeros([1, 2, 3], "float32") }), /this rank's part must have shape/);
  }],

  ["particles come to the ranks that own their cells, in order, with their columns, and answers go back", (comm) => {
    const [n, boxSize, count] = [4, 8, 23 + 4 * comm.rank];
    // Some lie outside of the box, some on faces of cells.
    const random = (i: number) => ((comm.rank * 131 + i * 71) % 97) / 97 * 24 - 8;
    const points = range(3 * count).map((i) => i % 5 === 0 ? 2 * Math.round(random(i) / 2) : random(i));
    for (const dtype of ["float32", "float64"] as const) {
      const positions = fromData(points, [count, 3], dtype);
      const marks = fromData(range(2 * count).map((i) => comm.rank * 1000 + i), [count, 2], "int32");
      for (const grid of gridsOf(comm.size)) {
        const parts = new Decomposition([n, n, n], grid);
        const { positions: got, columns: [mine], route } = routeParticles(comm, positions, parts, boxSize, [marks]);
        const { start, shape } = parts.box(comm.rank);
        const [total] = comm.allreduce(Float64Array.of(got.shape[0]));
        assert.equal(total, comm.allreduce(Float64Array.of(count))[0]);
        let last = -1;
        for (let p = 0; p < got.shape[0]; p++) {
          for (let axis = 0; axis < 3; axis++) {
            const cell = Math.floor(wrap(got.data[3 * p + axis], boxSize) / boxSize * n) - start[axis];
            assert.ok(cell >= 0 && cell < shape[axis], `particle ${p} in cell ${cell} of axis ${axis}`);
          }
          assert.ok(mine.data[2 * p] > last, "by rank, then in order");
          last = mine.data[2 * p];
          assert.equal(mine.data[2 * p + 1], last + 1);
        }
        const answers = route.back(mine);
        assert.deepEqual(answers.data, marks.data);
        assert.deepEqual(route.back(got).data, positions.data);
      }
    }
  }],

  ["a rank without particles, and one that gets none", (comm) => {
    const parts = new Decomposition([2, 2, 2], [comm.size, 1, 1]);
    const count = comm.rank === comm.size - 1 ? 3 : 0;
    const positions = fromData(new Float32Array(3 * count).fill(0.1), [count, 3], "float32");
    const { positions: got } = routeParticles(comm, positions, parts, 1);
    assert.deepEqual(got.shape, [comm.isRoot ? 3 : 0, 3]);
  }],

  ["rows of pairs go to ranks by number", (comm) => {
    const rows = new NdArray(
      Float32Array.from(range(4 * comm.size), (i) => comm.rank * 100 + i),
      [2 * comm.size],
      "complex64",
    );
    const to = Uint32Array.from(range(2 * comm.size), (i) => comm.size - 1 - Math.floor(i / 2));
    const route = new Route(comm, to);
    const first = 4 * (comm.size - 1 - comm.rank);
    const expected = range(comm.size).flatMap((rank) => range(4).map((i) => rank * 100 + first + i));
    assert.deepEqual([...route.send(rows).data], expected);
    assert.throws(() => route.send(new NdArray(new Float32Array(2), [1], "complex64")), ShapeError);
  }],
];

/** Maps of irreducible points, frequencies and nodes, on any number of ranks. */
import assert from "node:assert/strict";
import { empty, fromData, type NdArray, zeros } from "../../lib/array/mod.ts";
import { CommError, DomainError, ShapeError } from "../../lib/base/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import {
  Distributor,
  exchangeIrreducibleToFull,
  mapIrreducibleToFull,
  nodeAwareSizes,
  nodeSharedArray,
  orbitalTransform,
  redistributeFrequencies,
  type TaskSlice,
  type UnfoldOptions,
} from "../../lib/distributor/mod.ts";
import { type Checks, onRanks, range, record } from "./_support.ts";

/** Checks by what they show. */
export const checks: Checks = [];
const check = (name: string, run: Checks[number][1]) => checks.push([name, run]);

/** Irreducible points of a square lattice of n x n points: k and -k along each axis are equal, and so are the axes. */
function squareLattice(n: number): { toIrreducible: number[]; count: number } {
  const known = new Map<string, number>();
  const toIrreducible = range(n * n).map((i) => {
    const key = [Math.floor(i / n), i % n].map((k) => Math.min(k, n - k)).sort().join();
    if (!known.has(key)) known.set(key, known.size);
    return known.get(key)!;
  });
  return { toIrreducible, count: known.size };
}

/** Rows of points, each number its own. */
function rowsOf(points: readonly number[], shape: number[], dtype: "complex64" | "complex128"): NdArray<typeof dtype> {
  const width = 2 * shape.reduce((a, b) => a * b, 1);
  return fromData(points.flatMap((p) => range(width).map((j) => p * 1000 + j)), [points.length, ...shape], dtype);
}

/** Both ways from irreducible points to all. */
const ways = [mapIrreducibleToFull, exchangeIrreducibleToFull];

/** All divisions of points: by the rule, and with empty ranks at the ends and between. */
function divisions(comm: Comm, points: number): Distributor[] {
  const { size } = comm;
  const onOne = (owner: number) => range(size).map((r) => r === owner ? points : 0);
  const ends = range(size).map((r) => r === 0 ? Math.floor(points / 2) : r === size - 1 ? Math.ceil(points / 2) : 0);
  const sizes = [undefined, onOne(0), onOne(size - 1), ...size > 2 ? [onOne(1), ends] : []];
  return sizes.map((sizes) => new Distributor(points, { comm, sizes }));
}

check("the square lattice of 2 x 2 has three irreducible points", () => {
  assert.deepEqual(squareLattice(2), { toIrreducible: [0, 1, 1, 2], count: 3 });
  assert.equal(squareLattice(4).count, 6);
});

check("irreducible points give all points, gathered and from rank to rank, at any limit", (comm) => {
  for (const n of [1, 2, 4]) {
    const { toIrreducible, count } = squareLattice(n);
    for (const irreducible of divisions(comm, count)) {
      for (const full of divisions(comm, n * n)) {
        for (const way of ways) {
          for (const limit of [16, undefined]) {
            using rows = rowsOf([...irreducible.myTasks], [2, 2], "complex128");
            const before = rows.data.slice();
            using all = way(rows, irreducible, full, toIrreducible, { limit });
            using wanted = rowsOf([...full.myTasks].map((p) => toIrreducible[p]), [2, 2], "complex128");
            assert.deepEqual([all.dtype, all.shape, all.data], [wanted.dtype, wanted.shape, wanted.data]);
            assert.deepEqual(rows.data, before);
          }
        }
      }
    }
  }
});

check("each irreducible row travels once to each rank; a low limit makes more messages of them", (comm) => {
  const { toIrreducible, count } = squareLattice(4);
  const sends = [undefined, 16].map((limit) => {
    const recorded = record(comm);
    const irreducible = new Distributor(count, { comm: recorded.comm });
    const full = new Distributor(16, { comm: recorded.comm });
    using rows = rowsOf([...irreducible.myTasks], [3], "complex64");
    exchangeIrreducibleToFull(rows, irreducible, full, toIrreducible, { limit }).dispose();
    if (comm.size === 1) assert.equal(recorded.calls.length, 0);
    const wanted = full.slices.map(({ start, stop }) => new Set(toIrreducible.slice(start, stop)));
    const mine = new Set(irreducible.myTasks);
    const travels = wanted.map((points, rank) => rank === comm.rank ? 0 : points.intersection(mine).size);
    const isends = recorded.calls.filter(({ name, bytes }) => name === "isend" && bytes % 24 === 0);
    assert.equal(isends.reduce((sum, { bytes }) => sum + bytes, 0), travels.reduce((a, b) => a + b) * 24);
    return { count: recorded.count("isend"), rows: travels.reduce((a, b) => a + b) };
  });
  // With the collectives of MPI, all messages are these: a row each at the limit.
  if (comm.backend === "mpi") assert.equal(sends[1].count, sends[1].rows);
  if (comm.size === 2) assert.ok(sends[1].count > sends[0].count);
});

check("the transform is called once on each rank with points, and changes its rows", (comm) => {
  const { toIrreducible, count } = squareLattice(2);
  const irreducible = new Distributor(count, { comm });
  for (const full of divisions(comm, 4)) for (const way of ways) run(full, way);

  function run(full: Distributor, way: typeof ways[number]) {
    const called: [TaskSlice, readonly number[]][] = [];
    const transform: UnfoldOptions<"complex64">["transform"] = (rows, slice) => {
      called.push([slice, rows.shape]);
      rows.data.forEach((_, i) => rows.data[i] += slice.start * 1e4);
    };
    using rows = rowsOf([...irreducible.myTasks], [2, 2, 2, 2, 3], "complex64");
    using all = way(rows as NdArray<"complex64">, irreducible, full, toIrreducible, { transform });
    const gathered = way === mapIrreducibleToFull;
    const wanted = gathered ? comm.isRoot ? [{ start: 0, stop: 4 }] : [] : full.mySize > 0 ? [full.mySlice] : [];
    assert.deepEqual(called.map(([slice]) => slice), wanted);
    for (const [{ start, stop }, shape] of called) assert.deepEqual(shape, [stop - start, 2, 2, 2, 2, 3]);
    const [points] = comm.allreduce(Int32Array.of(called.reduce((sum, [{ start, stop }]) => sum + stop - start, 0)));
    assert.equal(points, 4);
    const first = gathered ? 0 : full.mySlice.start * 1e4;
    if (full.mySize > 0) assert.equal(all.data[1], toIrreducible[full.mySlice.start] * 1000 + 1 + first);
  }
});

/** Complex numbers of a fixed sequence. */
function numbers(count: number, seed: number): number[] {
  let state = seed;
  return range(2 * count).map(() => (state = state * 48271 % 2147483647) / 2147483647 - 0.5);
}

check("orbitals transform as the sums over all their indices say", (comm) => {
  const [points, n, rest] = [5, 2, 3];
  using matrices = fromData(numbers(points * n * n, 3), [points, n, n], "complex128");
  const signs = [1, -1, -1, 1, -1];
  const conjugate = [0, 1, 0, 1, 1];
  const u = (k: number, a: number, b: number) => {
    const at = 2 * ((k * n + a) * n + b);
    return [matrices.data[at], matrices.data[at + 1]];
  };
  const product = ([a, b]: number[], [c, d]: number[]) => [a * c - b * d, a * d + b * c];
  const conj = ([a, b]: number[]) => [a, -b];
  for (const orbitalAxes of [2, 4] as const) {
    const orbitals = n ** orbitalAxes;
    const full = new Distributor(points, { comm });
    const { start, stop } = full.mySlice;
    const all = numbers(points * orbitals * rest, 7);
    const width = 2 * orbitals * rest;
    const shape = [stop - start, ...new Array(orbitalAxes).fill(n), rest];
    using rows = fromData(all.slice(start * width, stop * width), shape, "complex128");
    orbitalTransform({ matrices, signs, conjugate, orbitalAxes })(rows, full.mySlice);
    const digits = (i: number) => range(orbitalAxes).map((axis) => Math.floor(i / n ** (orbitalAxes - 1 - axis)) % n);
    for (const k of full.myTasks) {
      for (const out of range(orbitals)) {
        for (const r of range(rest)) {
          const sum = [0, 0];
          for (const inner of range(orbitals)) {
            const at = (k * orbitals + inner) * rest + r;
            let term = all.slice(2 * at, 2 * at + 2);
            if (conjugate[k]) term = conj(term);
            range(orbitalAxes).forEach((axis) => {
              const element = u(k, digits(out)[axis], digits(inner)[axis]);
              term = product(axis % 2 === 0 ? element : conj(element), term);
            });
            const sign = orbitalAxes === 2 ? signs[k] : signs[k] ** 2;
            term.forEach((part, i) => sum[i] += sign * part);
          }
          const at = 2 * (((k - start) * orbitals + out) * rest + r);
          // Sums of at most 16 products of numbers below 1.
          sum.forEach((part, i) => assert.ok(Math.abs(rows.data[at + i] - part) < 1e-14));
        }
      }
    }
  }
  const wrong = orbitalTransform({ matrices, signs, conjugate, orbitalAxes: 4 });
  using flat = zeros([1, n, n, n], "complex64");
  assert.throws(() => wrong(flat, { start: 0, stop: 1 }), ShapeError);
  assert.throws(
    () => orbitalTransform({ matrices, signs: [1], conjugate, orbitalAxes: 2 }),
    /one sign and flag for each/,
  );
});

check("maps that do not suit are errors of all ranks", (comm) => {
  const { toIrreducible, count } = squareLattice(2);
  const irreducible = new Distributor(count, { comm });
  const full = new Distributor(4, { comm });
  using rows = rowsOf([...irreducible.myTasks], [2], "complex64");
  using long = zeros([irreducible.mySize + 1, 2], "complex64");
  const last = comm.rank === comm.size - 1;
  const error = (type: new (...args: never[]) => Error, pattern: RegExp) => (error: unknown) =>
    error instanceof (last ? type : CommError) && pattern.test(error.message);
  const own = rows as NdArray<"complex64">;
  for (const way of ways) {
    const fails = (map: number[], type: new (...args: never[]) => Error, pattern: RegExp, given = own) =>
      assert.throws(() => way(given, irreducible, full, last ? map : toIrreducible), error(type, pattern));
    fails([0, 1, 1], ShapeError, /"toIrreducible" must have the length 4, got 3/);
    fails([0, 1, 1, 3], DomainError, /"toIrreducible" must have points below 3, got 3 at 3/);
    fails([0, 1, 1, 0.5], DomainError, /Cannot use "toIrreducible": it must be a whole number/);
    fails(toIrreducible, ShapeError, /must have shape \[\d, 2\], got \[\d, 2\]/, last ? long : own);
    const transform = () => {
      throw new RangeError("no such symmetry");
    };
    assert.throws(() => way(own, irreducible, full, toIrreducible, { transform }), /no such symmetry/);
  }
});

check("lengths are divided among nodes first", (comm) => {
  for (const length of [0, 1, 7, 12]) {
    const sizes = nodeAwareSizes(comm, length);
    assert.equal(sizes.reduce((a, b) => a + b), length);
    assert.deepEqual(comm.allgatherObject(sizes), range(comm.size).map(() => sizes));
  }
  const on = (hosts: string[], length: number, wanted: number[]) =>
    onRanks(comm, hosts.length, (some) => {
      assert.deepEqual(nodeAwareSizes(some, length, { host: hosts[some.rank] }), wanted);
    });
  on(["a", "a", "a"], 7, [3, 2, 2]);
  on(["a", "b", "a", "b"], 6, [2, 2, 1, 1]);
  on(["a", "b", "c", "a"], 5, [1, 2, 1, 1]);
  on(["z", "a"], 3, [1, 2]);
  on(["a", " a "], 3, [2, 1]);
  on(["a", "a"], 1, [1, 0]);
  assert.throws(() => nodeAwareSizes(comm, comm.isRoot ? -1 : 2), /it must be a whole number of at least 0, got -1/);
  if (comm.size > 1) {
    assert.throws(() => nodeAwareSizes(comm, comm.rank), /all ranks must give the same, got a length of 0/);
  }
});

check("points are exchanged for frequencies", (comm) => {
  const { toIrreducible, count } = squareLattice(2);
  for (const hosts of [undefined, ["a", "b", "a", "c"]]) {
    for (const frequencies of [1, 3, 5]) {
      for (const irreducible of divisions(comm, count)) {
        const shape = [2, frequencies, 2];
        using mine = rowsOf([...irreducible.myTasks], shape, "complex64");
        const { vertex, distributor } = redistributeFrequencies(mine, irreducible, {
          toIrreducible,
          host: hosts?.[comm.rank % 4],
        });
        assert.deepEqual(distributor.sizes, nodeAwareSizes(comm, frequencies, { host: hosts?.[comm.rank % 4] }));
        assert.equal(vertex === undefined, distributor.mySize === 0);
        if (!vertex) continue;
        using _vertex = vertex;
        assert.deepEqual(vertex.shape, [4, 2, distributor.mySize, 2]);
        let at = 0;
        for (const point of toIrreducible) {
          for (const a of range(2)) {
            for (const v of distributor.myTasks) {
              for (const j of range(4)) {
                assert.equal(vertex.data[at++], point * 1000 + (a * frequencies + v) * 4 + j);
              }
            }
          }
        }
      }
    }
  }
  onRanks(comm, 2, (two) => {
    using mine = rowsOf([...new Distributor(3, { comm: two }).myTasks], [1, 1, 2], "complex64");
    const { vertex } = redistributeFrequencies(mine, new Distributor(3, { comm: two }), { toIrreducible });
    assert.deepEqual(two.allgatherObject(vertex === undefined), [false, true]);
    vertex?.dispose();
  });
  using flat = empty([new Distributor(count, { comm }).mySize, 2], "complex64");
  const run = () => redistributeFrequencies(flat, new Distributor(count, { comm }), { toIrreducible });
  assert.throws(run, /the shape must be \[point, ..., frequency, frequency\]/);
});

check("an array of a node is computed once, and seen by all its ranks", (comm) => {
  // Two nodes at most, whatever the machine is: their arrays must not touch each other.
  const half = comm.split(comm.rank % 2)!;
  const node = half.splitNode();
  let calls = 0;
  const table = nodeSharedArray(node, [3, 2], "complex64", (array) => {
    calls++;
    array.data.forEach((v, i) => array.data[i] = v + 100 * (comm.rank % 2) + i);
  });
  assert.equal(calls, node.isRoot ? 1 : 0);
  assert.deepEqual([table.array.shape, table.array.dtype], [[3, 2], "complex64"]);
  assert.deepEqual([...table.array.data], range(12).map((i) => 100 * (comm.rank % 2) + i));
  table.sync();
  // The ranks see each other's numbers, of any rank of the node.
  if (node.rank === node.size - 1) table.array.data[5] = -1;
  table.sync();
  assert.equal(table.array.data[5], -1);
  table.sync();
  table.free();
  const none = nodeSharedArray(node, [0, 2], "float64", () => {});
  assert.equal(none.array.size, 0);
  none.free();
  const failing = () =>
    nodeSharedArray(node, [2], "float64", () => {
      throw new RangeError("no table");
    });
  assert.throws(failing, /no table/);
  node.free();
  half.free();
});

check("the array of a node of one rank is its own", (comm) => {
  const alone = comm.split(comm.rank)!;
  const recorded = record(alone);
  const { array, sync, free } = nodeSharedArray(recorded.comm, [4], "float64", ({ data }) => data.fill(comm.rank));
  assert.deepEqual([...array.data], new Array(4).fill(comm.rank));
  sync();
  free();
  assert.equal(recorded.calls.length, 0);
  alone.free();
});

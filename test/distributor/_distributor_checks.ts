/** The distributor on any number of ranks. */
import assert from "node:assert/strict";
import { type DType, fromData, type NdArray, zeros } from "../../lib/array/mod.ts";
import { CommError, DtypeError, ShapeError } from "../../lib/base/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import { Distributor, exchangeIrreducibleToFull, taskSizes } from "../../lib/distributor/mod.ts";
import { type Checks, onRanks, range, record, withLimit } from "./_support.ts";

/** Checks by what they show. */
export const checks: Checks = [];
const check = (name: string, run: Checks[number][1]) => checks.push([name, run]);

/** The rows of tasks `start` to `stop`: each number tells its task and its place. */
function rowsOf(start: number, stop: number, shape: number[], dtype: DType): NdArray {
  const width = shape.reduce((a, b) => a * b, 1) * (dtype.startsWith("complex") ? 2 : 1);
  const numbers = range(stop - start).flatMap((i) => range(width).map((j) => (start + i) * 100 + j));
  return fromData(numbers, [stop - start, ...shape], dtype);
}
const mine = (d: Distributor, shape: number[], dtype: DType) => rowsOf(d.mySlice.start, d.mySlice.stop, shape, dtype);
const same = (a: NdArray, b: NdArray) => assert.deepEqual([a.dtype, a.shape, a.data], [b.dtype, b.shape, b.data]);

/** Task counts for all kinds of divisions: even, uneven, with empty ranks, none. */
const counts = ({ size }: Comm) => [2 * size, 2 * size + 1, 1, 0, 7];
/** Divisions: by the rule, and by sizes of which the first and the last are 0. */
function* distributors(comm: Comm): Generator<Distributor> {
  for (const tasks of counts(comm)) yield new Distributor(tasks, { comm });
  if (comm.size < 3) return;
  const sizes = range(comm.size).map((r) => r === 0 || r === comm.size - 1 ? 0 : r + 1);
  yield new Distributor(sizes.reduce((a, b) => a + b), { comm, sizes });
}

check("slices are those of the rule: the excess comes last", (comm) => {
  for (const tasks of counts(comm)) {
    const d = new Distributor(tasks, { comm });
    assert.deepEqual(d.sizes, taskSizes(tasks, comm.size));
    assert.ok(Math.max(...d.sizes) - Math.min(...d.sizes) <= 1);
    assert.deepEqual(d.sizes, d.sizes.toSorted((a, b) => a - b));
    assert.deepEqual(d.slices.flatMap(({ start, stop }) => range(stop - start).map((i) => start + i)), range(tasks));
    assert.deepEqual([...d.myTasks], range(tasks).slice(d.mySlice.start, d.mySlice.stop));
    assert.deepEqual([d.myRank, d.rankCount, d.isRoot], [comm.rank, comm.size, comm.rank === 0]);
    assert.deepEqual([d.taskCount, d.mySize, d.comm, d.isComplete], [tasks, d.myTasks.length, comm, true]);
  }
  onRanks(comm, 3, (three) => {
    assert.deepEqual(new Distributor(7, { comm: three }).sizes, [2, 2, 3]);
    assert.deepEqual(new Distributor(6, { comm: three }).sizes, [2, 2, 2]);
    assert.deepEqual(new Distributor(1, { comm: three }).sizes, [0, 0, 1]);
  });
});

check("sizes can be given; they must be one for each rank, and all tasks", (comm) => {
  const sizes = range(comm.size).map((rank) => rank * 2 % 3);
  const sum = sizes.reduce((a, b) => a + b);
  const d = new Distributor(sum, { comm, sizes });
  assert.deepEqual([d.sizes, d.mySize], [sizes, sizes[comm.rank]]);
  assert.throws(() => new Distributor(sum + 1, { comm, sizes }), ShapeError);
  assert.throws(() => new Distributor(sum, { comm, sizes: [...sizes, 0] }), /must be \d+ sizes with the sum/);
  assert.throws(() => new Distributor(1, { comm, sizes: sizes.with(0, -1) }), /"sizes": it must be a whole number/);
  assert.throws(() => new Distributor(1.5, { comm }), /"taskCount"/);
});

check("allgather() joins the rows of all ranks on all, at any limit", (comm) => {
  for (const d of distributors(comm)) {
    for (const [shape, dtype] of [[[2], "float64"], [[], "int32"], [[3], "complex128"], [[2, 3], "uint16"]] as const) {
      for (const limit of [1, 16, undefined]) {
        using own = mine(d, [...shape], dtype);
        using wanted = rowsOf(0, d.taskCount, [...shape], dtype);
        using all = d.allgather(own, { limit });
        same(all, wanted);
        withLimit(limit ?? 1000, () => {
          using again = d.allgather(own);
          same(again, wanted);
        });
      }
    }
    const tasks = Float64Array.from(d.myTasks);
    assert.deepEqual([...d.allgather(tasks)], range(d.taskCount));
  }
});

check("allgather() is one collective, and none at all on one rank", (comm) => {
  const recorded = record(comm);
  const d = new Distributor(7, { comm: recorded.comm });
  using own = mine(d, [2], "float64");
  using _all = d.allgather(own);
  if (comm.size === 1) {
    assert.equal(recorded.calls.length, 0);
    d.gather(own)!.dispose();
    using full = rowsOf(0, 7, [2], "float64");
    d.scatter(full).dispose();
    d.allreduce(own);
    assert.equal(recorded.calls.length, 0);
  } else if (recorded.calls.some(({ name }) => name === "allgatherv")) {
    // All else is the one number by which ranks agree.
    assert.deepEqual(recorded.calls.map(({ name, bytes }) => [name, bytes]), [
      ["allreduce", 24],
      ["allgatherv", own.data.byteLength],
    ]);
  }
  assert.equal(recorded.count("bcast") > 0 && recorded.count("allgatherv") > 0, false);
});

check("allgather() beyond the limit sends chunks of it, a row at least", (comm) => {
  for (const limit of [8, 32]) {
    const recorded = record(comm);
    const d = new Distributor(3 * comm.size, { comm: recorded.comm });
    using own = mine(d, [2], "float64");
    using all = d.allgather(own, { limit });
    assert.equal(all.data.at(-1), (d.taskCount - 1) * 100 + 1);
    if (comm.size === 1) continue;
    assert.equal(recorded.count("allgatherv"), 0);
    assert.ok(recorded.calls.every(({ name, bytes }) => name === "allreduce" || bytes <= Math.max(limit, 24)));
    // Three rows of 16 bytes from each rank: three messages, or two.
    if (comm.backend === "mpi") assert.equal(recorded.count("bcast"), comm.size * (limit === 8 ? 3 : 2));
  }
});

check("messages that wait are not taken for rows", (comm) => {
  const d = new Distributor(comm.size, { comm });
  const [next, last] = [(comm.rank + 1) % comm.size, (comm.rank + comm.size - 1) % comm.size];
  const sent = comm.isend(Float64Array.of(-1), next);
  using own = mine(d, [1], "float64");
  for (const root of range(comm.size)) {
    using all = d.gather(own, { root });
    if (all) assert.deepEqual([...all.data], range(comm.size).map((task) => 100 * task));
    using back = d.scatter(all, { root });
    assert.deepEqual(back.data, own.data);
  }
  const into = new Float64Array(1);
  comm.recv(into, last);
  assert.equal(into[0], -1);
  sent.wait();
});

check("gather() joins the rows of all ranks on each root", (comm) => {
  for (const d of distributors(comm)) {
    for (const root of range(comm.size)) {
      for (
        const [shape, dtype, limit] of [[[3], "complex128", undefined], [[2, 3], "float32", 16], [
          [],
          "uint8",
          2,
        ]] as const
      ) {
        using own = mine(d, [...shape], dtype);
        using all = d.gather(own, { root, limit });
        assert.equal(all !== undefined, comm.rank === root);
        using wanted = rowsOf(0, d.taskCount, [...shape], dtype);
        if (all) same(all, wanted);
      }
    }
  }
});

check("gather() sends one message for each chunk; empty ranks exchange nothing", (comm) => {
  const recorded = record(comm);
  const d = new Distributor(1, { comm: recorded.comm });
  using own = mine(d, [4], "float64");
  d.gather(own, { limit: 16 })?.dispose();
  const last = comm.size - 1;
  assert.equal(recorded.count("isend"), comm.rank === last && last > 0 ? 1 : 0);
  assert.equal(recorded.count("irecv"), comm.isRoot && last > 0 ? 1 : 0);
});

check("scatter() deals the rows of each root out", (comm) => {
  for (const d of distributors(comm)) {
    for (const root of range(comm.size)) {
      for (
        const [shape, dtype, limit] of [[[3], "complex128", undefined], [[2, 3], "float32", 16], [
          [],
          "uint8",
          2,
        ]] as const
      ) {
        using full = rowsOf(0, d.taskCount, [...shape], dtype);
        using own = d.scatter(comm.rank === root ? full : undefined, { root, limit });
        using wanted = mine(d, [...shape], dtype);
        same(own, wanted);
        assert.ok(own !== full && own.data !== full.data);
        using back = d.gather(own, { root, limit });
        if (back) same(back, full);
      }
    }
  }
});

check("scatter() of nothing gives zeros, of a typed array its type", (comm) => {
  const d = new Distributor(comm.size + 2, { comm });
  const none = d.scatter();
  assert.deepEqual([none.dtype, none.shape, [...none.data]], ["float64", [d.mySize], new Array(d.mySize).fill(0)]);
  none.dispose();
  const part = d.scatter(comm.isRoot ? BigInt64Array.from(range(d.taskCount), BigInt) : undefined);
  assert.deepEqual(part, BigInt64Array.from(d.myTasks, BigInt));
});

check("what does not suit on one rank is an error of all, and the ranks go on", (comm) => {
  const d = new Distributor(2 * comm.size, { comm });
  const last = comm.size - 1;
  const bad = comm.rank === last;
  using own = mine(d, [2], "float64");
  using other = mine(d, [3], "float64");
  using single = mine(d, [2], "float32");
  using long = zeros([d.mySize + 1, 2]);
  const fails = (run: () => unknown, ownError: new (...args: never[]) => Error, pattern: RegExp, by = bad) =>
    assert.throws(run, (error) => {
      assert.ok(error instanceof (by ? ownError : CommError), String(error));
      assert.match(error.message, pattern);
      return true;
    });
  for (const name of ["allgather", "gather"] as const) {
    const pattern = /the rows of rank \d+ must have shape \[2, 2\], got \[3, 2\]/;
    fails(() => d[name](bad ? long : own), ShapeError, pattern);
    fails(() => d[name](bad ? [1] as never : own), DtypeError, /it needs a typed array or an NdArray, got Array/);
    if (comm.size === 1) continue;
    for (const wrong of [other, single]) {
      assert.throws(() => d[name](bad ? wrong : own), (error) => {
        assert.ok(error instanceof ShapeError);
        assert.match(
          error.message,
          /^Cannot gather: all ranks must give the same, got float64 rows of \[2\] of \d+ tasks/,
        );
        assert.match(error.message, new RegExp(`on rank ${last}$`));
        return true;
      });
    }
  }
  using few = zeros([d.taskCount - (comm.size === 1 ? 1 : 2), 2]);
  for (const root of range(comm.size)) {
    const atRoot = comm.rank === root;
    fails(
      () => d.scatter(atRoot ? few : undefined, { root }),
      ShapeError,
      /the rows of all tasks must have shape/,
      atRoot,
    );
    using full = zeros([d.taskCount, 2]);
    const run = () => d.scatter(bad ? [1, 2] as never : atRoot ? full : undefined, { root });
    fails(run, DtypeError, /Cannot scatter: it needs a typed array or an NdArray, got Array/);
  }
  if (comm.size > 1) {
    const sizes = bad ? d.sizes.with(0, 3).with(last, 1) : d.sizes;
    const more = new Distributor(d.taskCount, { comm, sizes });
    using rows = mine(more, [2], "float64");
    const root = bad ? 0 : last;
    const divided = /tasks for rank 0 on rank 0, float64 rows of \[2\] of \d+ tasks as 0-3, 3-.* on rank \d$/;
    assert.throws(() => more.gather(rows), divided);
    assert.throws(() => d.gather(own, { root }), /for rank \d on rank 0, .* for rank 0 on rank \d$/);
    assert.throws(
      () => d.scatter(own, { root }),
      /Cannot scatter: all ranks must give the same, got \d+ tasks of rank/,
    );
  }
  if (comm.size > 1) assert.throws(() => d.allreduce(bad ? other : own), /Cannot reduce: all ranks must give the same/);
  assert.throws(() => d.gather(own, { root: comm.size }), /Cannot use "root"/);
  using all = d.allgather(own);
  assert.equal(all.data[2], 100);
});

check("allreduce() sums in place, in parts", (comm) => {
  const total = comm.size * (comm.size + 1) / 2;
  for (
    const [shape, dtype] of [[[2, 3], "float64"], [[0, 2], "float64"], [[5], "complex64"], [[10], "int32"]] as const
  ) {
    for (const limit of [8, 64, undefined]) {
      using own = zeros([...shape], dtype);
      own.data.forEach((_, i) => own.data[i] = (comm.rank + 1) * (i + 1));
      const recorded = record(comm);
      const d = new Distributor(comm.size, { comm: recorded.comm });
      assert.equal(withLimit(limit ?? 1000, () => d.allreduce(own)), own);
      assert.deepEqual([...own.data], range(own.data.length).map((i) => total * (i + 1)));
      assert.ok(recorded.calls.every(({ bytes }) => bytes <= (limit ?? 1000)));
    }
  }
  onRanks(comm, 3, (three) => {
    const own = Float64Array.of(three.rank + 1, 10);
    assert.deepEqual([...new Distributor(3, { comm: three }).allreduce(own)], [6, 30]);
  });
  const parts = Float32Array.from(range(9), (i) => Math.fround(1 / (comm.rank + i + 1)));
  const loop = Float32Array.from(
    range(9),
    (i) => range(comm.size).reduce((s, r) => Math.fround(s + Math.fround(1 / (r + i + 1))), 0),
  );
  assert.deepEqual(new Distributor(9, { comm }).allreduce(parts, { ordered: true, limit: 12 }), loop);
});

check("objects go to one rank, or to all", (comm) => {
  const d = new Distributor(3, { comm });
  const value = (rank: number) => ({ label: `from ${rank}`, mat: rowsOf(0, 3, [4], "complex64") });
  const [next, last] = [(comm.rank + 1) % comm.size, (comm.rank + comm.size - 1) % comm.size];
  const receive = () => {
    const got = d.recvFromRank(last, { limit: 8, tag: 5 }) as ReturnType<typeof value>;
    assert.equal(got.label, `from ${last}`);
    same(got.mat, value(last).mat);
  };
  const sent = value(comm.rank);
  // Even ranks send first, so that nobody waits in a circle.
  if (comm.rank % 2 === 1) receive();
  d.sendToRank(sent, next, { limit: 8, tag: 5 });
  if (comm.rank % 2 === 0) receive();
  same(sent.mat, value(0).mat);
  for (const root of range(comm.size)) {
    const own = value(root);
    const got = d.bcast(comm.rank === root ? own : undefined, { root, limit: 16 }) as typeof own;
    assert.equal(got === own, comm.rank === root);
    assert.equal(got.label, own.label);
    same(got.mat, own.mat);
    using wanted = rowsOf(0, 10, [2], "float64");
    for (const limit of [24, undefined]) {
      same(d.bcastRows(comm.rank === root ? wanted : undefined, { root, limit }), wanted);
    }
  }
  d.barrier();
});

check("a distributor of some ranks keeps their slices; the rows of others are 0", (comm) => {
  const whole = new Distributor(2 * comm.size + 1, { comm });
  const alone = comm.split(comm.rank)!;
  const only = whole.restrictedTo(alone, [comm.rank]);
  for (const rows of [mine(only, [2], "int32"), rowsOf(0, whole.taskCount, [2], "int32")]) {
    using own = only.scatter(rows);
    same(own, mine(only, [2], "int32"));
  }
  alone.free();
  // Every other rank, then all, in reverse.
  for (const step of [2, 1]) {
    const members = range(comm.size).filter((r) => r % step === 0).reverse();
    const some = comm.split(comm.rank % step === 0 ? 0 : undefined, -comm.rank + comm.size);
    if (!some) continue;
    const d = whole.restrictedTo(some, members);
    assert.deepEqual(d.slices, members.map((r) => whole.slices[r]));
    assert.deepEqual([d.mySlice, d.taskCount], [whole.mySlice, whole.taskCount]);
    assert.equal(d.isComplete, comm.size === 1);
    const owned: Set<number> = new Set(
      d.slices.flatMap(({ start, stop }) => range(stop - start).map((i) => start + i)),
    );
    for (const limit of [1, undefined]) {
      using own = mine(d, [2], "int32");
      using all = d.allgather(own, { limit });
      const wanted: number[] = range(whole.taskCount)
        .flatMap((t) => range(2).map((j): number => owned.has(t) ? t * 100 + j : 0));
      assert.deepEqual([...all.data], wanted);
      using gathered = d.gather(own, { limit });
      if (gathered) assert.deepEqual([...gathered.data], wanted);
      using full = rowsOf(0, whole.taskCount, [2], "int32");
      using back = d.scatter(d.isRoot ? full : undefined, { limit });
      same(back, own);
    }
    if (comm.size > 1) {
      using own = mine(d, [2], "complex64");
      const map = range(whole.taskCount);
      assert.throws(() => exchangeIrreducibleToFull(own, d, d, map), /ranks must have all points, one after another/);
    }
    assert.throws(() => whole.restrictedTo(some, [...members, 0]), /"members" must be \d+ different ranks/);
    some.free();
  }
});

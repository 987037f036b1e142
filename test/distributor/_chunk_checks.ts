/** Chunks of rows, and large objects, on any number of ranks. */
import assert from "node:assert/strict";
import { contiguous, type DType, fromData, NdArray, permuteAxes, slice, zeros } from "../../lib/array/mod.ts";
import { CommError, DtypeError, ShapeError } from "../../lib/base/mod.ts";
import { type Comm, together, waitAll } from "../../lib/mpi/mod.ts";
import {
  bcastLargeObject,
  bcastRows,
  bcastRowsInto,
  irecvRowsInto,
  isendRows,
  recvBytes,
  recvLargeObject,
  recvRows,
  recvRowsInto,
  sendBytes,
  sendLargeObject,
  sendRows,
} from "../../lib/distributor/mod.ts";
import { type Checks, range, record, withLimit } from "./_support.ts";

/** Checks by what they show. */
export const checks: Checks = [];
const check = (name: string, run: Checks[number][1]) => checks.push([name, run]);

const filled = (rank: number, shape: number[], dtype: DType = "float64") => {
  const array = zeros(shape, dtype);
  array.data.forEach((_, i) => array.data[i] = rank * 1000 + i);
  return array;
};
/** Runs on pairs (0 to 1, 2 to 3, ...); a rank without a partner, or alone, sends to itself. */
function pairs(comm: Comm, send: (to: number) => void, recv: (from: number) => void): void {
  const partner = comm.rank ^ 1;
  if (partner >= comm.size) {
    send(comm.rank);
    recv(comm.rank);
  } else if (comm.rank % 2 === 0) send(partner);
  else recv(partner);
}

check("sendRows() and recvRowsInto() move rows of all shapes at a limit, in place", (comm) => {
  for (const dtype of ["float64", "complex64", "uint8"] as const) {
    for (const shape of [[7, 3], [5, 2, 3], [6], [0, 4], [1, 9]]) {
      for (const limit of [1, 16, undefined]) {
        using data = filled(3, shape, dtype);
        using into = zeros(shape, dtype);
        const recorded = record(comm);
        pairs(
          comm,
          (to) => sendRows(recorded.comm, data, to, { limit, tag: 3 }),
          (from) => {
            assert.equal(recvRowsInto(recorded.comm, into, from, { limit, tag: 3 }), into);
            assert.deepEqual(into.data, data.data);
            using made = zeros([0]);
            assert.ok(made);
          },
        );
        const rowBytes = data.data.byteLength / Math.max(1, shape[0]);
        const most = limit === undefined ? data.data.byteLength : Math.max(limit, rowBytes);
        assert.ok(recorded.calls.every(({ bytes }) => bytes <= most));
        // Rows per message by hand: floor(limit / row), at least one.
        const rows = Math.max(1, Math.floor((limit ?? 1e9) / rowBytes));
        const sides = comm.size === 1 || (comm.rank ^ 1) >= comm.size ? 2 : 1;
        assert.equal(recorded.calls.length, sides * Math.ceil(shape[0] / rows));
      }
    }
  }
});

check("recvRows() makes the array; the limit of messages is read at each call", (comm) => {
  using data = filled(1, [5, 2], "float32");
  withLimit(8, () => {
    const recorded = record(comm);
    pairs(comm, (to) => sendRows(recorded.comm, data, to), (from) => {
      using into = recvRows(recorded.comm, [5, 2], "float32", from);
      assert.ok(into instanceof NdArray && into.dtype === "float32");
      assert.deepEqual([into.shape, into.data], [[5, 2], data.data]);
    });
    assert.ok(recorded.calls.length >= 5 && recorded.calls.every(({ bytes }) => bytes === 8));
  });
});

check("sendRows() copies a view; isendRows() refuses it", (comm) => {
  using data = filled(0, [3, 4]);
  const turned = permuteAxes(data);
  using copy = contiguous(turned);
  using into = zeros([4, 3]);
  pairs(
    comm,
    (to) => sendRows(comm, turned, to, { limit: 24 }),
    (from) => recvRowsInto(comm, into, from, { limit: 24 }),
  );
  if (comm.size === 1 || comm.rank % 2 === 1) assert.deepEqual(into.data, copy.data);
  assert.throws(() => isendRows(comm, turned as never, 0), DtypeError);
  assert.throws(() => isendRows(comm, turned as never, 0), /got View; make it contiguous first/);
  assert.throws(() => irecvRowsInto(comm, slice(data, [0, 2]) as never, 0), DtypeError);
});

check("isendRows() and irecvRowsInto() move rows around a ring, one request for each message", (comm) => {
  const [next, last] = [(comm.rank + 1) % comm.size, (comm.rank + comm.size - 1) % comm.size];
  using data = filled(comm.rank, [7, 3]);
  using into = zeros([7, 3]);
  const receives = irecvRowsInto(comm, into, last, { limit: 48 });
  const sends = isendRows(comm, data, next, { limit: 48 });
  assert.deepEqual([receives.length, sends.length], [4, 4]);
  waitAll([...receives, ...sends]);
  using wanted = filled(last, [7, 3]);
  assert.deepEqual(into.data, wanted.data);
});

check("sendBytes() and recvBytes() move bytes at a limit, also none", (comm) => {
  const bytes = Uint8Array.from(range(1280), (i) => i % 251);
  for (const data of [bytes, bytes.subarray(5, 70), new Uint8Array(0)]) {
    const recorded = record(comm);
    pairs(
      comm,
      (to) => sendBytes(recorded.comm, data, to, { limit: 64 }),
      (from) => assert.deepEqual([...recvBytes(recorded.comm, from, { limit: 64 })], [...data]),
    );
    assert.ok(recorded.calls.every(({ bytes }) => bytes <= 64));
    const sides = comm.size === 1 || (comm.rank ^ 1) >= comm.size ? 2 : 1;
    assert.equal(recorded.calls.length, sides * (1 + Math.ceil(data.length / 64)));
  }
});

check("bcastRows() copies rows of each root to all", (comm) => {
  for (const root of range(comm.size)) {
    for (const limit of [24, undefined]) {
      using data = filled(root, [5, 2], "complex128");
      const got = bcastRows(comm, comm.rank === root ? data : undefined, { root, limit });
      assert.equal(got === data, comm.rank === root);
      assert.deepEqual([got.dtype, got.shape, got.data], ["complex128", [5, 2], data.data]);
      if (got !== data) got.dispose();
      const table = bcastRows(comm, comm.rank === root ? Int16Array.of(1, 2, 3) : undefined, { root, limit });
      assert.deepEqual(table, Int16Array.of(1, 2, 3));
    }
  }
});

check("bcastRows() of something else is an error of all ranks", (comm) => {
  const root = comm.size - 1;
  const run = () => bcastRows(comm, comm.rank === root ? [1, 2] as never : undefined, { root });
  assert.throws(run, comm.rank === root ? DtypeError : CommError);
  assert.throws(run, /Cannot broadcast: it needs a typed array or an NdArray, got Array/);
});

check("bcastRowsInto() fills the arrays of all, which must be alike", (comm) => {
  for (const root of range(comm.size)) {
    using data = filled(comm.rank, [4, 3], "float32");
    using wanted = filled(root, [4, 3], "float32");
    assert.equal(bcastRowsInto(comm, data, { root, limit: 24 }), data);
    assert.deepEqual(data.data, wanted.data);
  }
  if (comm.size === 1) return;
  using other = zeros([comm.isRoot ? 4 : 5, 3]);
  assert.throws(() => bcastRowsInto(comm, other), (error) => {
    assert.ok(error instanceof ShapeError);
    const rule = "Cannot broadcast: all ranks must give the same, got 4 float64 rows of [3] on rank 0";
    assert.equal(error.message, `${rule}, 5 float64 rows of [3] on rank 1`);
    return true;
  });
});

check("together() disposes of what some ranks made when another fails", (comm) => {
  const disposed: number[] = [];
  const made = { [Symbol.dispose]: () => void disposed.push(comm.rank) };
  const last = comm.size - 1;
  const run = () => {
    if (comm.rank === last) throw new RangeError("no room");
    return made;
  };
  assert.throws(() => together(comm, run), comm.rank === last ? RangeError : CommError);
  assert.deepEqual(disposed, comm.rank === last ? [] : [comm.rank]);
  assert.equal(together(comm, () => made), made);
  assert.ok(disposed.length <= 1);
});

const value = (rank: number) => ({
  label: `rank ${rank}`,
  empty: new Float32Array(0),
  grid: fromData(range(12).map((i) => i + rank), [2, 3], "complex128"),
  list: [{ flags: Uint16Array.of(rank, 7) }, null, undefined, -0, 3n],
});

check("large objects travel with arrays from where they lie, in chunks", (comm) => {
  for (const limit of [8, undefined]) {
    const sent = value(4);
    const recorded = record(comm);
    pairs(comm, (to) => sendLargeObject(recorded.comm, sent, to, { limit, tag: 9 }), (from) => {
      const got = recvLargeObject(recorded.comm, from, { limit, tag: 9 }) as typeof sent;
      assert.deepEqual(got, sent);
      assert.ok(got.grid instanceof NdArray && got.grid !== sent.grid);
      got.grid.dispose();
    });
    assert.deepEqual(sent, value(4), "the sender keeps what it has");
    assert.ok(limit === undefined || recorded.calls.every(({ bytes }) => bytes <= limit));
    assert.ok(limit === undefined || recorded.calls.length > 24);
  }
});

check("bcastLargeObject() copies from each root; one rank gets the very same without a call", (comm) => {
  for (const root of range(comm.size)) {
    for (const limit of [16, undefined]) {
      const own = value(root);
      const recorded = record(comm);
      const got = bcastLargeObject(recorded.comm, comm.rank === root ? own : "ignored", { root, limit });
      assert.deepEqual(got, own);
      assert.equal(got === own, comm.rank === root);
      if (comm.size === 1) assert.equal(recorded.calls.length, 0);
    }
  }
  const run = () => bcastLargeObject(comm, comm.isRoot ? { no: () => {} } : undefined);
  if (comm.size > 1) assert.throws(run, /Cannot send "value.no": it must be plain data or an array, got a function/);
});

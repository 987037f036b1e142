/**
 * What must hold on any number of ranks: the tests run it on one and on threads, `run_mpi.ts` under each MPI.
 *
 * @module
 */
import assert from "node:assert/strict";
import { empty, fromData, NdArray, zeros } from "../../lib/array/mod.ts";
import { CommError, DomainError, DtypeError, ShapeError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  ANY_SOURCE,
  ANY_TAG,
  type Comm,
  limits,
  type Numbers,
  type Operation,
  waitAll,
  waitAllAsync,
} from "../../lib/mpi/mod.ts";

await ready({ threads: 1 });

type Check = (comm: Comm) => void | Promise<void>;
/** Checks by what they show. */
export const checks: [name: string, check: Check][] = [];
const check = (name: string, run: Check) => checks.push([name, run]);

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
/** Rank r and all numbers below 2^31 in it can be told apart. */
const mark = (rank: number, i: number) => rank * 1000 + i;
const marked = (rank: number, n: number) => Float64Array.from(range(n), (i) => mark(rank, i));
/** Lengths of pieces: some are empty. */
const lengths = (size: number) => range(size).map((r) => (r + 2) % 3 * 2);
const ring = (comm: Comm) => ({
  next: (comm.rank + 1) % comm.size,
  last: (comm.rank - 1 + comm.size) % comm.size,
});
/** Throws as MPI itself does or the rank that waits for itself. */
const isCommError = (pattern: RegExp) => (error: unknown) => error instanceof CommError && pattern.test(error.message);

/** Runs with long messages, collectives in parts, and collectives made from messages. */
async function withLimit(bytes: number, run: () => void | Promise<void>): Promise<void> {
  const before = limits.maxMessageBytes;
  limits.maxMessageBytes = bytes;
  try {
    await run();
  } finally {
    limits.maxMessageBytes = before;
  }
}
/** A check that must hold whatever the limit is. */
const checkAtLimits = (name: string, run: Check) => {
  check(name, run);
  for (const bytes of [1, 24]) check(`${name}, at most ${bytes} bytes`, (comm) => withLimit(bytes, () => run(comm)));
};

checkAtLimits("numbers of all types travel, with source, tag and count", (comm) => {
  const { next, last } = ring(comm);
  for (const type of [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array]) roundTrip(type);
  for (const type of [Float32Array, Float64Array]) roundTrip(type);
  for (const type of [BigInt64Array, BigUint64Array]) roundTrip(type);

  function roundTrip(type: new (length: number) => Numbers) {
    const [data, into] = [new type(7), new type(9)];
    const value = (rank: number, i: number) =>
      data instanceof BigInt64Array || data instanceof BigUint64Array
        ? BigInt(2 ** 40 + mark(rank, i))
        : (rank * 10 + i);
    for (let i = 0; i < 7; i++) data[i] = value(comm.rank, i) as never;
    const request = comm.isend(data, next, 5);
    assert.deepEqual(comm.recv(into, last, 5), { source: last, tag: 5, count: 7 });
    assert.deepEqual(request.wait(), { source: comm.rank, tag: 5, count: 7 });
    assert.deepEqual([...into], [...range(7).map((i) => value(last, i)), ...[into[7], into[8]]]);
    assert.equal(Number(into[7]) + Number(into[8]), 0, "what was not received is left alone");
  }
});

check("numbers at the ends of their types arrive", (comm) => {
  const { next, last } = ring(comm);
  for (const data of [Int32Array.of(-(2 ** 31), 2 ** 31 - 1), BigUint64Array.of(0n, 2n ** 64n - 1n)]) {
    const into = data.slice().reverse();
    waitAll([comm.irecv(into, last), comm.isend(data, next)]);
    assert.deepEqual(into, data);
  }
});

check("messages of one tag arrive in their order, tags in any", (comm) => {
  const { next, last } = ring(comm);
  const sends = [1, 2, 1, 2].map((tag, i) => comm.isend(Int32Array.of(i), next, tag));
  const got = [2, 2, 1, 1].map((tag) => {
    const into = new Int32Array(1);
    comm.recv(into, last, tag);
    return into[0];
  });
  assert.deepEqual(got, [1, 3, 0, 2]);
  waitAll(sends);
});

check("ANY_SOURCE receives from each, and says from whom", (comm) => {
  const send = comm.isend(Int32Array.of(comm.rank * 7), 0, 3);
  if (comm.isRoot) {
    const from = range(comm.size).map(() => {
      const into = new Int32Array(1);
      const { source } = comm.recv(into, ANY_SOURCE, 3);
      assert.equal(into[0], source * 7);
      return source;
    });
    assert.deepEqual(from.toSorted(), range(comm.size));
  }
  send.wait();
});

check("ANY_TAG receives each tag, and probe() says what waits", (comm) => {
  const { next, last } = ring(comm);
  const sends = [4, 2, 9].map((tag, i) => comm.isend(new Float64Array(i + 1).fill(mark(comm.rank, tag)), next, tag));
  assert.deepEqual(comm.probe(last, 9), { source: last, tag: 9, bytes: 24 });
  for (const [i, tag] of [4, 2, 9].entries()) {
    assert.deepEqual(comm.probe(last, ANY_TAG), { source: last, tag, bytes: 8 * (i + 1) });
    assert.deepEqual(comm.probe(ANY_SOURCE, tag), { source: last, tag, bytes: 8 * (i + 1) });
    const into = new Float64Array(3);
    assert.deepEqual(comm.recv(into, ANY_SOURCE, ANY_TAG), { source: last, tag, count: i + 1 });
    assert.deepEqual([...into], range(3).map((k) => k <= i ? mark(last, tag) : 0));
  }
  waitAll(sends);
  // A barrier keeps what follows from being received above.
  comm.barrier();
  const into = new Float64Array(1);
  const request = comm.irecv(into, last, ANY_TAG);
  comm.send(Float64Array.of(comm.rank), next, 6);
  assert.deepEqual(request.wait(), { source: last, tag: 6, count: 1 });
});

check("host names the machine", (comm) => {
  assert.ok(comm.host.length > 0);
  const node = comm.splitNode();
  assert.deepEqual(node.allgatherObject(comm.host), range(node.size).map(() => comm.host));
  node.free();
});

check("a message to oneself is sent as a copy, and nobody waits", (comm) => {
  const data = new Float64Array(100_000).fill(comm.rank);
  comm.send(data, comm.rank, 8);
  data.fill(-1);
  const into = new Float64Array(data.length);
  assert.deepEqual(comm.recv(into, comm.rank, 8), { source: comm.rank, tag: 8, count: 100_000 });
  assert.ok(into.every((v) => v === comm.rank));
});

check("a long message to each neighbour and back is the same", (comm) => {
  const { next, last } = ring(comm);
  const data = marked(comm.rank, 400_000);
  const into = new Float64Array(data.length);
  waitAll([comm.irecv(into, last), comm.isend(data, next)]);
  assert.ok(into.every((v, i) => v === mark(last, i)));
  waitAll([comm.irecv(data, next), comm.isend(into, last)]);
  assert.ok(data.every((v, i) => v === mark(comm.rank, i)));
});

check("requests keep their buffers alive", (comm) => {
  const { next, last } = ring(comm);
  const sends = range(20).map((i) => comm.isend(new Float64Array(20_000).fill(mark(comm.rank, i)), next));
  // Garbage in the place of buffers that were given up too soon.
  for (let i = 0; i < 200; i++) new Float64Array(20_000).fill(-1);
  const into = new Float64Array(20_000);
  for (let i = 0; i < 20; i++) {
    comm.recv(into, last);
    assert.ok(into.every((v) => v === mark(last, i)));
  }
  waitAll(sends);
});

check("test() says when a request has ended", (comm) => {
  const { next, last } = ring(comm);
  const into = new Int32Array(1);
  const request = comm.irecv(into, last, 9);
  comm.barrier();
  assert.equal(request.test(), undefined);
  comm.barrier();
  comm.send(Int32Array.of(comm.rank), next, 9);
  let received;
  while (!received) received = request.test();
  assert.deepEqual(received, { source: last, tag: 9, count: 1 });
  assert.equal(request.wait(), received);
  assert.equal(into[0], last);
});

check("waitAsync() and barrierAsync() leave timers going", async (comm) => {
  const { next, last } = ring(comm);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const into = new Int32Array(1);
  const request = comm.irecv(into, last);
  const pause = new Promise((resolve) => setTimeout(resolve, 40));
  const later = pause.then(() => comm.send(Int32Array.of(comm.rank), next));
  if (comm.size === 1) await later;
  const [[received]] = await Promise.all([waitAllAsync([request]), later]);
  assert.deepEqual(received, { source: last, tag: 0, count: 1 });
  await comm.barrierAsync();
  clearInterval(timer);
  assert.ok(ticks >= 2, `${ticks} ticks`);
});

check("a message that is too long fails with MPI's text, and the ranks go on", (comm) => {
  const { next, last } = ring(comm);
  const send = comm.isend(new Float64Array(4), next);
  assert.throws(() => comm.recv(new Float64Array(3), last), (error) => {
    assert.ok(isCommError(/^Cannot receive.*truncat/is)(error));
    const { operation, rank, errorClass } = error as CommError;
    assert.deepEqual([operation, rank, errorClass > 0], ["receive", comm.rank, comm.backend === "mpi"]);
    return true;
  });
  send.wait();
  const again = comm.isend(new Float64Array(4), next);
  const request = comm.irecv(new Float64Array(3), last);
  assert.throws(() => waitAll([request]), isCommError(/truncat/i));
  assert.throws(() => request.wait(), isCommError(/truncat/i));
  again.wait();
  assert.equal(comm.allreduce(Int32Array.of(1))[0], comm.size);
});

checkAtLimits("bcast() copies from each root, typed arrays and arrays of the kernels", (comm) => {
  for (const root of range(comm.size)) {
    const data = comm.rank === root ? marked(root, 11) : new Float64Array(11);
    assert.equal(comm.bcast(data, root), data);
    assert.deepEqual(data, marked(root, 11));
    using mesh = zeros([3, 5], "complex64");
    if (comm.rank === root) mesh.data.forEach((_, i) => mesh.data[i] = mark(root, i));
    // The memory grows in between: views of before stay valid.
    using _more = empty([1 << 20], "float64");
    comm.bcast(mesh, root);
    assert.deepEqual([...mesh.data], range(30).map((i) => mark(root, i)));
  }
  assert.equal(comm.bcast(new Float64Array(0)).length, 0);
});

checkAtLimits("gather() and allgather() join equal pieces", (comm) => {
  const all = range(comm.size).flatMap((r) => [...marked(r, 5)]);
  for (const root of range(comm.size)) {
    const joined = comm.gather(marked(comm.rank, 5), { root });
    assert.deepEqual(joined && [...joined], comm.rank === root ? all : undefined);
  }
  assert.deepEqual([...comm.allgather(marked(comm.rank, 5))], all);
  // In place: the own piece lies where it belongs.
  const into = new Float64Array(5 * comm.size);
  const own = into.subarray(5 * comm.rank, 5 * comm.rank + 5);
  own.set(marked(comm.rank, 5));
  assert.equal(comm.allgather(own, { into }), into);
  assert.deepEqual([...into], all);
});

checkAtLimits("gatherv() and allgatherv() join pieces of any length, also none", (comm) => {
  const counts = lengths(comm.size);
  const own = marked(comm.rank, counts[comm.rank]);
  const all = counts.flatMap((n, r) => [...marked(r, n)]);
  for (const root of range(comm.size)) {
    for (const options of [{ root }, { root, counts }]) {
      const joined = comm.gatherv(own, options);
      assert.deepEqual(joined && [...joined], comm.rank === root ? all : undefined);
    }
  }
  assert.deepEqual([...comm.allgatherv(own)], all);
  assert.deepEqual([...comm.allgatherv(own, { counts })], all);
});

checkAtLimits("scatter() and scatterv() deal pieces out", (comm) => {
  const counts = lengths(comm.size);
  for (const root of range(comm.size)) {
    const all = comm.rank === root ? Float64Array.from(range(comm.size).flatMap((r) => [...marked(r, 3)])) : undefined;
    assert.deepEqual(comm.scatter(all, new Float64Array(3), { root }), marked(comm.rank, 3));
    const uneven = comm.rank === root ? Float64Array.from(counts.flatMap((n, r) => [...marked(r, n)])) : undefined;
    const into = new Float64Array(counts[comm.rank]);
    assert.deepEqual(comm.scatterv(uneven, into, counts, { root }), marked(comm.rank, counts[comm.rank]));
  }
});

checkAtLimits("alltoall() and alltoallv() exchange pieces", (comm) => {
  const { rank, size } = comm;
  const equal = Int32Array.from(range(2 * size), (i) => mark(rank, i));
  const got = comm.alltoall(equal);
  assert.deepEqual([...got], range(size).flatMap((r) => [mark(r, 2 * rank), mark(r, 2 * rank + 1)]));
  assert.equal(comm.alltoall(equal, { into: equal }), equal);
  assert.deepEqual(equal, got);

  // From rank a to rank b: (a + 2 b) % 3 numbers, each of which names both.
  const count = (a: number, b: number) => (a + 2 * b) % 3;
  const piece = (a: number, b: number) => range(count(a, b)).map((i) => a * 100 + b * 10 + i);
  const to = range(size).map((b) => count(rank, b));
  const from = range(size).map((a) => count(a, rank));
  const data = Float32Array.from(range(size).flatMap((b) => piece(rank, b)));
  const wanted = range(size).flatMap((a) => piece(a, rank));
  assert.deepEqual([...comm.alltoallv(data, to)], wanted);
  assert.deepEqual([...comm.alltoallv(data, to, { from })], wanted);
});

checkAtLimits("alltoallw() turns slabs along one axis into slabs along another", (comm) => {
  const { rank, size } = comm;
  // Shares with the excess on the last ranks; with four ranks, some have nothing along the axis of 3.
  const share = (n: number, r: number) => {
    const [low, high] = [r, r + 1].map((p) => Math.floor(p * n / size));
    return { low, length: high - low };
  };
  const [nx, ny, nz] = [3, 5, 2];
  const value = (x: number, y: number, z: number) => (x * ny + y) * nz + z;
  for (const dtype of ["float32", "complex128"] as const) {
    const parts = dtype === "float32" ? 1 : 2;
    const fill = (x: number, y: number, z: number, part: number) => value(x, y, z) + part / 2;
    const [mx, my] = [share(nx, rank), share(ny, rank)];
    const numbers = (x0: number, lx: number, y0: number, ly: number) =>
      range(lx).flatMap((x) =>
        range(ly).flatMap((y) => range(nz).flatMap((z) => range(parts).map((part) => fill(x0 + x, y0 + y, z, part))))
      );
    const array = (shape: number[], values: number[]) => fromData(values, shape, dtype);
    const slabX = array([mx.length, ny, nz], numbers(mx.low, mx.length, 0, ny));
    const slabY = array([nx, my.length, nz], new Array(nx * my.length * nz * parts).fill(-1));
    const toY = range(size).map((r) => share(ny, r)).map(({ low, length }) => ({
      start: [0, low, 0],
      shape: [mx.length, length, nz],
    }));
    const fromX = range(size).map((r) => share(nx, r)).map(({ low, length }) => ({
      start: [low, 0, 0],
      shape: [length, my.length, nz],
    }));
    comm.alltoallw(slabX, toY, slabY, fromX);
    assert.deepEqual([...slabY.data], numbers(0, nx, my.low, my.length));
    const back = array([mx.length, ny, nz], numbers(mx.low, mx.length, 0, ny).map(() => -1));
    comm.alltoallw(slabY, fromX, back, toY);
    assert.deepEqual(back.data, slabX.data);
    // Only the own box, in place.
    const own = range(size).map((r) => r === rank ? { start: [0, 1, 1], shape: [mx.length, 2, 1] } : undefined);
    const other = range(size).map((r) => r === rank ? { start: [0, 3, 0], shape: [mx.length, 2, 1] } : undefined);
    comm.alltoallw(back, own, back, other);
    for (const x of range(mx.length)) {
      const at = (y: number, z: number) => back.data[((x * ny + y) * nz + z) * parts];
      assert.deepEqual([at(3, 0), at(4, 0)], [value(mx.low + x, 1, 1), value(mx.low + x, 2, 1)]);
      assert.deepEqual([at(3, 1), at(2, 1)], [value(mx.low + x, 3, 1), value(mx.low + x, 2, 1)]);
    }
  }
});

checkAtLimits("allreduce() and reduce() combine with each operation", (comm) => {
  const { size } = comm;
  const few = limits.maxMessageBytes < 100;
  const own = (rank: number) => range(7).map((i) => (rank * 3 + i * i) % 5 % 3);
  const rows = range(size).map(own);
  const naive: Record<Operation, (a: number, b: number) => number> = {
    sum: (a, b) => a + b,
    product: (a, b) => a * b,
    min: Math.min,
    max: Math.max,
    and: (a, b) => a && b ? 1 : 0,
    or: (a, b) => a || b ? 1 : 0,
    xor: (a, b) => !a === !b ? 0 : 1,
  };
  for (const [name, combine] of Object.entries(naive) as [Operation, typeof naive.sum][]) {
    const logical = ["and", "or", "xor"].includes(name);
    const wanted = range(7).map((i) => rows.map((row) => row[i]).reduce((a, b) => combine(a, b)));
    for (
      const type of logical
        ? [Uint8Array, Int32Array]
        : [Float64Array, Float32Array, Int32Array, Uint16Array].slice(0, few ? 1 : 4)
    ) {
      const data: Numbers = new (type as Int32ArrayConstructor)(own(comm.rank));
      // One rank has nothing to combine, and gives its numbers back as they are.
      const kept = size === 1 ? own(0) : wanted;
      for (const ordered of [false, true]) {
        assert.deepEqual([...comm.allreduce(data, name, { ordered })], kept, `${name} of ${type.name}`);
        for (const root of range(size)) {
          const result: Numbers | undefined = comm.reduce(data, name, { ordered, root });
          assert.deepEqual(result && [...result], comm.rank === root ? kept : undefined);
        }
        assert.deepEqual([...data], own(comm.rank), "the data are left alone");
      }
      const inPlace = data.slice();
      assert.equal(comm.allreduce(inPlace, name, { into: inPlace }), inPlace);
      assert.deepEqual([...inPlace], kept);
      const atRoot = data.slice();
      comm.reduce(atRoot, name, { into: atRoot, root: size - 1 });
      assert.deepEqual([...atRoot], comm.rank === size - 1 ? kept : own(comm.rank));
    }
  }
});

check("a sum in the order of ranks has the bits of the plain loop", (comm) => {
  const own = (rank: number) => range(50).map((i) => Math.fround(1 / (1 + rank + i)) * 10 ** ((rank * 7 + i) % 5));
  const total = Float32Array.from(own(0));
  for (const rank of range(comm.size).slice(1)) own(rank).forEach((v, i) => total[i] += Math.fround(v));
  assert.deepEqual(comm.allreduce(Float32Array.from(own(comm.rank)), "sum", { ordered: true }), total);
});

check("complex arrays are summed, in the kernels' memory and outside", (comm) => {
  using mesh = zeros([2, 2], "complex128");
  mesh.data.set(range(8).map((i) => comm.rank + i));
  const own = fromData(mesh.data.slice(), [2, 2], "complex128");
  const wanted = range(8).map((i) => comm.size * (comm.size - 1) / 2 + comm.size * i);
  assert.deepEqual([...comm.allreduce(own)], wanted);
  assert.equal(comm.allreduce(mesh, "sum", { into: mesh }), mesh.data);
  assert.deepEqual([...mesh.data], wanted);
  assert.throws(() => comm.allreduce(mesh, "max"), DtypeError);
});

checkAtLimits("plain data travel with their arrays", (comm) => {
  const { next, last } = ring(comm);
  const value = (rank: number) => ({
    name: `rank ${rank}`,
    list: [rank, null, true, { deep: new Int16Array([rank, -rank]) }],
    array: fromData([rank, 1, 2, 3, 4, 5], [2, 3], "float32"),
  });
  if (comm.size === 1) {
    comm.sendObject(value(comm.rank), next, 4);
    assert.deepEqual(comm.recvObject(last, 4), value(last));
  } else if (comm.rank === 0) {
    for (const to of range(comm.size).slice(1)) comm.sendObject(value(0), to, 4);
    const ranks = range(comm.size - 1).map(() => (comm.recvObject(ANY_SOURCE, 4) as { name: string }).name);
    assert.deepEqual(ranks.toSorted(), range(comm.size).slice(1).map((r) => `rank ${r}`));
  } else {
    assert.deepEqual(comm.recvObject(0, 4), value(0));
    comm.sendObject(value(comm.rank), 0, 4);
  }
  for (const root of range(comm.size)) {
    const got = comm.bcastObject(comm.rank === root ? value(root) : undefined, root);
    assert.deepEqual(got, value(root));
    assert.ok((got as ReturnType<typeof value>).array instanceof NdArray);
  }
  assert.deepEqual(comm.allgatherObject(value(comm.rank)), range(comm.size).map(value));
});

check("data that cannot be sent fail on all ranks, and the ranks go on", (comm) => {
  const root = comm.size - 1;
  const bad = { run: () => 1 };
  const expected = (mine: boolean) => mine ? TypeError : isCommError(new RegExp(`rank ${root}`));
  assert.throws(() => comm.bcastObject(comm.rank === root ? bad : undefined, root), expected(comm.rank === root));
  assert.throws(() => comm.allgatherObject(comm.rank === root ? bad : 1), expected(comm.rank === root));
  assert.throws(() => comm.sendObject(bad, 0), /^TypeError: Cannot send "value.run": .* got a function$/);
  assert.equal(comm.bcastObject("well"), "well");
});

check("agree() throws on all ranks if one failed", (comm) => {
  comm.agree();
  const own = new RangeError("the box is empty");
  const failed = comm.size - 1;
  assert.throws(
    () => comm.agree(comm.rank === failed ? own : undefined),
    (error) =>
      comm.rank === failed
        ? error === own
        : isCommError(new RegExp(`^Cannot go on: on rank ${failed}: the box is empty$`))(error),
  );
});

check("split() groups by colour, in the order of keys", (comm) => {
  const { rank, size } = comm;
  const group = comm.split(rank % 2, -rank)!;
  const members = range(size).filter((r) => r % 2 === rank % 2).reverse();
  assert.equal(group.size, members.length);
  assert.equal(group.rank, members.indexOf(rank));
  assert.deepEqual([...group.allgather(Int32Array.of(rank))], members);
  group.free();
  const first = comm.split(comm.isRoot ? 0 : undefined);
  assert.equal(first?.size, comm.isRoot ? 1 : undefined);
  first?.free();
  const node = comm.splitNode();
  assert.ok(node.size >= 1 && node.size <= size);
  assert.equal(node.allreduce(Int32Array.of(1))[0], node.size);
  // Messages of a group and of all, with one tag, do not meet.
  const { next, last } = ring(comm);
  const near = ring(node);
  const sends = [comm.isend(Int32Array.of(1), next), node.isend(Int32Array.of(2), near.next)];
  const into = new Int32Array(2);
  node.recv(into.subarray(0, 1), near.last);
  comm.recv(into.subarray(1), last);
  waitAll(sends);
  assert.deepEqual([...into], [2, 1]);
  node.free();
});

check("shareMemory() is seen by all ranks of a machine", (comm) => {
  const node = comm.splitNode();
  const memory = node.shareMemory(8 * 3 * node.size);
  const table = memory.array(Float64Array);
  assert.deepEqual([...table], new Array(3 * node.size).fill(0));
  memory.sync();
  table.set(marked(node.rank, 3), 3 * node.rank);
  memory.sync();
  assert.deepEqual([...table], range(node.size).flatMap((r) => [...marked(r, 3)]));
  memory.sync();
  if (node.isRoot) table.fill(7);
  memory.sync();
  assert.equal(node.allreduce(table.slice(1, 2))[0], 7 * node.size);
  memory.free();
  const none = node.shareMemory(0);
  assert.equal(none.bytes.byteLength, 0);
  none.free();
  node.free();
});

check("bad arguments are named before anything is sent", (comm) => {
  const { size } = comm;
  const data = new Float64Array(size + 1);
  const cases: [() => void, new (...args: never[]) => Error, RegExp][] = [
    [() => comm.send(data, size), DomainError, /Cannot use "to": it must be (a rank, 0 to|0, the only rank)/],
    [() => comm.recv(data, -2), DomainError, /Cannot use "from": it must be a whole number/],
    [() => comm.send(data, 0, 32767), DomainError, /Cannot use "tag": it must be at most 32766, got 32767/],
    [() => comm.send([1] as never, 0), DtypeError, /Cannot send: it needs a typed array or an NdArray, got Array/],
    [() => comm.bcast(data, 1.5), DomainError, /Cannot use "root"/],
    [() => comm.gatherv(data, { counts: [] }), ShapeError, /"counts": it must have one count for each/],
    [() => comm.gatherv(data, { counts: range(size).map(() => 1) }), ShapeError, /"data" must have 1 numbers, got/],
    [() => comm.allgather(data, { into: new Float64Array(1) }), ShapeError, /"into" must have/],
    [() => comm.allreduce(data, "sum", { into: new Float32Array(size + 1) as never }), DtypeError, /"into" must be a/],
    [() => comm.allreduce(data, "and"), DtypeError, /"and": it must be used with integers, got Float64Array/],
    [() => comm.allreduce(data, "mean" as never), DtypeError, /must be one of sum, .*, got "mean"/],
  ];
  const grid = fromData([1, 2, 3, 4], [2, 2], "float32");
  const boxes = range(size).map(() => ({ start: [0, 1], shape: [1, 2] }));
  const outside = /Cannot exchange: a box of "data" must lie in \[2, 2\], got \[0, 1\] \+ \[1, 2\]/;
  cases.push([() => comm.alltoallw(grid, boxes, grid, boxes), ShapeError, outside]);
  if (size > 1) cases.push([() => comm.alltoall(data), ShapeError, /Cannot exchange equal pieces of/]);
  for (const [run, type, pattern] of cases) {
    assert.throws(run, (error) => error instanceof type && pattern.test(error.message), String(pattern));
  }
});

/**
 * Ranks for `workers_test.ts`: what is particular to threads, and ranks that end badly in the way that is named.
 *
 * @module
 */
import assert from "node:assert/strict";
import { empty, fromData, zeros } from "../../lib/array/mod.ts";
import { CommError, DomainError } from "../../lib/base/mod.ts";
import { threadCount } from "../../lib/kernel/mod.ts";
import { ANY_SOURCE, ANY_TAG, type Comm, commWorld, waitAll } from "../../lib/mpi/mod.ts";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));
/** Room for one number. */
const room = () => new Float64Array(1);

type Way = (comm: Comm, data: unknown) => unknown;

/** Ways to end well. */
const well: Record<string, Way> = {
  /** What a rank is told, and what it knows. */
  tells: (comm, data) => {
    assert.equal(commWorld(), comm);
    return { data, rank: comm.rank, size: comm.size, host: comm.host, backend: comm.backend, threads: threadCount() };
  },

  /** Arrays of the kernels are copied, and no longer theirs. */
  arrays: (comm) => {
    using array = fromData([comm.rank, 2], [2, 1], "float32");
    return { array, numbers: Int16Array.of(comm.rank) };
  },

  /** Rank 0 sends in place from memory that grew since the others were given it. */
  growing: (comm) => {
    const into = new Float64Array(1 << 20);
    for (const i of range(4)) {
      const array = zeros([1 << 20], "float64");
      array.data.fill(i + 1);
      if (comm.isRoot) { for (const to of range(comm.size).slice(1)) comm.send(array, to); }
      else {
        comm.recv(into, 0);
        assert.ok(into.every((v) => v === i + 1));
      }
    }
  },

  /** More messages than a ring holds, of ranks that all send first, each with its own content. */
  many: (comm) => {
    const { rank, size } = comm;
    for (const i of range(1000)) for (const to of range(size)) comm.send(Int32Array.of(rank, i), to, i % 3);
    for (const from of range(size)) {
      const into = new Int32Array(2);
      for (const tag of range(3)) {
        for (const i of range(1000).filter((i) => i % 3 === tag)) {
          comm.recv(into, from, tag);
          assert.deepEqual([...into], [from, i]);
        }
      }
    }
  },

  /** Messages of all lengths from any rank to any, in the kernels' memory or not, received early, late, or as they come. */
  random: (comm) => {
    const { rank, size } = comm;
    let state = 7;
    const below = (n: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor(state / 2 ** 32 * n);
    };
    for (const round of range(12)) {
      // The same plan on all ranks; the number of a message is its content.
      const plan = range(60).map((id) => ({
        id,
        from: below(size),
        to: below(size),
        tag: below(3),
        n: below(2 ** below(17)),
      }));
      const [incoming, outgoing] = [plan.filter(({ to }) => to === rank), plan.filter(({ from }) => from === rank)];
      const arrays = outgoing.map(({ id, n }) => id % 2 ? zeros([n], "int32") : empty([n], "int32"));
      const heap = outgoing.map(({ n }) => new Int32Array(n));
      const rooms = incoming.map(({ n }) => new Int32Array(n).fill(-1));
      const early = round % 3 === 0 ? incoming.map(({ from, tag }, i) => comm.irecv(rooms[i], from, tag)) : [];
      const sends = outgoing.map(({ id, to, tag }, i) => {
        const data = id % 3 ? arrays[i].data : heap[i];
        return comm.isend(data.fill(id), to, tag);
      });
      if (round % 3 === 0) waitAll(early);
      if (round % 3 === 1) incoming.forEach(({ from, tag }, i) => comm.recv(rooms[i], from, tag));
      if (round % 3 === 2) {
        const left = incoming.map((_, i) => i);
        while (left.length > 0) {
          const { source, tag, bytes } = comm.probe(ANY_SOURCE, ANY_TAG);
          const next = left.findIndex((i) => incoming[i].from === source && incoming[i].tag === tag);
          const [i] = left.splice(next, 1);
          assert.equal(bytes, rooms[i].byteLength);
          comm.recv(rooms[i], source, tag);
        }
      }
      incoming.forEach(({ id }, i) => assert.ok(rooms[i].every((v) => v === id)));
      waitAll(sends);
      // What follows could otherwise be taken for what any rank sent.
      comm.barrier();
      arrays.forEach((array) => array.dispose());
    }
  },

  /** A send in place waits for its receiver, a copied one does not. */
  waits: (comm) => {
    using array = zeros([10_000]);
    if (comm.rank === 0) {
      const requests = [comm.isend(array, 1), comm.isend(new Float64Array(10_000), 1), comm.isend(room(), 1)];
      const ended = requests.map((request) => request.test() !== undefined);
      comm.send(room(), 1, 5);
      waitAll(requests);
      return ended;
    }
    comm.recv(room(), 0, 5);
    waitAll([array, new Float64Array(10_000), room()].map((into) => comm.irecv(into, 0)));
  },

  /** Boxes of one size and two shapes, from arrays in the kernels' memory and outside. */
  boxes: (comm) => {
    const { rank, size } = comm;
    const data = fromData(range(4 * size).map((i) => 100 * rank + i), [2, 2 * size], "float32");
    const turned = zeros([size, 4], "float32");
    const boxes = range(size).map((r) => ({ start: [0, 2 * r], shape: [2, 2] }));
    const from = range(size).map((r) => ({ start: [r, 0], shape: [1, 4] }));
    comm.alltoallw(data, boxes, turned, from);
    const at = (r: number) => [0, 1, 2 * size, 2 * size + 1].map((i) => 100 * r + 2 * rank + i);
    assert.deepEqual([...turned.data], range(size).flatMap(at));
    const small = (own: number) => range(size).map((r) => ({ start: [r, 0], shape: [1, r === rank ? own : 3] }));
    assert.throws(() => comm.alltoallw(data, boxes, turned, small(2)), /own box .* must have 4 numbers, got 2/);
    if (size === 1) return;
    const mismatch = /sends a box of 4 numbers, the box for it has 3/;
    assert.throws(() => comm.alltoallw(data, boxes, turned, small(4)), mismatch);
    assert.equal(comm.allreduce(Int32Array.of(1))[0], size);
  },

  /** Ranks of each machine by themselves. */
  machines: (comm) => {
    assert.throws(() => comm.shareMemory(8), /Cannot share memory: the ranks are on several machines; use splitNode/);
    const node = comm.splitNode();
    const members = [...node.allgather(Int32Array.of(comm.rank))];
    const memory = node.shareMemory(8);
    if (node.isRoot) memory.array(Float64Array)[0] = comm.rank;
    memory.sync();
    const [root] = memory.array(Float64Array);
    memory.free();
    node.free();
    assert.throws(() => node.barrier(), /this group of ranks was given back/);
    return { host: comm.host, members, root };
  },

  finalize: (comm) => {
    const request = comm.irecv(room(), comm.rank);
    assert.throws(() => comm.finalize(), /messages that have not ended: 1/);
    comm.send(room(), comm.rank);
    request.wait();
    comm.finalize();
    assert.throws(() => comm.send(room(), 0), /this rank has ended its exchange/);
  },
};

/** How rank 1 of three ends badly, before the others wait for it. */
const badly: Record<string, Way> = {
  throw: () => {
    throw new DomainError("this rank cannot go on", "a rule", "a value");
  },
  reject: async () => {
    Promise.reject(new TypeError("a promise failed"));
    await pause(5000);
  },
  timer: async () => {
    setTimeout(() => {
      throw new RangeError("a timer failed");
    });
    await pause(5000);
  },
  text: () => {
    throw "just a text";
  },
  abort: (comm) => comm.abort(5),
  early: () => {},
  exit: () => Deno.exit(0),
  result: () => () => {},
  deadlock: (comm) => comm.recv(room(), 0, 3),
  sleep: () => pause(5000),
};

/** Waits for rank 1 in one of several ways. */
async function waitFor(comm: Comm, how: string): Promise<void> {
  using array = zeros([10_000]);
  if (how === "any") comm.recv(room(), ANY_SOURCE, 2);
  if (how === "probe") comm.probe(1, 2);
  if (how === "async") await comm.irecv(room(), 1).waitAsync();
  if (how === "send") comm.send(array, 1);
  if (how === "full") { for (;;) comm.send(room(), 1); }
  comm.barrier();
}

/** Runs what is named; for ends that are bad, says what the ranks that wait were told. */
export default async function job(comm: Comm, { way, how, data }: { way: string; how: string; data: unknown }) {
  if (way in well) return well[way](comm, data);
  if (comm.rank === 1) return badly[way](comm, data);
  try {
    await waitFor(comm, how);
  } catch (error) {
    assert.ok(error instanceof CommError);
    // Whoever caught it can go on with nothing.
    assert.throws(() => comm.barrier(), CommError);
    throw error;
  }
}

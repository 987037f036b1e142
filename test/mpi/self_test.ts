import assert from "node:assert/strict";
import { selfComm } from "../../lib/mpi/mod.ts";
import { checks } from "./_checks.ts";

for (const [name, check] of checks) Deno.test(`one rank: ${name}`, () => check(selfComm()));

Deno.test("selfComm() needs no library", () => {
  const comm = selfComm();
  assert.deepEqual([comm.backend, comm.library, comm.rank, comm.size, comm.isRoot], ["self", "none", 0, 1, true]);
});

Deno.test("selfComm() refuses to wait for a message that was not sent", () => {
  const comm = selfComm();
  assert.throws(
    () => comm.recv(new Float64Array(1), 0),
    /CommError: .* waits for a message to itself that was not sent/,
  );
  // The room of the failed receive is gone: the next message is for the next receive.
  comm.send(Float64Array.of(3), 0);
  const into = new Float64Array(1);
  assert.deepEqual(comm.recv(into, 0), { source: 0, tag: 0, count: 1 });
  assert.equal(into[0], 3);
});

Deno.test("selfComm() sends a copy", () => {
  const comm = selfComm();
  const data = Float64Array.of(1);
  comm.send(data, 0);
  data[0] = 2;
  const into = new Float64Array(1);
  comm.recv(into, 0);
  assert.equal(into[0], 1);
});

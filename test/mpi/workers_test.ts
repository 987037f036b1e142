import assert from "node:assert/strict";
import { fromData, NdArray } from "../../lib/array/mod.ts";
import { CommError, DomainError, ShapeError } from "../../lib/base/mod.ts";
import { commWorld, runRanks, type RunRanksOptions } from "../../lib/mpi/mod.ts";
import { testOnRanks } from "../support/ranks.ts";
import { checks } from "./_checks.ts";

testOnRanks(new URL("./_checks.ts", import.meta.url), checks);

const job = new URL("./_workers_job.ts", import.meta.url);
const run = (way: string, options: Omit<RunRanksOptions, "ranks"> & { ranks?: number; how?: string } = {}) => {
  const { how, data, ...others } = options;
  return runRanks(job, { ranks: 3, threads: 1, timeout: 30, ...others, data: { way, how, data } });
};

Deno.test("runRanks() gives data to each rank, and returns what each returned", async () => {
  const data = { text: "a", array: fromData([1, 2], [2], "float64"), none: undefined };
  const results = await run("tells", { ranks: 2, threads: 3, data, hosts: ["east", "west"] });
  const common = { size: 2, backend: "workers", threads: 3, data };
  assert.deepEqual(results, [{ ...common, rank: 0, host: "east" }, { ...common, rank: 1, host: "west" }]);
  const shared = Math.max(1, Math.floor(navigator.hardwareConcurrency / 3));
  const [{ threads, host }] = await runRanks<{ threads: number; host: string }>(job, {
    ranks: 3,
    data: { way: "tells" },
  });
  assert.deepEqual([threads, host], [shared, "localhost"]);
});

Deno.test("runRanks() returns copies of arrays", async () => {
  const results = await run("arrays", { ranks: 2 }) as { array: NdArray; numbers: Int16Array }[];
  for (const [rank, { array, numbers }] of results.entries()) {
    assert.ok(array instanceof NdArray);
    assert.deepEqual([array.data, array.shape, array.dtype], [Float32Array.of(rank, 2), [2, 1], "float32"]);
    assert.ok(array.data.buffer instanceof ArrayBuffer);
    assert.deepEqual(numbers, Int16Array.of(rank));
  }
});

Deno.test("runRanks() runs a program that has no function", async () => {
  const program = `import { commWorld } from ${JSON.stringify(new URL("../../lib/mpi/mod.ts", import.meta.url))};
    const comm = commWorld();
    if (comm.allreduce(Int32Array.of(comm.rank + 1))[0] !== 6) throw new Error("wrong sum");
    comm.finalize();`;
  const module = `data:text/javascript,${encodeURIComponent(program)}`;
  assert.deepEqual(await runRanks(module, { ranks: 3 }), [undefined, undefined, undefined]);
});

for (const way of ["growing", "many", "random", "boxes", "finalize"]) {
  Deno.test(`thread ranks: ${way}`, async () => {
    for (const ranks of [1, 2, 3]) await run(way, { ranks });
  });
}

Deno.test("a message in place ends when it was read, a copied one at once", async () => {
  assert.deepEqual((await run("waits", { ranks: 2 }))[0], [false, true, true]);
});

Deno.test("ranks of a machine have memory in common, those of several do not", async () => {
  const results = await run("machines", { ranks: 5, hosts: ["b", "a", "b", "b", "a"] });
  const [a, b] = [{ host: "a", members: [1, 4], root: 1 }, { host: "b", members: [0, 2, 3], root: 0 }];
  assert.deepEqual(results, [b, a, b, b, a]);
});

/** What runRanks rejects with. */
async function failure(...args: Parameters<typeof run>): Promise<Error & { rank?: number }> {
  try {
    await run(...args);
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing failed");
}

const uncaught: [way: string, type: new (...args: never[]) => Error, message: string][] = [
  ["throw", DomainError, "this rank cannot go on"],
  ["reject", TypeError, "a promise failed"],
  ["timer", RangeError, "a timer failed"],
  ["text", Error, "just a text"],
  ["result", TypeError, 'Cannot send "value": it must be plain data or an array, got a function'],
  ["abort", CommError, "Cannot go on: this rank ended all ranks with status 5"],
  ["exit", CommError, "Cannot run ranks: rank 1 ended without a result"],
];
for (const [way, type, message] of uncaught) {
  Deno.test(`a rank that fails ends all, with its error and its number: ${way}`, async () => {
    for (const how of ["barrier", "async"]) {
      const error = await failure(way, { how });
      assert.ok(error instanceof type, String(error.stack));
      assert.deepEqual([error.message, error.rank], [message, 1]);
    }
  });
}

Deno.test("an error keeps its fields and its name", async () => {
  const error = await failure("throw") as DomainError;
  assert.deepEqual([error.name, error.code, error.expected, error.actual], [
    "DomainError",
    "DomainError",
    "a rule",
    "a value",
  ]);
  assert.match(error.stack!, /_workers_job.ts[^]*on rank 1$/);
});

for (const how of ["barrier", "any", "probe", "async", "send", "full"]) {
  Deno.test(`a rank that has ended is not waited for: ${how}`, async () => {
    const error = await failure("early", { ranks: how === "any" ? 2 : 3, how });
    assert.ok(error instanceof CommError);
    const who = how === "any" ? "all other ranks have" : "rank 1 has";
    assert.match(error.message, new RegExp(`^Cannot (receive|send): ${who} ended$`));
  });
}

Deno.test("ranks that wait for each other are told so", async () => {
  const error = await failure("deadlock", { how: "any" });
  assert.ok(error instanceof CommError);
  const waits = "rank 0 for a message of any; rank 1 for a message of rank 0; rank 2 for a message of any";
  assert.equal(error.message, `Cannot run ranks: all ranks wait for each other: ${waits}`);
});

Deno.test("runRanks() ends ranks that take too long", async () => {
  const error = await failure("sleep", { timeout: 0.2 });
  assert.ok(error instanceof CommError);
  assert.equal(error.message, "Cannot run ranks: they took more than 0.2 s");
});

Deno.test("runRanks() names bad arguments, and modules that cannot be loaded", async () => {
  await assert.rejects(
    runRanks(job, { ranks: 0 }),
    /Cannot use "ranks": it must be a whole number of at least 1, got 0/,
  );
  await assert.rejects(runRanks(job, { ranks: 1, threads: 0 }), DomainError);
  await assert.rejects(runRanks(job, { ranks: 1, timeout: 0 }), DomainError);
  await assert.rejects(runRanks(job, { ranks: 2, hosts: ["a"] }), ShapeError);
  await assert.rejects(runRanks("./job.ts", { ranks: 1 }), /Cannot use "module": it must be a URL.*got ".\/job.ts"/);
  await assert.rejects(runRanks(job, { ranks: 1, data: { run: () => 1 } }), /Cannot send "value.run"/);
  await assert.rejects(runRanks(new URL("./_none.ts", import.meta.url), { ranks: 2 }), /_none.ts/);
});

Deno.test("commWorld() of a thread that is no rank has no workers", () => {
  assert.throws(() => commWorld({ backend: "workers" }), /this thread is no rank of runRanks/);
});

import assert from "node:assert/strict";
import { fromData, zeros } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { limits, selfComm } from "../../lib/mpi/mod.ts";
import { chunkStep, Distributor, rowChunks, taskSizes } from "../../lib/distributor/mod.ts";
import { checks as chunkChecks } from "./_chunk_checks.ts";
import { checks as distributorChecks } from "./_distributor_checks.ts";
import { checks as irreducibleChecks } from "./_irreducible_checks.ts";
import { testOnRanks } from "../support/ranks.ts";
import { checks as spillFileChecks } from "./_spill_file_checks.ts";
import { withLimit } from "./_support.ts";

await ready({ threads: 1 });

const all = {
  _chunk_checks: chunkChecks,
  _distributor_checks: distributorChecks,
  _irreducible_checks: irreducibleChecks,
  _spill_file_checks: spillFileChecks,
};
for (const [file, checks] of Object.entries(all)) {
  for (const [name, check] of checks) Deno.test(`one rank: ${name}`, () => check(selfComm()));
  // Ranks 0 and 2 are on one machine.
  const hosts = (n: number) => ["a", "b", "a", "c"].slice(0, n);
  testOnRanks(new URL(`./${file}.ts`, import.meta.url), checks, { ranks: [2, 3, 4], hosts });
}

Deno.test("chunkStep() is the rows that fit, at least one", () => {
  assert.deepEqual([chunkStep(16, 3, 16), chunkStep(1, 1, 10), chunkStep(2, 1, 10)], [1, 10, 5]);
  assert.equal(chunkStep(8, 0, 24), 3);
  assert.equal(chunkStep(1, 1), 2 ** 31 - 1);
  assert.equal(withLimit(64, () => chunkStep(8, 2)), 4);
  assert.equal(limits.maxMessageBytes, 2 ** 31 - 1);
  assert.throws(() => chunkStep(8, 1, 0), /"limit": it must be a whole number of at least 1/);
  assert.throws(() => chunkStep(0, 1), /"itemBytes"/);
});

Deno.test("rowChunks() covers all rows, the last chunk may be short", () => {
  assert.deepEqual([...rowChunks(5, 1, 1, 2)], [[0, 2], [2, 4], [4, 5]]);
  assert.deepEqual([...rowChunks(0, 8, 3)], []);
  assert.deepEqual([...rowChunks(3, 8, 100, 8)], [[0, 1], [1, 2], [2, 3]]);
  assert.deepEqual([...rowChunks(4, 8, 100)], [[0, 4]]);
  // Lazy: the first of many comes at once.
  assert.deepEqual(rowChunks(1e15, 1, 1, 1).next().value, [0, 1]);
});

Deno.test("taskSizes() gives the excess to the last ranks", () => {
  assert.deepEqual([taskSizes(7, 3), taskSizes(6, 3), taskSizes(1, 3), taskSizes(0, 2)], [
    [2, 2, 3],
    [2, 2, 2],
    [0, 0, 1],
    [0, 0],
  ]);
  assert.throws(() => taskSizes(7, 0), /"ranks"/);
});

Deno.test("new Distributor() takes the world if no ranks are given", () => {
  const d = new Distributor(4);
  assert.deepEqual([d.comm.size, d.sizes, d.isRoot], [1, [4], true]);
});

Deno.test("scatter() on one rank takes the rows of its own tasks", () => {
  const whole = new Distributor(5, { comm: selfComm() });
  using full = fromData([0, 1, 2, 3, 4], [5], "float32");
  using all = whole.scatter(full);
  assert.deepEqual(all.data, full.data);
  assert.notEqual(all.data.byteOffset, full.data.byteOffset);
  using none = whole.scatter();
  assert.deepEqual([none.dtype, none.shape], ["float64", [5]]);
});

Deno.test("scatter() to one rank of several takes its own rows as well as all", () => {
  const comm = selfComm();
  const part = new Distributor(5, { comm }).restrictedTo(comm, [0]);
  using full = fromData([0, 1, 2, 3, 4], [5], "float32");
  using all = part.scatter(full);
  assert.deepEqual(all.data, full.data);
  assert.throws(() => part.scatter(fromData([1, 2], [2], "float32")), /the rows of all tasks must have shape \[5\]/);
});

Deno.test("openFile() closes the file that is open", async () => {
  const folder = await Deno.makeTempDir();
  using d = new Distributor(1, { comm: selfComm(), folder });
  const first = (await d.openFile())!;
  first.write("x", fromData([1, 2], [2], "float32"));
  using second = (await d.openFile())!;
  assert.throws(() => first.read("x"));
  using back = second.read("x");
  assert.deepEqual([...back.data], [1, 2]);
  d.deleteFile();
  await Deno.remove(folder);
});

Deno.test("closeFile() passes errors on, and the file is closed for it", async () => {
  const folder = await Deno.makeTempDir();
  using d = new Distributor(2, { comm: selfComm(), folder });
  const file = (await d.openFile())!;
  const close = file.close;
  file.close = () => {
    close.call(file);
    throw new TypeError("no more");
  };
  assert.throws(() => d.closeFile(), /no more/);
  d.closeFile();
  d.deleteFile();
  assert.deepEqual([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder);
});

Deno.test("openFile() names what is in the way", async () => {
  const folder = await Deno.makeTempDir();
  await assert.rejects(
    new Distributor(1, { comm: selfComm(), folder: `${folder}/no` }).openFile(),
    /InputError: Cannot write ".*no\/_Rank00000.hdf5": its folder does not exist; make it first/,
  );
  const d = new Distributor(1, { comm: selfComm(), folder });
  await Deno.writeTextFile(d.filePath!, "something else");
  await assert.rejects(d.openFile(), /InputError: Cannot write ".*": .*; remove the file first/);
  d.deleteFile();
  using file = await d.openFile();
  file!.write("x", zeros([2], "float32"));
  d.deleteFile();
  await Deno.remove(folder);
});

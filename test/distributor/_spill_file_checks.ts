/** The files of ranks, on any number of them; they need the permission to write a temporary folder. */
import assert from "node:assert/strict";
import { fromData, type NdArray, zeros } from "../../lib/array/mod.ts";
import { ShapeError } from "../../lib/base/mod.ts";
import { Distributor } from "../../lib/distributor/mod.ts";
import { type Checks, range } from "./_support.ts";

/** Checks by what they show. */
export const checks: Checks = [];
const check = (name: string, run: Checks[number][1]) => checks.push([name, run]);
const same = (a: NdArray, b: NdArray) => assert.deepEqual([a.dtype, a.shape, a.data], [b.dtype, b.shape, b.data]);

check("each rank has a file of its own", async (comm) => {
  // Working files of one folder; it is the root that makes and removes it.
  const folder = comm.bcastObject(comm.isRoot ? await Deno.makeTempDir() : undefined) as string;
  using d = new Distributor(4, { comm, folder, name: "giwk" });
  assert.equal(d.filePath, `${folder}/giwk_Rank${`0000${comm.rank}`.slice(-5)}.hdf5`);
  using spectrum = fromData(range(12).map((i) => i + comm.rank), [3, 2], "complex64");
  using numbers = fromData([comm.rank, 1, 2], [3], "int32");
  {
    using file = (await d.openFile())!;
    assert.deepEqual([file.path, file.names], [d.filePath, []]);
    for (const [name, array] of [["a", spectrum], ["part/b", numbers]] as const) file.write(name, array);
    using none = zeros([0, 3], "float32");
    file.write("none", none);
    // What was written is read back while the file is open.
    using back = file.read("a");
    same(back, spectrum);
    using empty = file.read("none");
    same(empty, none);
    spectrum.data[0] = -5;
    file.write("a", spectrum);
    assert.throws(() => file.write("a", numbers), (error) => {
      assert.ok(
        error instanceof ShapeError && error.message.endsWith("complex64 [3, 2], got int32 [3]; use another name"),
      );
      return true;
    });
    assert.throws(() => file.read("c"), /there is no dataset "c"/);
    file.hdf5.output.writeStrings("part/texts", ["a"]);
    assert.throws(() => file.read("part/texts"), /"part\/texts" must hold numbers of an array's type/);
    const single = fromData([2.5], [], "float32");
    file.write("single", single);
    using back1 = file.read("single");
    assert.deepEqual([back1.shape, back1.data], [[1], single.data]);
  }
  comm.barrier();
  {
    using file = (await d.openFile())!;
    assert.deepEqual([file.names, file.has("part/b"), file.has("b")], [["a", "none", "part", "single"], true, false]);
    using back = file.read("a");
    same(back, spectrum);
    using other = file.read("part/b");
    same(other, numbers);
  }
  d.closeFile();
  d.deleteFile();
  d.deleteFile();
  comm.barrier();
  if (comm.isRoot) {
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    Deno.removeSync(folder);
  }
});

check("without a folder there is no file, and nothing to close", async (comm) => {
  using d = new Distributor(4, { comm, name: "giwk" });
  assert.deepEqual([d.filePath, await d.openFile()], [undefined, undefined]);
  d.closeFile();
  d.deleteFile();
  using part = d.restrictedTo(comm, range(comm.size));
  assert.deepEqual([part.filePath, part.isComplete], [undefined, true]);
});

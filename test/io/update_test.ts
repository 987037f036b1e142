import assert from "node:assert/strict";
import { openHdf5, updateHdf5, writeHdf5 } from "../../lib/io/mod.ts";

Deno.test("updateHdf5() reads what is there and adds to it, run after run", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/work.h5`;
  {
    using file = await updateHdf5(path);
    assert.deepEqual([file.path, file.input.names()], [path, []]);
    file.output.writeArray("a", Float64Array.of(1, 2), { unit: "K" });
    assert.deepEqual([...file.input.readNumbers("a", { unit: "K" })], [1, 2]);
  }
  await writeHdf5(`${folder}/other.h5`, (file) => file.writeArray("deep/b", Int32Array.of(3)));
  for (const name of ["work.h5", "other.h5"]) {
    using file = await updateHdf5(`${folder}/${name}`);
    file.output.writeArray("deep/c", Float32Array.of(4));
  }
  using work = await openHdf5(path);
  assert.deepEqual(work.names().toSorted(), ["a", "deep"]);
  using other = await openHdf5(`${folder}/other.h5`);
  assert.deepEqual([...other.readNumbers("deep/b"), ...other.readNumbers("deep/c")], [3, 4]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("updateHdf5() says what is in the way", async () => {
  const folder = await Deno.makeTempDir();
  await assert.rejects(updateHdf5(`${folder}/no/a.h5`), /Cannot write ".*": its folder does not exist; make it first/);
  await Deno.writeTextFile(`${folder}/text.h5`, "no HDF5");
  await assert.rejects(updateHdf5(`${folder}/text.h5`), /Cannot write ".*text.h5": .*; remove the file first/);
  assert.equal(await Deno.readTextFile(`${folder}/text.h5`), "no HDF5", "it is left as it was");
  await assert.rejects(updateHdf5(folder), /Cannot write/);
  await Deno.remove(folder, { recursive: true });
});

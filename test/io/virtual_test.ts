import assert from "node:assert/strict";
import { fromData, NdArray } from "../../lib/array/mod.ts";
import { FormatError, InputError, ShapeError } from "../../lib/base/mod.ts";
import { lookup3 } from "../../lib/io/_hdf5_bytes.ts";
import { openHdf5, writeHdf5, writeVirtualHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

await ready();

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

Deno.test("lookup3() gives the values in the comments of lookup3.c", () => {
  assert.equal(lookup3(new Uint8Array()), 0xdeadbeef);
  assert.equal(lookup3(new TextEncoder().encode("Four score and seven years ago")), 0x17770551);
});

Deno.test("writeVirtualHdf5() joins boxes of many files, in groups, with attributes", async () => {
  // Rows of a table of 40 columns, one file for each of 30 bricks: more than fits the least heap.
  const sources = Array.from({ length: 30 }, (_, i) => {
    const [x, y] = [Math.floor(i / 5), i % 5];
    return { file: `brick-${i}.h5`, dataset: "deep/values", start: [x, 8 * y], shape: [1, 8] };
  });
  for (const [i, { file, dataset, start: [x, y] }] of sources.entries()) {
    const values = Float64Array.from({ length: 8 }, (_, j) => 100 * x + y + j);
    await writeHdf5(
      `${folder}/${file}`,
      (f) => f.writeArray(dataset, values, { shape: [1, 8], chunks: i > 3 ? [1, 4] : undefined }),
    );
  }
  const path = `${folder}/all.h5`;
  const dataset = { shape: [7, 40], dtype: "float64", sources } as const;
  const attributes = { boxSize: 0.1, note: "Größe", none: "" };
  await writeVirtualHdf5(path, {
    "a/table": { ...dataset, unit: "mK", attributes },
    "a/b/again": dataset,
    top: dataset,
  });
  using file = await openHdf5(path);
  assert.deepEqual([file.names(), file.names("a"), file.names("a/b")], [["a", "top"], ["b", "table"], ["again"]]);
  assert.deepEqual(file.info("a/table"), { shape: [7, 40], dtype: "float64", unit: "mK" });
  assert.deepEqual(file.attributes("a/table"), { ...attributes, unit: "mK" });
  assert.deepEqual(file.attributes("top"), {});
  for (const name of ["a/table", "a/b/again", "top"]) {
    const { data } = file.readArray(name);
    // The last row has no source.
    data.forEach((v, i) => assert.equal(v, i < 240 ? 100 * Math.floor(i / 40) + i % 40 : NaN));
  }
  const box = new Float64Array(4);
  file.readBox("top", [2, 7], [2, 2], box);
  assert.deepEqual([...box], [207, 208, 307, 308]);
});

Deno.test("writeVirtualHdf5() joins complex numbers and float32", async () => {
  const pairs = new NdArray(Float32Array.of(1, 2, 3, 4), [2], "complex64");
  await writeHdf5(`${folder}/pairs.h5`, (f) => {
    f.createArray("z", { shape: [2], dtype: "complex64", chunks: [2] });
    f.writeBox("z", [0], pairs);
    f.writeArray("x", fromData([5, 6], [2], "float32"));
  });
  const part = { file: "pairs.h5", start: [1], shape: [2] };
  await writeVirtualHdf5(`${folder}/joined.h5`, {
    z: { shape: [3], dtype: "complex64", sources: [{ ...part, dataset: "z" }] },
    x: { shape: [3], dtype: "float32", sources: [{ ...part, dataset: "/x" }] },
  });
  using file = await openHdf5(`${folder}/joined.h5`);
  assert.deepEqual(file.layout("z"), { shape: [3], dtype: "complex64" });
  const z = new Float32Array(6);
  file.readBox("z", [0], [3], z);
  assert.deepEqual([...z], [NaN, NaN, 1, 2, 3, 4]);
  assert.deepEqual([...file.readArray("x").data], [NaN, 5, 6]);
});

Deno.test("equal datasets give equal bytes", async () => {
  const source = { file: "x.h5", dataset: "x", start: [0], shape: [4] };
  const dataset = { x: { shape: [4], dtype: "float32", sources: [source] } } as const;
  for (const name of ["one", "two"]) await writeVirtualHdf5(`${folder}/${name}.h5`, dataset);
  assert.deepEqual(Deno.readFileSync(`${folder}/one.h5`), Deno.readFileSync(`${folder}/two.h5`));
  // Superblock of 48 bytes, one heap of 4096, and headers.
  assert.ok(Deno.statSync(`${folder}/one.h5`).size < 4500);
});

Deno.test("a file that is missing, boxes outside and folders that are not there are refused", async () => {
  const write = (start: number[], shape: number[], name = "bad.h5") =>
    writeVirtualHdf5(`${folder}/${name}`, {
      x: { shape: [4], dtype: "float32", sources: [{ file: "nothing.h5", dataset: "x", start, shape }] },
    });
  await assert.rejects(write([2], [3]), (e) => e instanceof ShapeError && /a box inside of \[4\]/.test(e.message));
  await assert.rejects(write([2], [0]), (e) => e instanceof ShapeError && /boxes that are not empty/.test(e.message));
  const lost = write([0], [4], "no/such/folder.h5");
  await assert.rejects(lost, (e) => e instanceof InputError && /its folder does not exist/.test(e.message));
  const dataset = { shape: [4], dtype: "float32", sources: [] } as const;
  for (const names of [["/"], ["a", "a/b"], ["a/b", "a"], ["a", "/a"]]) {
    const collide = writeVirtualHdf5(`${folder}/bad.h5`, Object.fromEntries(names.map((name) => [name, dataset])));
    await assert.rejects(collide, /it must have a name that is no other dataset's or group's/);
  }
  await write([0], [4]);
  using file = await openHdf5(`${folder}/bad.h5`);
  assert.throws(
    () => file.readArray("x"),
    (e) => e instanceof FormatError && /dataset "x" lies in the file "nothing.h5", which is missing/.test(e.message),
  );
});

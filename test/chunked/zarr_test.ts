import assert from "node:assert/strict";
import type { DType } from "../../lib/array/mod.ts";
import { openZarr, rechunk, toZarr } from "../../lib/chunked/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { get, open, root } from "npm:zarrita@0.7.5";
import { chunkedRamp, each, fails, flat, inFolder, numbers, ramp } from "./_tools.ts";

await ready({ threads: 2 });
const python = new URL("reference/zarr_python.zarr", import.meta.url);
const DTYPES: DType[] = ["float32", "float64", "complex64", "complex128", "int32", "uint32", "uint16", "uint8"];

Deno.test("openZarr() reads all element types, attributes and units that zarr-python wrote", async () => {
  for (const dtype of DTYPES) {
    const array = await openZarr(python, { node: `raw/${dtype}` });
    assert.deepEqual([array.dtype, array.shape, array.chunkShape], [dtype, [3], [2]]);
    assert.deepEqual([array.unit, array.attributes], ["mK", { bins: [1, 2] }]);
    using expected = ramp([3], dtype);
    assert.deepEqual(await numbers(array), [...expected.data]);
  }
  const scalar = await openZarr(python, { node: "scalar" });
  assert.deepEqual([scalar.shape, await numbers(scalar)], [[], [2.5]]);
});

Deno.test("openZarr() reads compressed, sharded, big-endian and turned chunks, and other chunk keys", async () => {
  for (const node of ["gzip", "zstd", "blosc", "big"]) {
    assert.deepEqual(await numbers(await openZarr(python, { node: `packed/${node}` })), [0, 1, 2]);
  }
  for (const node of ["packed/turned", "keys"]) {
    assert.deepEqual(await numbers(await openZarr(python, { node })), each([3, 5], (i) => flat([3, 5], i)));
  }
  const complex = await openZarr(python, { node: "packed/complex" });
  using expected = ramp([3, 5], "complex64");
  assert.deepEqual(await numbers(complex), [...expected.data]);
  const sharded = await openZarr(python, { node: "packed/sharded" });
  assert.deepEqual(sharded.chunkShape, [2, 3]);
  assert.deepEqual(await numbers(sharded), each([6, 8], (i) => flat([6, 8], i)));
});

Deno.test("a chunk without a file is full of the fill value", async () => {
  const holes = async (node: string) => await numbers((await openZarr(python, { node: `holes/${node}` })).slice(1));
  assert.deepEqual(await holes("nan"), [1, 1, NaN, NaN]);
  assert.deepEqual(await holes("seven"), [1, 1, 7, 7]);
  for (const node of ["complex", "packed"]) assert.deepEqual(await holes(node), [1, 0, 1, 0, 1, -2, 1, -2]);
});

Deno.test("toZarr() writes what zarrita and openZarr() read back, plain and compressed", async () => {
  await inFolder(async (folder) => {
    for (const compression of ["none", "gzip", "zstd"] as const) {
      for (const dtype of DTYPES) {
        using cube = chunkedRamp([3, 5, 4], [2, 3, 4], dtype);
        const node = `${compression}/${dtype}`;
        await rechunk(cube, [2, 2, 3], { out: toZarr(`${folder}/all.zarr`, { node, compression }) });
        const back = await openZarr(`${folder}/all.zarr`, { node });
        assert.deepEqual([back.dtype, back.chunkShape, back.unit, back.attributes], [
          dtype,
          [2, 2, 3],
          "mK",
          { z: 8.5, axes: "x,y" },
        ]);
        assert.deepEqual(await numbers(back), await numbers(cube));
        if (dtype.startsWith("complex")) continue;
        const store = {
          get: (key: string) => Deno.readFile(`${folder}/all.zarr${key}`).catch(() => undefined),
        };
        const theirs = await open.v3(root(store).resolve(node), { kind: "array" });
        const { data, shape } = await get(theirs);
        assert.deepEqual([shape, [...data as Float32Array]], [[3, 5, 4], await numbers(cube)]);
        const group = await open.v3(root(store).resolve(compression), { kind: "group" });
        assert.deepEqual(group.attrs, {});
      }
    }
  });
});

Deno.test("equal arrays give equal bytes, and edge chunks are padded with 0", async () => {
  await inFolder(async (folder) => {
    using list = chunkedRamp([3], [2], "uint8");
    for (const name of ["a", "b"]) await rechunk(list, [2], { out: toZarr(`${folder}/${name}`) });
    assert.deepEqual(await Deno.readFile(`${folder}/a/c/1`), Uint8Array.of(2, 0));
    assert.deepEqual(await Deno.readFile(`${folder}/a/zarr.json`), await Deno.readFile(`${folder}/b/zarr.json`));
  });
});

Deno.test("openZarr() refuses what it cannot read, and names it", async () => {
  const refused = (node: string, message: RegExp) => fails(openZarr(python, { node }), "FormatError", message);
  await refused("refused/int16", /refused\/int16": "data_type" is "int16", and only float32, .* are read; convert it/);
  await refused("refused/v2", /refused\/v2": it has Zarr format 2, and only 3 is read; convert it/);
  await refused("packed", /it is a group, not an array; name one with the option "node"/);
  await fails(openZarr(python, { node: "keys", dtype: "float64" }), "DtypeError", /must be float64, got float32/);
  await fails(openZarr(python, { node: "nothing" }), "InputError", /nothing": there is no Zarr array/);
  await fails(openZarr(python, { node: "../x" }), "InputError", /"\." and "\.\." are not names/);
  await inFolder(async (folder) => {
    using list = chunkedRamp([4], [2], "float32");
    await rechunk(list, [2], { out: toZarr(`${folder}/a`) });
    const good = JSON.parse(await Deno.readTextFile(`${folder}/a/zarr.json`));
    const bad = async (change: unknown, message: RegExp) => {
      const text = typeof change === "string" ? change : JSON.stringify({ ...good, ...change as object });
      await Deno.writeTextFile(`${folder}/a/zarr.json`, text);
      await fails(openZarr(`${folder}/a`), "FormatError", message);
    };
    await bad("{", /zarr\.json is not JSON/);
    await bad("null", /must hold an object/);
    await bad({ zarr_format: 4 }, /has Zarr format 4/);
    await bad({ shape: [4.5] }, /"shape" must be whole numbers, got \[4\.5\]/);
    await bad({ chunk_grid: { name: "rectilinear" } }, /"chunk_grid" must be regular .* got {"name":"rectilinear"}/);
    await bad({ chunk_grid: { name: "regular", configuration: { chunk_shape: [0] } } }, /"chunk_grid" must be/);
    await bad({ fill_value: "zero" }, /"fill_value" "zero" does not suit float32/);
    await bad({ chunk_key_encoding: { name: "suffix" } }, /must be default or v2, got suffix/);
    await bad({ codecs: [] }, /"codecs" must be a list/);
    await bad({ storage_transformers: [{}] }, /"storage_transformers" are not supported/);
    await Deno.writeTextFile(`${folder}/a/zarr.json`, JSON.stringify({ ...good, codecs: [{ name: "pcodec" }] }));
    await fails(openZarr(`${folder}/a`).then((a) => a.read()), "FormatError", /cannot be decoded .*pcodec/);
  });
});

Deno.test("a chunk that is cut off, too long or broken is an error that names its file", async () => {
  await inFolder(async (folder) => {
    using list = chunkedRamp([4], [2], "float32");
    for (const compression of ["none", "zstd"] as const) {
      const array = await rechunk(list, [2], { out: toZarr(`${folder}/${compression}`, { compression }) });
      const chunk = `${folder}/${compression}/c/1`;
      await Deno.truncate(chunk, 5);
      const message = compression === "none"
        ? /none\/c\/1": the chunk has 5 of 8 bytes/
        : /zstd\/c\/1": chunk \[1\] cannot be decoded/;
      await fails(array.read(), "FormatError", message);
      using first = await array.read([0, 2]);
      assert.deepEqual([...first.data], [0, 1]);
      await Deno.writeFile(chunk, new Uint8Array(9));
      await fails(
        array.read(),
        "FormatError",
        compression === "none" ? /has more than the 8 bytes/ : /decoded/,
      );
    }
  });
});

import assert from "node:assert/strict";
import type { DType } from "../../lib/array/mod.ts";
import { inMemory, openHdf5Chunks, openZarr, rechunk, toHdf5, toZarr } from "../../lib/chunked/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { chunkedRamp, each, fails, flat, inFolder, namesIn, numbers, ramp } from "./_tools.ts";

await ready({ threads: 2 });
const python = new URL("reference/h5py_chunks.h5", import.meta.url);

Deno.test("openHdf5Chunks() reads datasets of h5py: chunked, packed, contiguous, complex, big-endian", async () => {
  using chunked = await openHdf5Chunks(python, "grid/chunked");
  assert.deepEqual([chunked.dtype, chunked.chunkShape, chunked.unit, chunked.attributes], [
    "float32",
    [2, 3],
    "K",
    { z: 8.5 },
  ]);
  assert.deepEqual(await numbers(chunked), each([3, 5], (i) => flat([3, 5], i)));
  using packed = await openHdf5Chunks(python, "packed", { chunkShape: [4, 6] });
  assert.deepEqual(packed.chunkShape, [4, 6]);
  assert.deepEqual(await numbers(packed), each([6, 8], (i) => flat([6, 8], i)));
  using contiguous = await openHdf5Chunks(python, "contiguous");
  assert.deepEqual(contiguous.chunkShape, [4, 3, 2]);
  assert.deepEqual(await numbers(contiguous.slice([null, null, -1], 1)), [20, 21, 14, 15, 8, 9, 2, 3]);
  using complex = await openHdf5Chunks(python, "complex");
  using expected = ramp([3, 5], "complex128");
  assert.deepEqual([complex.dtype, await numbers(complex)], ["complex128", [...expected.data]]);
  using big = await openHdf5Chunks(python, "big");
  assert.deepEqual(await numbers(big), each([3, 5], (i) => flat([3, 5], i)));
});

Deno.test("toHdf5() writes datasets that readArray() and openHdf5Chunks() read back", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a.h5`;
    for (
      const dtype of ["float32", "float64", "int32", "uint32", "uint16", "uint8", "complex64", "complex128"] as DType[]
    ) {
      using cube = chunkedRamp([3, 5, 4], [2, 3, 4], dtype);
      using back = await rechunk(cube, [2, 2, 3], { out: toHdf5(path, "grid/x", { overwrite: true }) });
      assert.deepEqual([back.dtype, back.chunkShape, back.unit, back.attributes], [
        dtype,
        [2, 2, 3],
        "mK",
        { z: 8.5, axes: "x,y" },
      ]);
      assert.deepEqual(await numbers(back), await numbers(cube));
      using file = await openHdf5(path);
      if (dtype.startsWith("complex")) assert.equal(file.info("grid/x").dtype, "other");
      else {
        using array = file.readArray("grid/x", { unit: "mK", shape: [3, 5, 4] });
        assert.deepEqual([array.dtype, [...array.data]], [dtype, await numbers(cube)]);
      }
    }
    assert.deepEqual(namesIn(folder), ["a.h5"]);
    await fails(rechunk(chunkedRamp([2], [1], "uint8"), [1], { out: toHdf5(path, "x") }), "InputError", /it exists/);
  });
});

Deno.test("openHdf5Chunks() refuses what it cannot read, and names it", async () => {
  await fails(openHdf5Chunks(python, "int64"), "FormatError", /"int64" must hold float32, .*convert it/);
  await fails(openHdf5Chunks(python, "packed", { dtype: "int32" }), "DtypeError", /must be int32, got float64/);
  await fails(openHdf5Chunks(python, "grid"), "FormatError", /"grid" must be a dataset/);
  await fails(openHdf5Chunks(python, "x"), "FormatError", /no dataset "x"/);
  await fails(openHdf5Chunks("no.h5", "x"), "InputError", /no such file/);
  await fails(
    openHdf5Chunks(python, "packed", { chunkShape: [7, 1] }),
    "ShapeError",
    /"chunkShape" .* \[6, 8\], got \[7, 1\]/,
  );
});

Deno.test("attributes pass from Zarr to HDF5 and back; nested ones are JSON texts in HDF5", async () => {
  await inFolder(async (folder) => {
    const attributes = {
      z: 8.5,
      bins: [1, 2],
      axes: ["x", "y"],
      on: true,
      cosmology: { h: 0.7, list: [] },
      none: null,
    };
    using list = inMemory(ramp([2], "float32"), { attributes });
    const zarr = await rechunk(list, [2], { out: toZarr(`${folder}/a.zarr`) });
    assert.deepEqual((await openZarr(`${folder}/a.zarr`)).attributes, attributes);
    using file = await rechunk(zarr, [2], { out: toHdf5(`${folder}/a.h5`, "x") });
    const texts = { on: 1, cosmology: '{"h":0.7,"list":[]}', none: "null" };
    assert.deepEqual(file.attributes, { ...attributes, ...texts });
  });
});

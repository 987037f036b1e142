import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import {
  createChunked,
  inMemory,
  map,
  openZarr,
  rechunk,
  reduce,
  toHdf5,
  toMemory,
  toZarr,
} from "../../lib/chunked/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { chunkedRamp, each, fails, flat, inFolder, namesIn, numbers, ramp } from "./_tools.ts";

await ready({ threads: 2 });
const shape = [5, 7, 4];

Deno.test("slice() reads numbers, ranges, steps and reversed ranges as NumPy does", async () => {
  using cube = chunkedRamp(shape, [2, 3, 4], "float32");
  assert.deepEqual(await numbers(cube), each(shape, (i) => flat(shape, i)));
  // cube[1:5:2, ::-3, -1]: rows 1, 3; columns 6, 3, 0; last plane.
  const part = cube.slice([1, 5, 2], [null, null, -3], -1);
  assert.deepEqual(part.shape, [2, 3]);
  assert.deepEqual(await numbers(part), each([2, 3], ([i, j]) => flat(shape, [1 + 2 * i, 6 - 3 * j, 3])));
  // A slice of a slice, and an empty one.
  assert.deepEqual(await numbers(part.slice(1, [1])), [flat(shape, [3, 3, 3]), flat(shape, [3, 0, 3])]);
  assert.deepEqual(part.slice([5, 9]).shape, [0, 3]);
  assert.deepEqual(await numbers(part.slice([5, 9])), []);
  using read = await cube.read(4, [2, 3], [1, 3]);
  assert.deepEqual([...read.data], [flat(shape, [4, 2, 1]), flat(shape, [4, 2, 2])]);
});

Deno.test("permuteAxes() and broadcastTo() change what is read, also of slices", async () => {
  using cube = chunkedRamp(shape, [2, 3, 4], "float64");
  const turned = cube.permuteAxes([2, 0, 1]);
  assert.deepEqual([turned.shape, turned.chunkShape], [[4, 5, 7], [4, 2, 3]]);
  assert.deepEqual(await numbers(turned), each([4, 5, 7], ([k, i, j]) => flat(shape, [i, j, k])));
  assert.deepEqual(await numbers(turned.slice(3, [1, 3], 6)), [flat(shape, [1, 6, 3]), flat(shape, [2, 6, 3])]);
  using row = chunkedRamp([3, 1], [2, 1], "int32");
  assert.deepEqual(await numbers(row.broadcastTo([2, 3, 2])), [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]);
});

Deno.test("wrong slices, axes and chunks are errors that name the value", () => {
  using cube = chunkedRamp(shape, [2, 3, 4], "float32");
  const wrong = (body: () => unknown, message: RegExp) =>
    assert.throws(
      body,
      (error: unknown) => isToolkitError(error) && error instanceof RangeError && message.test(error.message),
    );
  wrong(() => cube.slice(NaN), /got NaN/);
  wrong(() => cube.slice([0, NaN]), /got NaN/);
  wrong(() => cube.slice([0.5]), /got 0\.5/);
  wrong(() => cube.slice(5), /from -5 to 4, got 5/);
  wrong(() => cube.slice([0, 3, 0]), /step must not be 0/);
  wrong(() => cube.slice(0, 0, 0, 0), /at most 3 indices/);
  wrong(() => cube.slice(null as never), /null/);
  wrong(() => cube.permuteAxes([0, 0, 1]), /each of the 3 axes once/);
  wrong(() => cube.broadcastTo([5, 7, 3]), /broadcast/);
  for (const chunkShape of [[2, 3], [2, 3, 0], [2, 3, 5], [2, 3, 1.5], [2, 3, NaN]]) {
    wrong(
      () => inMemory(ramp(shape, "float32"), { chunkShape }),
      /"chunkShape" must have one whole number .* \[5, 7, 4\]/,
    );
  }
});

Deno.test("createChunked() writes whole chunks to each kind of place, and what is not written is 0", async () => {
  await inFolder(async (folder) => {
    const spec = { shape: [5, 4], chunkShape: [2, 3], dtype: "float32" as const, unit: "K", attributes: { z: 8 } };
    for (const out of [toMemory(), toZarr(`${folder}/a.zarr`), toHdf5(`${folder}/a.h5`, "grid/x")]) {
      await using output = await createChunked(out, spec);
      using rows = ramp([3, 4], "float32");
      await output.write([2, 0], rows);
      await fails(
        output.write([1, 0], rows),
        "ShapeError",
        /whole chunks, with edges at 0, 2, 4, \.\.\.; 0, 3, 4, got offset \[1, 0\], shape \[3, 4\]/,
      );
      await fails(output.write([0, NaN], rows), "ShapeError", /NaN/);
      await fails(output.write([2, 0], ramp([3, 4], "float64") as never), "DtypeError", /holds float32, got float64/);
      using array = await output.finish();
      assert.deepEqual([array.unit, array.attributes.z], ["K", 8]);
      assert.deepEqual(await numbers(array), [...new Array(8).fill(0), ...each([3, 4], (i) => flat([3, 4], i))]);
      await assert.rejects(output.write([2, 0], rows), /it is finished/);
    }
    assert.deepEqual(namesIn(folder), ["a.h5", "a.zarr"]);
  });
});

Deno.test("an output that is not finished is removed, and an older array stays", async () => {
  await inFolder(async (folder) => {
    const spec = { shape: [2], chunkShape: [1], dtype: "uint8" as const };
    const path = `${folder}/a.zarr`;
    {
      await using output = await createChunked(toZarr(path), spec);
      await output.write([0], ramp([2], "uint8"));
      await output.finish();
    }
    await fails(
      createChunked(toZarr(path), spec),
      "InputError",
      /a\.zarr": it exists; remove it, or pass "overwrite: true"/,
    );
    for (const out of [toZarr(path, { overwrite: true }), toHdf5(`${folder}/a.h5`, "x")]) {
      await using output = await createChunked(out, spec);
      await output.write([1], ramp([1], "uint8"));
      assert.equal(namesIn(folder).filter((name) => name.includes(".tmp-")).length, 1);
    }
    assert.deepEqual(namesIn(folder), ["a.zarr"]);
    assert.deepEqual(await numbers(await openZarr(path)), [0, 1]);
    await fails(createChunked(toZarr(path, { node: "b/c" }), spec), "InputError", /a\.zarr" is an array, not a group/);
    await Deno.mkdir(`${folder}/other`);
    await fails(createChunked(toZarr(`${folder}/other`, { overwrite: true }), spec), "InputError", /not a Zarr array/);
    await fails(
      createChunked(toZarr(`${folder}/no/a.zarr`), spec),
      "InputError",
      /its folder does not exist; make it first/,
    );
    await fails(createChunked(toHdf5(`${folder}/no/a.h5`, "x"), spec), "InputError", /its folder does not exist/);
    await fails(
      createChunked(toHdf5(`${folder}/s.h5`, "x"), { shape: [], chunkShape: [], dtype: "uint8" }),
      "ShapeError",
      /needs an axis/,
    );
  });
});

Deno.test("reading gives all memory back, also after an error", async () => {
  const before = memoryUse().allocated;
  {
    using cube = chunkedRamp(shape, [2, 3, 4], "float32");
    using _all = await cube.read();
    await assert.rejects(cube.read(9));
  }
  assert.equal(memoryUse().allocated, before);
});

Deno.test("arrays without elements go through all stores and operations", async () => {
  await inFolder(async (folder) => {
    using none = inMemory(ramp([3, 0], "float32"));
    for (const out of [toMemory(), toZarr(`${folder}/a.zarr`), toHdf5(`${folder}/a.h5`, "x")]) {
      using copy = await rechunk(none, [2, 1], { out });
      assert.deepEqual([copy.shape, await numbers(copy), await reduce(copy, "sum")], [[3, 0], [], 0]);
      using mapped = await map([copy], () => assert.fail("there is no block"));
      assert.deepEqual(mapped.shape, [3, 0]);
    }
  });
});

Deno.test("importing lib/chunked loads no package, and Zarr needs read and write permissions only", async () => {
  await inFolder(async (folder) => {
    const [chunked, kernel] = ["chunked", "kernel"].map((name) => import.meta.resolve(`../../lib/${name}/mod.ts`));
    await Deno.writeTextFile(`${folder}/import.ts`, `await import("${chunked}"); console.log("imported");`);
    await Deno.writeTextFile(
      `${folder}/write.ts`,
      `import { createChunked, openZarr, reduce, toZarr } from "${chunked}";
       import { ready } from "${kernel}";
       await ready({ threads: 1 });
       const out = toZarr("${folder}/x.zarr", { compression: "zstd" });
       const output = await createChunked(out, { shape: [4], chunkShape: [2], dtype: "float32" });
       await output.finish();
       console.log(await reduce(await openZarr("${folder}/x.zarr"), "sum"));`,
    );
    const run = async (program: string, ...permissions: string[]) => {
      const args = ["run", "--no-prompt", ...permissions, `${folder}/${program}`];
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
      return new TextDecoder().decode(stdout) || new TextDecoder().decode(stderr);
    };
    assert.equal(await run("import.ts"), "imported\n");
    assert.equal(await run("write.ts", "--allow-read", `--allow-write=${folder}`), "0\n");
  });
});

Deno.test({
  name: "a copy for which there is no room says so, and leaves nothing behind",
  // A limit on the size of files stands for a full disk; its signal must be ignored to see it as an error.
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const [array, chunked, kernel] = ["array", "chunked", "kernel"].map((name) =>
        import.meta.resolve(`../../lib/${name}/mod.ts`)
      );
      const program = `
        import { zeros } from "${array}";
        import { inMemory, rechunk, toHdf5, toZarr } from "${chunked}";
        import { ready } from "${kernel}";
        await ready({ threads: 1 });
        const cube = inMemory(zeros([4, 400, 400], "float32"));
        for (const out of [toZarr("${folder}/x.zarr"), toHdf5("${folder}/x.h5", "x")]) {
          await rechunk(cube, [1, 400, 400], { out }).catch((error) => console.log(error.code, error.message));
        }`;
      await Deno.writeTextFile(`${folder}/program.ts`, program);
      const limited = `trap '' XFSZ; ulimit -f 1000; exec "$0" run -A "$1"`;
      const command = new Deno.Command("sh", { args: ["-c", limited, Deno.execPath(), `${folder}/program.ts`] });
      const { code, stdout, stderr } = await command.output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      const lines = new TextDecoder().decode(stdout).split("\n");
      assert.match(lines[0], /^InputError Cannot write ".*x\.zarr": .*too large/);
      assert.match(lines[1], /^InputError Cannot write ".*x\.h5": .*too large/);
      assert.deepEqual(namesIn(folder), ["program.ts"]);
    }),
});

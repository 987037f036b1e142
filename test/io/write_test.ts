import assert from "node:assert/strict";
import { fromData, zeros } from "../../lib/array/mod.ts";
import { isToolkitError, sha256 } from "../../lib/base/mod.ts";
import { type Hdf5Output, openHdf5, writeHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { inFolder } from "../support/folder.ts";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

function fill(file: Hdf5Output): void {
  file.setAttributes("/", { z: 8, whole: 3n, on: true, off: false, text: "größer", none: "", many: ["a", "bc"] });
  file.setAttributes("/", { edges: Float64Array.of(0.5, 1) });
  file.group("a/b", { kind: "inner" });
  file.group("a/b");
  file.writeArray("a/b/cube", Float32Array.from(range(24)), {
    shape: [2, 3, 4],
    unit: "mK",
    attributes: { axes: "x,y,z" },
  });
  file.writeArray("a/list", Float64Array.of(0.1, 0.2));
  for (const type of [Int32Array, Uint32Array, Uint16Array, Uint8Array]) file.writeArray(type.name, type.of(1, 2, 200));
  file.writeArray("int64", BigInt64Array.of(2n ** 40n));
  file.writeArray("empty", new Float32Array(0), { shape: [0, 3] });
  file.writeStrings("a/names", ["Grid_Temp", "x"], { note: "two" });
}

Deno.test("writeHdf5() writes arrays, texts and attributes that read back with type and shape", async () => {
  await ready({ threads: 1 });
  await inFolder(async (folder) => {
    const path = `${folder}/x.h5`;
    await writeHdf5(path, fill);
    assert.deepEqual(namesIn(folder), ["x.h5"]);
    using file = await openHdf5(path);
    const { edges, ...attributes } = file.attributes("/");
    assert.deepEqual(attributes, { z: 8, whole: 3, on: 1, off: 0, text: "größer", none: "", many: ["a", "bc"] });
    assert.deepEqual(edges, [0.5, 1]);
    assert.equal(file.attribute("a/b", "kind"), "inner");
    assert.deepEqual(file.info("a/b/cube"), { shape: [2, 3, 4], dtype: "float32", unit: "mK" });
    assert.equal(file.attribute("a/b/cube", "axes"), "x,y,z");
    assert.deepEqual([...file.readNumbers("a/b/cube")], range(24));
    assert.deepEqual([...file.readNumbers("a/list")], [0.1, 0.2]);
    const types = { Int32Array: "int32", Uint32Array: "uint32", Uint16Array: "uint16", Uint8Array: "uint8" };
    for (const [name, dtype] of Object.entries(types)) {
      assert.equal(file.info(name).dtype, dtype);
      assert.deepEqual([...file.readNumbers(name)], [1, 2, 200]);
    }
    assert.deepEqual([file.info("int64").dtype, ...file.readNumbers("int64")], ["int64", 2 ** 40]);
    assert.deepEqual(file.info("empty").shape, [0, 3]);
    assert.deepEqual(file.readStrings("a/names"), ["Grid_Temp", "x"]);
    assert.equal(file.attribute("a/names", "note"), "two");
  });
});

Deno.test("Hdf5Output.writeArray() cuts data beyond one slab into chunks, and they read back", async () => {
  await ready({ threads: 1 });
  await inFolder(async (folder) => {
    using data = fromData(range(120), [4, 5, 6], "float64");
    // 48 bytes are one row of the last axis; 300 hold one plane, 960 all.
    for (const slabBytes of [1, 48, 100, 300, 960]) {
      const path = `${folder}/${slabBytes}.h5`;
      await writeHdf5(path, (file) => file.writeArray("g/x", data, { unit: "K" }), { slabBytes });
      using file = await openHdf5(path);
      using back = file.readArray("g/x", { unit: "K", shape: [4, 5, 6] });
      assert.deepEqual([...back.data], range(120), String(slabBytes));
    }
    await writeHdf5(`${folder}/c.h5`, (file) => file.writeArray("x", data, { chunks: [3, 2, 4] }));
    using file = await openHdf5(`${folder}/c.h5`, { slabBytes: 700 });
    assert.deepEqual([...file.readNumbers("x")], range(120));
  });
});

Deno.test("writeHdf5() gives the same bytes for the same contents, now and later", async () => {
  await inFolder(async (folder) => {
    const digests = new Set<string>();
    for (const name of ["a.h5", "b.h5"]) {
      // HDF5 stores times in whole seconds.
      if (digests.size === 1) await new Promise((resolve) => setTimeout(resolve, 1100));
      await writeHdf5(`${folder}/${name}`, fill);
      digests.add(sha256(await Deno.readFile(`${folder}/${name}`)));
    }
    assert.equal(digests.size, 1);
  });
});

Deno.test("writeHdf5() keeps an older file, and leaves nothing behind, when its body fails", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/x.h5`;
    await writeHdf5(path, (file) => file.writeArray("x", Float64Array.of(1)));
    const failure = new Error("no more halos");
    const failing = writeHdf5(path, (file) => {
      file.writeArray("y", Float64Array.of(2));
      assert.deepEqual(namesIn(folder), ["x.h5", `x.h5.tmp-${Deno.pid}`]);
      throw failure;
    });
    await assert.rejects(failing, (error) => error === failure);
    await assert.rejects(
      writeHdf5(path, (file) => file.writeArray("y", Float64Array.of(2), { shape: [3] })),
      (e) => isToolkitError(e, "ShapeError") && /Cannot write dataset "y": shape \[3\] does not fit 1/.test(e.message),
    );
    const twice = (file: Hdf5Output) => [1, 2].forEach((v) => file.writeArray("y", Float64Array.of(v)));
    await assert.rejects(
      writeHdf5(path, twice),
      (e) =>
        isToolkitError(e, "InputError") && e.source === path && /Cannot write ".*x.h5": name already/.test(e.message),
    );
    assert.deepEqual(namesIn(folder), ["x.h5"]);
    {
      using file = await openHdf5(path);
      assert.deepEqual([...file.readNumbers("x")], [1]);
    }
    await writeHdf5(path, (file) => file.writeArray("y", Float64Array.of(2)));
    using file = await openHdf5(path);
    assert.deepEqual(file.names(), ["y"]);
  });
});

Deno.test("writeHdf5() says why a file cannot be made", async () => {
  await inFolder(async (folder) => {
    await assert.rejects(
      writeHdf5(`${folder}/no/x.h5`, fill),
      (e) => isToolkitError(e, "InputError") && e.message.endsWith("its folder does not exist; make it first"),
    );
    await Deno.writeTextFile(`${folder}/file`, "");
    await assert.rejects(
      writeHdf5(`${folder}/file/x.h5`, fill),
      (e) => isToolkitError(e, "InputError") && /Cannot write ".*\/file\/x.h5": .*not a directory/i.test(e.message),
    );
    assert.deepEqual(namesIn(folder), ["file"]);
  });
});

Deno.test({
  name: "writeHdf5() keeps an older file when there is no room for the new one",
  // A limit on the size of files stands for a full disk; its signal must be ignored to see it as an error.
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/x.h5`;
      await writeHdf5(path, (file) => file.writeArray("x", Float64Array.of(1)));
      const program = `
        import { writeHdf5 } from ${JSON.stringify(new URL("../../lib/io/mod.ts", import.meta.url).href)};
        try {
          await writeHdf5(${JSON.stringify(path)}, (file) => file.writeArray("x", new Float64Array(1e6)));
        } catch (error) {
          console.log(error.code, error.message);
        }
        await writeHdf5(${JSON.stringify(`${folder}/small.h5`)}, (file) => file.writeArray("x", new Float64Array(9)));`;
      await Deno.writeTextFile(`${folder}/program.ts`, program);
      const limited = `trap '' XFSZ; ulimit -f 1000; exec "$0" run --allow-read --allow-write --allow-env "$1"`;
      const command = new Deno.Command("sh", { args: ["-c", limited, Deno.execPath(), `${folder}/program.ts`] });
      const { code, stdout, stderr } = await command.output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      assert.match(new TextDecoder().decode(stdout), /^InputError Cannot write ".*x.h5": .*too large/);
      assert.deepEqual(namesIn(folder), ["program.ts", "small.h5", "x.h5"]);
      using file = await openHdf5(path);
      assert.deepEqual([...file.readNumbers("x")], [1]);
    }),
});

Deno.test("importing lib/io does not load the package, and writing needs read, write and env permissions only", async () => {
  await inFolder(async (folder) => {
    const io = JSON.stringify(new URL("../../lib/io/mod.ts", import.meta.url).href);
    await Deno.writeTextFile(`${folder}/import.ts`, `await import(${io}); console.log("imported");`);
    await Deno.writeTextFile(
      `${folder}/write.ts`,
      `import { openHdf5, writeHdf5 } from ${io};
       const path = ${JSON.stringify(`${folder}/x.h5`)};
       await writeHdf5(path, (file) => file.writeArray("x", Float64Array.of(4)));
       using file = await openHdf5(path);
       console.log(file.readNumbers("x")[0]);`,
    );
    const run = async (program: string, ...permissions: string[]) => {
      const args = ["run", "--no-prompt", ...permissions, `${folder}/${program}`];
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
      return new TextDecoder().decode(stdout) || new TextDecoder().decode(stderr);
    };
    // The package asks for the environment as soon as it is loaded.
    assert.equal(await run("import.ts"), "imported\n");
    assert.equal(await run("write.ts", "--allow-read", `--allow-write=${folder}`, "--allow-env"), "4\n");
  });
});

Deno.test("writeHdf5() writes arrays that lie in the kernels' memory", async () => {
  await ready({ threads: 1 });
  await inFolder(async (folder) => {
    using array = zeros([2, 2], "float32");
    array.data.set([1, 2, 3, 4]);
    await writeHdf5(`${folder}/x.h5`, (file) => file.writeArray("x", array.at(1)));
    using file = await openHdf5(`${folder}/x.h5`);
    assert.deepEqual([...file.readNumbers("x")], [3, 4]);
  });
});

Deno.test("Hdf5Output.writeBox() and Hdf5File.readBox() move boxes of any place, real and complex", async () => {
  await ready({ threads: 1 });
  await inFolder(async (folder) => {
    const path = `${folder}/x.h5`;
    using part = fromData(range(6), [2, 3], "float32");
    using pair = fromData([1, -1, 2, -2], [2, 1], "complex128");
    await writeHdf5(path, (file) => {
      file.createArray("a/real", { shape: [4, 5], dtype: "float32", chunks: [2, 2], unit: "K" });
      file.writeBox("a/real", [1, 2], part);
      file.createArray("pairs", { shape: [3, 1], dtype: "complex128", chunks: [1, 1] });
      file.writeBox("pairs", [1, 0], pair);
      const box = { name: "ShapeError", message: /"a\/real": it takes a box inside of \[4, 5\] with 6 elements, got/ };
      assert.throws(() => file.writeBox("a/real", [3, 0], part), box);
      assert.throws(() => file.writeBox("a/real", [0, NaN], part), box);
      assert.throws(() => file.writeBox("pairs", [0, 0], part), { name: "ShapeError" });
      using wide = zeros([1, 1], "float64");
      assert.throws(() => file.writeBox("a/real", [0, 0], wide), {
        name: "DtypeError",
        message: /4 bytes, got float64/,
      });
    }, { slabBytes: 8 });
    using file = await openHdf5(path, { slabBytes: 16 });
    assert.deepEqual(file.layout("a/real"), { shape: [4, 5], dtype: "float32", chunkShape: [2, 2] });
    assert.deepEqual(file.layout("pairs"), { shape: [3, 1], dtype: "complex128", chunkShape: [1, 1] });
    using all = file.readArray("a/real", { unit: "K" });
    assert.deepEqual([...all.data], [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 5, 0, 0, 0, 0, 0]);
    const some = new Float32Array(6);
    file.readBox("a/real", [0, 3], [3, 2], some);
    assert.deepEqual([...some], [0, 0, 1, 2, 4, 5]);
    const pairs = new Float64Array(6);
    file.readBox("pairs", [0, 0], [3, 1], pairs);
    assert.deepEqual([...pairs], [0, 0, 1, -1, 2, -2]);
    assert.throws(() => file.readBox("a/real", [0, 0], [2, 2], some), { name: "ShapeError" });
    assert.throws(() => file.readBox("a/real", [0, 0], [4, 5], new Float64Array(20)), { name: "FormatError" });
  });
});

Deno.test("Hdf5File.readRows() reads and converts consecutive rows, in slabs", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/rows.h5`;
    await writeHdf5(path, (file) => {
      file.writeArray("x", Float32Array.from({ length: 30 }, (_, i) => i), { shape: [10, 3], unit: "Mpc/h" });
      file.writeArray("n", Int32Array.of(4, 5, 6));
    });
    using file = await openHdf5(path, { slabBytes: 24 });
    const rows = new Float64Array(12);
    file.readRows("x", 4, rows, { unit: "Mpc/h", shape: ["halo", 3] });
    assert.deepEqual([...rows], Array.from({ length: 12 }, (_, i) => 12 + i));
    const numbers = new Float32Array(2);
    file.readRows("n", 1, numbers);
    assert.deepEqual([...numbers], [5, 6]);
    file.readRows("x", 10, new Float64Array());
    assert.throws(() => file.readRows("x", 7, rows), /a box inside of \[10, 3\]/);
    assert.throws(() => file.readRows("x", 0, rows, { unit: "K" }), /must be in K/);
  });
});

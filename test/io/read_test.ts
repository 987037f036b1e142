import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { checkFiniteArray, openHdf5, writeHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

const small = new URL("reference/h5py_small.h5", import.meta.url);
const compressed = new URL("../radiation/reference/profiles.h5", import.meta.url);

/** Asserts that `body` throws a FormatError at a place of a file, with a message that matches. */
function assertFormat(body: () => unknown, location: string, message: RegExp): void {
  assert.throws(body, (error: unknown) => {
    assert.ok(isToolkitError(error, "FormatError"), String(error));
    assert.ok(error.path.endsWith(".h5"));
    assert.equal(error.location, location);
    assert.match(error.message, message);
    return true;
  });
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

Deno.test("openHdf5() reads names, attributes and texts that h5py wrote", async () => {
  using file = await openHdf5(small);
  assert.deepEqual(file.names(), ["grid"]);
  assert.ok(file.has("grid/f64") && file.hasDataset("grid/f64"));
  assert.ok(!file.has("grid/nothing") && !file.has("nothing/f64") && !file.hasDataset("grid"));
  assert.deepEqual(file.attributes("/"), {
    z: 7.5,
    count: 12,
    name: "small, größer",
    fixed: "ascii",
    flag: true,
    list: [1, 2.5],
    names: ["a", "bc"],
  });
  assert.equal(file.numberAttribute("/", "z"), 7.5);
  assert.equal(file.attribute("grid", "z"), undefined);
  assert.deepEqual(file.readStrings("grid/texts"), ["Grid_Temp", "Grid_xHII"]);
});

Deno.test("Hdf5File.readArray() reads every element type, chunked and compressed, into the kernels' memory", async () => {
  await ready({ threads: 1 });
  using file = await openHdf5(small);
  assert.deepEqual(file.info("grid/gzip_f32"), { shape: [4, 5, 6], dtype: "float32", unit: "mK" });
  const dtypes = {
    gzip_f32: "float32",
    f64: "float64",
    big_endian: "float32",
    i1: "int32",
    u1: "uint8",
    i2: "int32",
    u2: "uint16",
    i4: "int32",
    u4: "uint32",
    i8: "int32",
  };
  for (const [name, dtype] of Object.entries(dtypes)) {
    using array = file.readArray(`grid/${name}`);
    assert.deepEqual([array.shape, array.dtype], [[4, 5, 6], dtype], name);
    const factor = name === "gzip_f32" ? 1 / 8 : name === "f64" ? 1 / 3 : 1;
    assert.deepEqual([...array.data], range(120).map((i) => name === "f64" ? i / 3 : i * factor), name);
  }
  using converted = file.readArray("grid/gzip_f32", { dtype: "float64" });
  assert.deepEqual([converted.data.constructor, converted.data[119]], [Float64Array, 119 / 8]);
  assert.deepEqual([...file.readNumbers("grid/large_i8")], [1, 2 ** 40, 3]);
  assert.deepEqual([...file.readNumbers("grid/bool")], [1, 0, 1]);
  assert.deepEqual([...file.readNumbers("grid/scalar")], [2.25]);
  using empty = file.readArray("grid/empty");
  assert.deepEqual([empty.shape, empty.size], [[0, 3], 0]);
});

Deno.test("Hdf5File.readArray() gives the same with slabs of any size, down to less than a row", async () => {
  await ready({ threads: 1 });
  for (const name of ["gzip_f32", "f64", "u2", "i8"]) {
    // 1 byte: element by element; 24 f32 or 12 f64: a row of the last axis; then parts and all of the first axis.
    for (const slabBytes of [1, 24, 100, 480, 1500, 1 << 20]) {
      using file = await openHdf5(small, { slabBytes });
      // Junk where the array will lie.
      using junk = fromData(range(120).fill(-1), [120], "float64");
      junk.dispose();
      using array = file.readArray(`grid/${name}`, { dtype: "float64" });
      const factor = name === "gzip_f32" ? 8 : name === "f64" ? 3 : 1;
      assert.deepEqual([...array.data], range(120).map((i) => i / factor), `${name} ${slabBytes}`);
    }
  }
});

Deno.test("Hdf5File.readSlabs() gives each element once, in order", async () => {
  using file = await openHdf5(small, { slabBytes: 100 });
  const seen: number[] = [];
  file.readSlabs("grid/i8", {}, (numbers, start) => {
    assert.equal(start, seen.length);
    seen.push(...numbers);
  });
  assert.deepEqual(seen, range(120));
});

Deno.test("Hdf5File refuses what is missing or of another kind, shape or unit", async () => {
  await ready({ threads: 1 });
  using file = await openHdf5(small);
  assertFormat(
    () => file.readArray("grid/dTb"),
    "grid/dTb",
    /there is no dataset "grid\/dTb"; "grid" has big_endian, .* and 11 more$/,
  );
  assertFormat(() => file.readArray("grid"), "grid", /"grid" must be a dataset/);
  assertFormat(() => file.names("grid/f64"), "grid/f64", /there is no group "grid\/f64"/);
  assertFormat(() => file.attributes("grid/dTb"), "grid/dTb", /there is no "grid\/dTb"/);
  for (const name of ["texts", "complex", "f2"]) {
    assertFormat(() => file.readNumbers(`grid/${name}`), `grid/${name}`, /must hold integers, float32 or float64/);
  }
  assertFormat(() => file.readStrings("grid/f64"), "grid/f64", /must hold texts/);
  assertFormat(
    () => file.readArray("grid/large_i8"),
    "grid/large_i8",
    /has 1099511627776, which int32 cannot hold; ask/,
  );
  assertFormat(
    () => file.readArray("grid/f64", { shape: ["halo", 3] }),
    "grid/f64",
    /dataset "grid\/f64" must have shape \[halo, 3\], got \[4, 5, 6\]/,
  );
  assertFormat(
    () => file.readArray("grid/gzip_f32", { unit: "K" }),
    "grid/gzip_f32",
    /must be in K, but its attribute "unit" says "mK"; convert the numbers, or correct the attribute/,
  );
  assertFormat(
    () => file.readArray("grid/f64", { unit: "K" }),
    "grid/f64",
    /must be in K, but it has no attribute "unit"/,
  );
  assertFormat(
    () => file.numberAttribute("/", "h"),
    "/@h",
    /attribute "h" of "\/" must be a finite number, there is none/,
  );
  assertFormat(() => file.numberAttribute("/", "name"), "/@name", /must be a finite number, got "small/);
});

Deno.test("Hdf5File accepts each name of a unit, and none where that is allowed", async () => {
  using file = await openHdf5(small);
  assert.equal(file.readNumbers("grid/gzip_f32", { unit: ["K", "mK"], shape: ["x", 5, 6] }).length, 120);
  assert.equal(file.readNumbers("grid/f64", { unit: "K", unitOptional: true }).length, 120);
});

Deno.test("checkFiniteArray() names the first element that is not finite", async () => {
  await ready({ threads: 2 });
  using file = await openHdf5(small);
  using bad = file.readArray("grid/nan", { dtype: "float64" });
  assertFormat(
    () => checkFiniteArray(bad, "a.h5", "grid/nan"),
    "grid/nan",
    /Cannot read "a.h5": dataset "grid\/nan" has 2 values that are NaN or infinite, the first at \[1, 0\]/,
  );
  using good = file.readArray("grid/f64", { dtype: "float64" });
  checkFiniteArray(good, "a.h5", "grid/f64");
});

Deno.test("openHdf5() refuses files that are absent, no HDF5, cut off or broken inside", async () => {
  await ready({ threads: 1 });
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/x.h5`;
    await assert.rejects(openHdf5(path), (e) => isToolkitError(e, "InputError") && e.message.endsWith("no such file"));
    await assert.rejects(openHdf5(folder), (e) => isToolkitError(e, "InputError") && /not a file/.test(e.message));
    await Deno.writeTextFile(path, "halos");
    await assert.rejects(
      openHdf5(path),
      (e) => isToolkitError(e, "FormatError") && e.path === path && e.message.endsWith("it is not an HDF5 file"),
    );
    const bytes = await Deno.readFile(compressed);
    await Deno.writeFile(path, bytes.subarray(0, 700_000));
    await assert.rejects(
      openHdf5(path),
      (e) => isToolkitError(e, "FormatError") && /cut off: it has 700000 of \d+ bytes; write or copy/.test(e.message),
    );
    // The trees and chunks of rho_alpha lie in this range.
    await Deno.writeFile(path, bytes.fill(0x55, 200_000, 1_300_000));
    using file = await openHdf5(path);
    assertFormat(
      () => file.readArray("rho_alpha"),
      "rho_alpha",
      /"rho_alpha" is broken \(.*\); write or copy the file/,
    );
    assert.equal(file.readNumbers("z_history").length, 12);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("Hdf5File notices an object that was never written, as in a file whose writer was killed", async () => {
  const path = await Deno.makeTempFile({ suffix: ".h5" });
  try {
    await writeHdf5(path, (file) => file.writeArray("x", Float64Array.of(1, 2, 3)));
    // Zeros from the first byte of the dataset's object header on, which a signature marks.
    const bytes = await Deno.readFile(path);
    const header = new TextDecoder("latin1").decode(bytes).lastIndexOf("OHDR");
    await Deno.writeFile(path, bytes.fill(0, header));
    using file = await openHdf5(path);
    assertFormat(() => file.readNumbers("x"), "x", /"x" is broken \(.*\); write or copy the file again/);
  } finally {
    await Deno.remove(path);
  }
});

import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import { FormatError, InputError, ShapeError } from "../../lib/base/mod.ts";
import { openNpz } from "../../lib/io/mod.ts";
import { inFolder } from "../support/folder.ts";

const path = (name: string) => fromFileUrl(new URL(`reference/${name}`, import.meta.url));

for (const name of ["arrays.npz", "arrays_compressed.npz"]) {
  Deno.test(`openNpz() reads NumPy's ${name}`, () => {
    using file = openNpz(path(name));
    assert.deepEqual(file.names(), [
      ...["coords", "mass", "id", "level", "fortran", "flag", "small", "scalar", "words", "big"],
    ]);
    assert.deepEqual(file.info("coords"), { shape: [4, 3], type: "<f8" });
    assert.deepEqual([...file.readNumbers("coords")], Array.from({ length: 12 }, (_, i) => i + 0.5));
    const rows = new Float64Array(6);
    file.readRows("coords", 1, rows);
    assert.deepEqual([...rows], [3.5, 4.5, 5.5, 6.5, 7.5, 8.5]);
    assert.deepEqual([...file.readNumbers("mass")], [1, 2, 3, 4]);
    assert.deepEqual([...file.readNumbers("id")], [1, -2, 3, 2 ** 40]);
    assert.deepEqual([...file.readNumbers("level")], [-1, 2, 3, 4]);
    assert.deepEqual([...file.readNumbers("flag")], [1, 0, 1, 1]);
    assert.deepEqual([...file.readNumbers("small")], [1, 2, 255, 4]);
    assert.deepEqual([...file.readNumbers("scalar")], [2.5]);
    // Columns lie one after the other in the file; rows are read.
    assert.deepEqual([...file.readNumbers("fortran")], [0, 1, 2, 3, 4, 5, 6, 7]);
    file.readRows("fortran", 2, rows.subarray(0, 4));
    assert.deepEqual([...rows.subarray(0, 4)], [4, 5, 6, 7]);
    const fail = (array: string, text: RegExp) =>
      assert.throws(
        () => file.info(array),
        (e) => e instanceof FormatError && e.location === array && text.test(e.message),
      );
    fail("words", /must hold little-endian numbers, but it is of type "<U1"/);
    fail("big", /of type ">f8"/);
    fail("none", /there is no array "none"; it has coords, mass/);
    assert.throws(() => file.readRows("coords", 3, rows), ShapeError);
    assert.throws(() => file.readRows("coords", 0, new Float64Array(4)), ShapeError);
  });
}

Deno.test("openNpz() names what is wrong with a file", async () => {
  await inFolder(async (folder) => {
    assert.throws(
      () => openNpz(`${folder}/none.npz`),
      (e) => e instanceof InputError && /no such file/.test(e.message),
    );
    const whole = await Deno.readFile(path("arrays_compressed.npz"));
    const broken = `${folder}/broken.npz`;
    await Deno.writeFile(broken, whole.subarray(0, whole.length - 30));
    assert.throws(
      () => openNpz(broken),
      (e) => e instanceof FormatError && /no zip file, or is cut off/.test(e.message),
    );
    const bytes = whole.slice();
    bytes.fill(0xff, 60, 90);
    await Deno.writeFile(broken, bytes);
    using file = openNpz(broken);
    assert.throws(
      () => file.readNumbers("coords"),
      (e) => e instanceof FormatError && /"coords" is broken/.test(e.message),
    );
    assert.deepEqual([...file.readNumbers("mass")], [1, 2, 3, 4]);
  });
});

/** A zip file of one stored member, with lengths of 64 bits everywhere, as Python's zipfile writes those beyond 4 GiB. */
function largeZip(name: string, data: Uint8Array): Uint8Array {
  const parts: number[] = [];
  const put = (bytes: number, ...values: number[]) => {
    for (const value of values) for (let b = 0; b < bytes; b++) parts.push(Math.floor(value / 256 ** b) % 256);
  };
  const ascii = [...new TextEncoder().encode(name)];
  const all = 0xffffffff;
  put(4, 0x04034b50), put(2, 45, 0, 0, 0, 0), put(4, 0, all, all), put(2, name.length, 20), parts.push(...ascii);
  put(2, 1, 16), put(8, data.length, data.length), parts.push(...data);
  const directory = parts.length;
  put(4, 0x02014b50), put(2, 45, 45, 0, 0, 0, 0), put(4, 0, all, all), put(2, name.length, 28, 0, 0, 0), put(4, 0, all);
  parts.push(...ascii), put(2, 1, 24), put(8, data.length, data.length, 0);
  const end = parts.length;
  put(4, 0x06064b50), put(8, 44), put(2, 45, 45), put(4, 0, 0), put(8, 1, 1, end - directory, directory);
  put(4, 0x07064b50, 0), put(8, end), put(4, 1);
  put(4, 0x06054b50), put(2, 0, 0, 0xffff, 0xffff), put(4, all, all), put(2, 0);
  return Uint8Array.from(parts);
}

Deno.test("openNpz() reads lengths of 64 bits", async () => {
  await inFolder(async (folder) => {
    const text = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
    const header = [
      0x93,
      ...new TextEncoder().encode("NUMPY"),
      1,
      0,
      text.length,
      0,
      ...new TextEncoder().encode(text),
    ];
    const data = Uint8Array.from([...header, ...new Uint8Array(Float64Array.of(1.5, -2.5).buffer)]);
    await Deno.writeFile(`${folder}/a.npz`, largeZip("x.npy", data));
    using file = openNpz(`${folder}/a.npz`);
    assert.deepEqual([...file.readNumbers("x")], [1.5, -2.5]);
  });
});

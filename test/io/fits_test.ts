import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { isToolkitError, sha256 } from "../../lib/base/mod.ts";
import { type FitsDType, type FitsFile, openFits, writeFits } from "../../lib/io/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { formatError } from "../radiation/_files.ts";
import { inFolder } from "../support/folder.ts";

await ready({ threads: 2 });

const REFERENCE = new URL("reference/astropy_small.fits.gz", import.meta.url);

function numbers(file: FitsFile, name: string) {
  using array = file.hdu(name).read();
  return { dtype: array.dtype, shape: array.shape, data: [...array.data] };
}

const domain = (message: RegExp) => (error: unknown) =>
  isToolkitError(error, "DomainError") && message.test(error.message);

Deno.test("openFits() reads all forms of numbers that astropy writes, compressed", async () => {
  using file = await openFits(REFERENCE);
  const range = Array.from({ length: 24 }, (_, i) => i / 8);
  assert.deepEqual(numbers(file, "cube"), { dtype: "float32", shape: [2, 3, 4], data: range });
  assert.deepEqual(numbers(file, "UINT16"), { dtype: "uint16", shape: [3], data: [0, 65535, 7] });
  assert.deepEqual(numbers(file, "UINT32"), { dtype: "uint32", shape: [3], data: [0, 2 ** 32 - 1, 7] });
  assert.deepEqual(numbers(file, "INT64"), { dtype: "float64", shape: [2], data: [-3, 2 ** 40] });
  assert.deepEqual(numbers(file, "INT16"), { dtype: "int32", shape: [2], data: [-3, 300] });
  assert.deepEqual(numbers(file, "UINT8"), { dtype: "uint8", shape: [2], data: [0, 255] });
  assert.deepEqual(numbers(file, "FLOAT64"), { dtype: "float64", shape: [2], data: [Math.PI, -Infinity] });
  assert.deepEqual(numbers(file, "SCALED"), { dtype: "float64", shape: [3], data: [10.5, 11, NaN] });
  // A table of two rows of 4 + 3 bytes: integers and texts.
  const text = (word: string) => [...word].map((c) => c === "." ? 0 : c.charCodeAt(0));
  assert.deepEqual(numbers(file, "TABLE"), {
    dtype: "uint8",
    shape: [2, 7],
    data: [0, 0, 0, 1, ...text("xy."), 0, 0, 0, 2, ...text("z..")],
  });
  using wide = file.hdu("CUBE").read("float64");
  assert.equal(wide.data[23], 23 / 8);
});

Deno.test("openFits() reads long texts, HIERARCH, truth values and history, and leaves out entries without value", async () => {
  using file = await openFits(REFERENCE);
  const { header } = file.hdu(0);
  assert.deepEqual(header.TEXT, { value: "it's ".repeat(30) + "end", comment: "long" });
  assert.deepEqual(header.FLOAT, { value: -1.5e-20, comment: "small" });
  assert.equal(header.SWITCH.value, true);
  assert.equal(header.EMPTY.value, "");
  assert.equal(header["a long keyword"].value, 3);
  assert.equal(header.HISTORY.value, "first\nsecond");
  assert.ok(!("NONE" in header));
  assert.deepEqual([file.hdu(1).number("FLOAT"), file.hdu(0).number("FLOAT")], [undefined, -1.5e-20]);
});

Deno.test("writeFits() writes each element type and header so that they read back, in slabs of any size", async () => {
  await inFolder(async (folder) => {
    const before = memoryUse().allocated;
    const types: FitsDType[] = ["uint8", "uint16", "int32", "uint32", "float32", "float64"];
    // Largest numbers, so that shifted integers use all bits.
    const most = { uint8: 255, uint16: 65535, int32: 2 ** 31 - 1, uint32: 2 ** 32 - 1, float32: 1.5, float64: Math.E };
    const header = {
      WHOLE: -3,
      SMALL: { value: 1e-300, comment: "tiny" },
      CRVAL1: 0,
      QUOTES: "'".repeat(150),
      LONG: { value: "word ".repeat(40) + "end", comment: "remark" },
      EDGE: "x".repeat(68),
      BEYOND: "x".repeat(69),
      COMMENT: `one\n${"y".repeat(100)}`,
      "Name of two words": "value",
      OFF: false,
    };
    const digests: string[] = [];
    for (const slabBytes of [1, 40, 2 ** 24]) {
      const path = `${folder}/a.fits`;
      const arrays = types.map((dtype) => fromData([0, 1, 2, 3, most[dtype], 5], [3, 2], dtype));
      const units = arrays.map((data, i) => ({ name: types[i], header: i === 0 ? header : {}, data }));
      await writeFits(path, [{ header }, ...units], { slabBytes });
      const bytes = Deno.readFileSync(path);
      assert.equal(bytes.length % 2880, 0);
      digests.push(await sha256(bytes));
      using file = await openFits(path);
      types.forEach((dtype, i) => {
        assert.deepEqual(numbers(file, dtype), { dtype, shape: [3, 2], data: [...arrays[i].data] });
        assert.deepEqual([...arrays[i].data.slice(0, 4)], [0, 1, 2, 3], "the array that is written stays as it is");
      });
      const read = file.hdu("uint8").header;
      for (const [key, entry] of Object.entries(header)) {
        const { value, comment } = typeof entry === "object" ? entry : { value: entry, comment: undefined };
        const lines = key === "COMMENT" ? `one\n${"y".repeat(72)}\n${"y".repeat(28)}` : value;
        assert.deepEqual(read[key], { value: lines, ...comment ? { comment } : {} }, key);
      }
      arrays.forEach((array) => array.dispose());
    }
    assert.equal(new Set(digests).size, 1);
    assert.equal(memoryUse().allocated, before);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["a.fits"]);
  });
});

Deno.test("writeFits() lays cards out as the standard's fixed format has them", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a.fits`;
    using data = fromData([1, 2], [2], "float64");
    await writeFits(path, [{ header: { CRPIX1: 1, N: 5, TEXT: "ab", T: true, X: 1e-20, W: -1e21, L: 1 / 3e5 }, data }]);
    const bytes = Deno.readFileSync(path);
    const cards = new TextDecoder().decode(bytes).slice(0, 2880).match(/.{80}/g)!.map((card) =>
      card.split(" /")[0].trimEnd()
    );
    assert.deepEqual(cards.slice(0, 13), [
      "SIMPLE  =                    T",
      "BITPIX  =                  -64",
      "NAXIS   =                    1",
      "NAXIS1  =                    2",
      "EXTEND  =                    T",
      "CRPIX1  =                  1.0",
      "N       =                    5",
      "TEXT    = 'ab      '",
      "T       =                    T",
      "X       =              1.0E-20",
      "W       =              -1.0E21",
      "L       = 3.3333333333333333E-6",
      "END",
    ]);
    // 1 and 2 as IEEE numbers, big-endian.
    assert.deepEqual([...bytes.slice(2880, 2896)], [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]);
  });
});

Deno.test("writeFits() asks for rows in order, and leaves neither file nor part of one after an error", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/rows.fits`;
    const asked: number[][] = [];
    const rows = (fails: boolean) => ({
      shape: [5, 2],
      dtype: "float32" as const,
      fill: (first: number, { shape, data }: { shape: readonly number[]; data: { fill(v: number): unknown } }) => {
        if (fails && first > 2) throw new RangeError("of the caller");
        asked.push([first, shape[0]]);
        data.fill(first);
      },
    });
    await assert.rejects(writeFits(path, [{ data: rows(true) }], { slabBytes: 16 }), /^RangeError: of the caller$/);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    asked.length = 0;
    await writeFits(path, [{ data: rows(false) }], { slabBytes: 16 });
    assert.deepEqual(asked, [[0, 2], [2, 2], [4, 1]]);
    using file = await openFits(path);
    assert.deepEqual(numbers(file, "").data, [0, 0, 0, 0, 2, 2, 2, 2, 4, 4]);
    using part = fromData([9, 9], [1, 2], "float32");
    file.hdu(0).readRows(2, part);
    assert.deepEqual([...part.data], [2, 2]);
    assert.throws(() => file.hdu(0).readRows(5, part), { name: "ShapeError", message: /rows from 5 on have shape/ });
  });
});

Deno.test("writeFits() refuses what FITS cannot hold", async () => {
  await inFolder(async (folder) => {
    const write = (header: Record<string, number | string>) => writeFits(`${folder}/a.fits`, [{ header }]);
    await assert.rejects(write({ X: NaN }), domain(/header entry "X": FITS has no NaN and no infinity in headers/));
    await assert.rejects(write({ X: "größer" }), domain(/printable ASCII, got "ö"/));
    await assert.rejects(write({ HISTORY: "größer" }), domain(/printable ASCII/));
    await assert.rejects(write({ "a = b": 1 }), domain(/must not contain "="/));
    await assert.rejects(write({ ["long ".repeat(15)]: 1 }), domain(/fit into one card of 80 characters/));
    using complex = fromData([1, 2], [1], "complex64");
    await assert.rejects(
      writeFits(`${folder}/a.fits`, [{ data: complex }]),
      { name: "DtypeError", message: /element types of FITS are one of uint8, .* got complex64/ },
    );
    await assert.rejects(
      writeFits(`${folder}/none/a.fits`, [{}]),
      { name: "InputError", message: /none\/a.fits": its folder does not exist/ },
    );
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});

Deno.test("openFits() says what is wrong with a file", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a.fits`;
    const open = async (bytes: Uint8Array) => {
      Deno.writeFileSync(path, bytes);
      (await openFits(path)).close();
    };
    await assert.rejects(openFits(path), { name: "InputError", message: /there is no such file/ });
    await assert.rejects(open(new TextEncoder().encode("SIMPLE? no")), formatError(path, "SIMPLE", /not a FITS file/));
    using data = fromData(new Float64Array(1000), [1000], "float64");
    await writeFits(path, [{ data }]);
    const whole = Deno.readFileSync(path);
    await assert.rejects(open(whole.slice(0, 2880 * 3)), formatError(path, "", /cut off: it has 8640 of 10880 bytes/));
    const text = (from: string, to: string) => {
      const head = new TextDecoder("latin1").decode(whole.slice(0, 2880));
      assert.ok(head.includes(from) && from.length === to.length);
      return Uint8Array.from([...new TextEncoder().encode(head.replace(from, to)), ...whole.slice(2880)]);
    };
    await assert.rejects(open(text("END   ", "EMD   ")), formatError(path, "END", /a header has no END/));
    await assert.rejects(open(text("-64", "-63")), formatError(path, "BITPIX", /BITPIX must be one of .*-63/));
    await assert.rejects(open(text("1000", "10.5")), formatError(path, "NAXIS1", /must be a whole number, got 10.5/));
    await assert.rejects(open(text("1000", "1 00")), formatError(path, "NAXIS1", /no readable value: 1 00/));
    await open(whole);
    using file = await openFits(path);
    assert.throws(() => file.hdu("DATA"), formatError(path, "DATA", /no extension "DATA"; it has 0/));
    assert.throws(() => file.hdu(0).text("NAXIS1"), formatError(path, "NAXIS1", /must be a text, got 1000/));
    assert.throws(
      () => file.hdu(0).number("XTENSION") ?? file.hdu(0).number("EXTEND"),
      formatError(path, "EXTEND", /a number/),
    );
  });
});

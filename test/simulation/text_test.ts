import assert from "node:assert/strict";
import { readColumns, textRows } from "../../lib/simulation/_text.ts";
import { formatError, inFolder } from "../radiation/_files.ts";

const read = (path: string, columns = [0, 1]) => readColumns(path, columns, ["a", "b", "c"].slice(0, columns.length));

Deno.test("readColumns() reads numbers as Number() does", async () => {
  const words = ["0", "-0.5", "+1.25e3", "1E-7", "5.007975e+09", "123456789012345678", "0.1", "9.999999999999999e22"];
  // More digits than 15, powers beyond 22, and what underflows: by way of Number().
  words.push("1.234567890123456789012e-05", "1e300", "1e-320", "2.5e-30", "000000000000000000001.5", ".5", "3.");
  let state = 1;
  for (let i = 0; i < 2000; i++) {
    state = state * 16807 % 2147483647;
    words.push((state / 1000 ** (state % 7)).toExponential(state % 19), (state / 2 ** 20).toFixed(state % 12));
  }
  await inFolder(async (folder) => {
    const path = `${folder}/t.txt`;
    await Deno.writeTextFile(path, words.map((word) => `${word} 1`).join("\n"));
    const [values] = await read(path);
    assert.deepEqual([...values], words.map(Number));
  });
});

Deno.test("readColumns() takes columns in any order, comments, empty rows, tabs and ends of rows of all kinds", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/t.txt`;
    await Deno.writeTextFile(path, "# a b c\n\n1\t2  3\r\n  4 5 6 extra\n #7 8 9\n10 11 12");
    assert.deepEqual((await read(path, [2, 0])).map((values) => [...values]), [[3, 6, 12], [1, 4, 10]]);
    for (const text of ["", "\n", "# nothing\n"]) {
      await Deno.writeTextFile(path, text);
      assert.deepEqual((await read(path)).map((values) => values.length), [0, 0]);
      assert.equal(await textRows(path), 0);
    }
  });
});

Deno.test("readColumns() reads files longer than its buffer, and rows that cross blocks", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/t.txt`;
    const rows = 150_000;
    const row = (i: number) => `${i} ${"0".repeat(i % 17)}${i / 8}`;
    await Deno.writeTextFile(path, Array.from({ length: rows }, (_, i) => row(i)).join("\n") + "\n");
    assert.ok((await Deno.stat(path)).size > 2 ** 21);
    const [a, b] = await read(path);
    assert.equal(a.length, rows);
    assert.ok(a.every((value, i) => value === i) && b.every((value, i) => value === i / 8));
    assert.ok(await textRows(path) >= rows);
  });
});

Deno.test("readColumns() names the line of what it refuses", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/t.txt`;
    const refuse = async (text: string, line: number, message: RegExp) => {
      await Deno.writeTextFile(path, text);
      await assert.rejects(read(path), formatError(path, `line ${line}`, message));
    };
    await refuse("1 2\n3\n", 2, /line 2 must have at least 2 columns \(a, b\), got 1; write or copy the file again/);
    await refuse("# x\n1 2\n\n3 nan", 4, /column 1 \(b\) of line 4 must be a finite number, got "nan"/);
    await refuse("1,2\n", 1, /column 0 \(a\) of line 1 must be a finite number, got "1,2"/);
    await refuse("1 2e\n", 1, /column 1 \(b\) .* got "2e"/);
    await refuse("1 inf\n", 1, /got "inf"/);
    await refuse("1 1e999\n", 1, /got "1e999"/);
    await refuse("- 1\n", 1, /got "-"/);
  });
});

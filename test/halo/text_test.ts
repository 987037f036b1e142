import assert from "node:assert/strict";
import { readTextColumns } from "../../lib/halo/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { formatError, inFolder, inputError } from "../radiation/_files.ts";

const read = async (path: string, columns = [0, 1]) => {
  await ready({ threads: 2 });
  return await readTextColumns(path, columns);
};

Deno.test("readTextColumns() reads numbers as Number() does", async () => {
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

Deno.test("readTextColumns() takes columns in any order, comments, empty rows, tabs and ends of rows of all kinds", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/t.txt`;
    await Deno.writeTextFile(path, "# a b c\n\n1\t2  3\r\n  4 5 6 extra\n #7 8 9\n10 11 12");
    assert.deepEqual((await read(path, [2, 0])).map((values) => [...values]), [[3, 6, 12], [1, 4, 10]]);
    for (const text of ["", "\n", "# nothing\n"]) {
      await Deno.writeTextFile(path, text);
      assert.deepEqual((await read(path)).map((values) => values.length), [0, 0]);
    }
  });
});

Deno.test("readTextColumns() reads files longer than its buffer, and rows that cross blocks", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/t.txt`;
    const rows = 150_000;
    const row = (i: number) => `${i} ${"0".repeat(i % 17)}${i / 8}`;
    await Deno.writeTextFile(path, Array.from({ length: rows }, (_, i) => row(i)).join("\n") + "\n");
    assert.ok((await Deno.stat(path)).size > 2 ** 20);
    const [a, b] = await read(path);
    assert.equal(a.length, rows);
    assert.ok(a.every((value, i) => value === i) && b.every((value, i) => value === i / 8));
  });
});

Deno.test("readTextColumns() names the line of what it refuses", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/t.txt`;
    const refuse = async (text: string, line: number, message: RegExp) => {
      await Deno.writeTextFile(path, text);
      await assert.rejects(read(path), formatError(path, `line ${line}`, message));
    };
    await refuse("1 2\n3\n", 2, /field 1 of line 2 must be a number, got only 1 fields/);
    await refuse("# x y\n1 2\n\n3 two", 4, /field 1 \("y"\) of line 4 must be a number, got "two"/);
    await refuse("1 2\n1 2e\n", 2, /field 1 of line 2 must be a number, got "2e"/);
    await refuse("1 2\n- 1\n", 2, /field 0 of line 2 must be a number, got "-"/);
    await Deno.writeTextFile(path, "1 2\n");
    await assert.rejects(read(path, [0, 5]), inputError(path, "5", /it has 2 columns, but column 5 is asked for/));
  });
});

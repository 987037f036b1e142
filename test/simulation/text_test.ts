import assert from "node:assert/strict";
import { logRedshifts, textRows } from "../../lib/simulation/_text.ts";
import { formatError, inFolder } from "../radiation/_files.ts";

Deno.test("textRows() bounds the rows of a table from its size and its shortest row", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/t.txt`;
    for (const text of ["", "\n", "# nothing\n"]) {
      await Deno.writeTextFile(path, text);
      assert.equal(await textRows(path), 0);
    }
    for (const rows of [1, 5, 30_000]) {
      await Deno.writeTextFile(path, Array.from({ length: rows }, (_, i) => `${i} ${"0".repeat(i % 17)}1`).join("\n"));
      const most = await textRows(path);
      assert.ok(most >= rows && most <= 6 * rows + 1, `${rows}: ${most}`);
    }
  });
});

Deno.test("logRedshifts() takes the second column, and names the line of what it refuses", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/run.log`;
    await Deno.writeTextFile(path, "# step z\n1 9.5 0.1\n\n  2\t8.25\n#3 1\n3 7e0");
    assert.deepEqual(await logRedshifts(path), [9.5, 8.25, 7]);
    for (const [text, line, got] of [["1 9\n2\n", 2, ""], ["1 9\n\n2 nan\n", 3, "nan"]] as const) {
      await Deno.writeTextFile(path, text);
      const message = new RegExp(`column 1 \\(redshift\\) of line ${line} must be a finite number, got "${got}"`);
      await assert.rejects(logRedshifts(path), formatError(path, `line ${line}`, message));
    }
  });
});

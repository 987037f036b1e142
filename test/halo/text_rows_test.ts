import assert from "node:assert/strict";
import { FormatError, InputError, ShapeError } from "../../lib/base/mod.ts";
import { openTextRows } from "../../lib/halo/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { inFolder } from "../support/folder.ts";

await ready();

Deno.test("openTextRows() reads any rows of a file of several chunks", async () => {
  await inFolder(async (folder) => {
    const count = 300_000;
    const lines = ["# a comment", "id,name,value"];
    for (let i = 0; i < count; i++) lines.push(`${i},star ${i},${i % 1000 / 4}${i % 7 === 0 ? "\n# between" : ""}`);
    await Deno.writeTextFile(`${folder}/t.csv`, lines.join("\n"));
    assert.ok((await Deno.stat(`${folder}/t.csv`)).size > 1.5 * (1 << 22));
    using rows = openTextRows(`${folder}/t.csv`, (names, width) => {
      assert.deepEqual([names, width], [["id", "name", "value"], 3]);
      return [2, 0];
    });
    assert.equal(rows.count, count);
    for (const [first, length] of [[0, 3], [299_990, 10], [100_000, 70_000], [5, 1], [0, count]]) {
      const [id, value] = [new Float64Array(length), new Float64Array(length)];
      rows.readRows(1, first, id);
      rows.readRows(0, first, value);
      assert.ok(id.every((n, i) => n === first + i && value[i] === n % 1000 / 4));
    }
    assert.throws(() => rows.readRows(0, count - 1, new Float64Array(2)), ShapeError);
  });
});

Deno.test("openTextRows() names the line that is wrong", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/t.txt`;
    await Deno.writeTextFile(path, "# x y\n1 2\n3 four\n");
    const both = () => openTextRows(path, () => [0, 1]);
    assert.throws(
      both,
      (e) => e instanceof FormatError && e.location === "line 3" && /\("y"\).*got "four"/.test(e.message),
    );
    using rows = openTextRows(path, () => [0]);
    assert.equal(rows.count, 2);
    assert.throws(
      () => openTextRows(path, () => [2]),
      (e) => e instanceof InputError && /it has 2 columns/.test(e.message),
    );
    assert.throws(() => openTextRows(`${folder}/none`, () => [0]), InputError);
  });
});

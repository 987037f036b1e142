import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { writingTo } from "../../lib/runner/disk.ts";
import { DigestMemo } from "../../lib/runner/memo.ts";
import { bytesText } from "../../lib/runner/mod.ts";
import { inFolder } from "./support.ts";

Deno.test("writingTo() says what is wrong with the disk and what to do, and passes other errors on", async () => {
  const cases: [Error, string | undefined][] = [
    [
      new Error("No space left on device (os error 28)"),
      "the disk is full; free some space, for example by the clean command",
    ],
    [
      Object.assign(new Error("write failed"), { code: "ENOSPC" }),
      "the disk is full; free some space, for example by the clean command",
    ],
    [
      new Error("Disk quota exceeded (os error 122)"),
      "the disk quota is used up; free some space, for example by the clean command",
    ],
    [
      new Error("Read-only file system (os error 30): mkdir '/results/run/.cosmesh'"),
      "the file system is read-only; choose another folder with --out",
    ],
    [
      new Deno.errors.PermissionDenied("Permission denied (os error 13): mkdir '/results/run/.cosmesh'"),
      "writing there is not allowed; choose another folder with --out",
    ],
    // Reading somebody else's file is another matter.
    [new Deno.errors.PermissionDenied("Permission denied (os error 13), open '/data/halos.h5'"), undefined],
    [new Error("Is a directory (os error 21)"), undefined],
    [new Error("os error 280"), undefined],
  ];
  for (const [cause, what] of cases) {
    const error = await writingTo("/results/run", () => Promise.reject(cause)).catch((error) => error);
    if (what === undefined) assert.equal(error, cause);
    else {
      assert.ok(isToolkitError(error, "InputError"), String(error));
      assert.equal(error.message, `Cannot write to /results/run: ${what}`);
      assert.deepEqual([error.cause, error.source, error.key], [cause, "/results/run", "--out"]);
    }
  }
});

Deno.test("DigestMemo trusts a file whose size, time and inode stayed, and reads a new one again", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.txt`;
    const write = async (text: string, seconds: number) => {
      await Deno.writeTextFile(path, text);
      await Deno.utime(path, seconds, seconds);
    };
    await write("one", 1000);
    const memo = new DigestMemo(`${folder}/digests.json`);
    const first = await memo.digest(path);
    await memo.save();
    const again = new DigestMemo(`${folder}/digests.json`);
    // Same size and time: what is remembered is trusted, so it was not read.
    await write("two", 1000);
    assert.equal(await again.digest(path), first);
    const second = await again.digest(path, { fresh: true });
    assert.notEqual(second, first);
    await write("one", 2000);
    assert.equal(await again.digest(path), first);
    // A file changed just now may change again within the resolution of its time.
    await Deno.writeTextFile(path, "six");
    const third = await again.digest(path);
    const { mtime } = await Deno.stat(path);
    await Deno.writeTextFile(path, "ten");
    await Deno.utime(path, mtime!, mtime!);
    assert.notEqual(await again.digest(path), third);
    await Deno.remove(path);
    await again.prune();
    await again.save();
    assert.equal(await Deno.readTextFile(`${folder}/digests.json`), "{}");
  }));

Deno.test("DigestMemo starts anew from a file that is not JSON", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/digests.json`, '{"half');
    await Deno.writeTextFile(`${folder}/a.txt`, "a");
    assert.equal((await new DigestMemo(`${folder}/digests.json`).digest(`${folder}/a.txt`)).length, 64);
  }));

Deno.test("bytesText() keeps two or three digits", () => {
  const shown = [0, 1023, 1024, 1536, 150 * 1024, 2 ** 20, 4 * 2 ** 30].map(bytesText);
  assert.deepEqual(shown, ["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "150 KiB", "1.0 MiB", "4.0 GiB"]);
});

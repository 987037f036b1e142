import assert from "node:assert/strict";
import { isToolkitError, type Json } from "../../lib/base/mod.ts";
import { explainTasks, runTasks, type Task } from "../../lib/runner/mod.ts";
import { inFolder, textTask } from "./support.ts";

/** Key of a task, and what `explainTasks` says about it. */
async function keyOf(
  task: Task,
  folder: string,
  release?: string,
): Promise<{ key: string; reasons: readonly string[] }> {
  return (await explainTasks([task], { folder, release })).at(-1)!;
}

/** Text of the only manifest in a folder of results. */
function manifestOf(folder: string): Promise<string> {
  const [{ name }] = [...Deno.readDirSync(`${folder}/.cosmesh/steps`)];
  return Deno.readTextFile(`${folder}/.cosmesh/steps/${name}/manifest.json`);
}

Deno.test("a key changes with name, version, parameters and inputs, and with nothing else", () =>
  inFolder(async (folder) => {
    const path = `${folder}/in.txt`;
    await Deno.writeTextFile(path, "one");
    const base = { parameters: { simulation: { Ncell: 128, Lbox: 50 } } as Json, inputs: { snapshots: path } };
    const { key } = await keyOf(textTask(base), folder);
    const others: [string, Task][] = [
      ["name", textTask({ ...base, name: "other" })],
      ["version", textTask({ ...base, version: 2 })],
      ["parameters", textTask({ ...base, parameters: { simulation: { Ncell: 64, Lbox: 50 } } })],
      ["input name", textTask({ ...base, inputs: { halos: path } })],
      ["upstream", textTask({ ...base, inputs: { snapshots: path, up: textTask({ name: "up" }) } })],
    ];
    const keys = new Set([key]);
    for (const [what, task] of others) {
      const other = (await keyOf(task, folder)).key;
      assert.ok(!keys.has(other), what);
      keys.add(other);
    }
    // The order of members, the place of the file, its time, and the folder of results do not matter.
    const copy = `${folder}/copy.txt`;
    await Deno.writeTextFile(copy, "one");
    await Deno.utime(copy, 1, 1);
    const reordered = textTask({ parameters: { simulation: { Lbox: 50, Ncell: 128 } }, inputs: { snapshots: copy } });
    assert.equal((await keyOf(reordered, `${folder}/elsewhere`)).key, key);
    // Contents do.
    await Deno.writeTextFile(path, "two");
    assert.notEqual((await keyOf(textTask(base), folder)).key, key);
  }));

Deno.test("a key changes with the code that a task imports, not with other code, types or comments around it", () =>
  inFolder(async (folder) => {
    const write = (name: string, text: string) => Deno.writeTextFile(`${folder}/${name}`, text);
    await write(
      "main.ts",
      'import { a } from "./a.ts";\nimport type { T } from "./types.ts";\nexport const b = a as T;\n',
    );
    await write("a.ts", 'export { x as a } from "./deep/x.ts";\nexport const load = () => import("./lazy.ts");\n');
    await Deno.mkdir(`${folder}/deep`);
    await write(
      "deep/x.ts",
      'import "../a.ts"; // a cycle\nimport "./gone.ts";\nimport "../shown.ts";\nexport const x = 1;\n',
    );
    await write("lazy.ts", "export const lazy = 1;\n");
    await write("types.ts", "export type T = number;\n");
    await write("other.ts", "export const other = 1;\n");
    await write("shown.ts", '/**\n * import "./other.ts";\n */\n// import "./other.ts";\nimport "@std/path";\n');
    const task = textTask({ module: new URL(`file://${folder}/main.ts`).href });
    const out = `${folder}/out`;
    await runTasks([task], { folder: out });
    const { key } = await keyOf(task, out);
    for (const name of ["other.ts", "types.ts"]) {
      await write(name, "export type T = 2;\n");
      assert.equal((await keyOf(task, out)).key, key, name);
    }
    for (const name of ["main.ts", "a.ts", "deep/x.ts", "lazy.ts"]) {
      const before = await Deno.readTextFile(`${folder}/${name}`);
      await write(name, before + "// more\n");
      const explained = await keyOf(task, out);
      assert.notEqual(explained.key, key, name);
      assert.deepEqual(explained.reasons, [`code changed: ${name}`]);
      await write(name, before);
    }
    assert.equal((await keyOf(task, out)).key, key);
    // Packages are named with their versions, not by their place on this machine.
    const { code } = JSON.parse(await manifestOf(out));
    assert.deepEqual(Object.keys(code), [
      "a.ts",
      "deep/x.ts",
      "lazy.ts",
      "main.ts",
      "npm:deno-std/1.4.0/path/mod.js",
      "shown.ts",
    ]);
    // The same code in another place has the same key.
    await Deno.mkdir(`${folder}/moved/deep`, { recursive: true });
    for (const name of ["main.ts", "a.ts", "deep/x.ts", "lazy.ts", "shown.ts"]) {
      await Deno.copyFile(`${folder}/${name}`, `${folder}/moved/${name}`);
    }
    assert.equal((await keyOf({ ...task, module: new URL(`file://${folder}/moved/main.ts`).href }, out)).key, key);
  }));

Deno.test("a key of code from the network changes with its URL and with the release", () =>
  inFolder(async (folder) => {
    const at = (url: string, release: string) => keyOf(textTask({ module: url }), folder, release);
    const { key } = await at("https://example.org/v1/paint.ts", "r1");
    assert.equal((await at("https://example.org/v1/paint.ts", "r1")).key, key);
    assert.notEqual((await at("https://example.org/v2/paint.ts", "r1")).key, key);
    assert.notEqual((await at("https://example.org/v1/paint.ts", "r2")).key, key);
  }));

Deno.test("a missing input file is an error that names task, input and file", () =>
  inFolder(async (folder) => {
    const task = textTask({ inputs: { snapshots: `${folder}/none.h5` } });
    await assert.rejects(runTasks([task], { folder }), (error: unknown) => {
      assert.ok(isToolkitError(error, "InputError"));
      assert.equal(
        error.message,
        `Cannot read "${folder}/none.h5" ("snapshots" of "texts"): there is no such file; correct the path`,
      );
      assert.deepEqual([error.source, error.key], [`${folder}/none.h5`, "snapshots"]);
      return true;
    });
  }));

Deno.test("a task that reads from itself is refused", () =>
  inFolder(async (folder) => {
    const inputs: Record<string, Task> = {};
    const task = textTask({ inputs });
    inputs.self = task;
    await assert.rejects(runTasks([task], { folder }), { message: 'Cannot run task "texts": it reads from itself' });
  }));

import assert from "node:assert/strict";
import { cleanStore, explainTasks, type Explanation, listStore, runTasks, type Task } from "../../lib/runner/mod.ts";
import { inFolder, shown, textTask } from "./support.ts";

function chain(folder: string, parameters: Record<string, number>, version = 1): Task {
  const paint: Task = {
    ...textTask({
      name: "paint",
      parameters: { simulation: parameters },
      inputs: { snapshots: `${folder}/in.h5` },
      version,
    }),
    estimate: (threads) => ({ kernelBytes: 2 ** 20, seconds: 8 / threads }),
  };
  return textTask({ name: "analyse", inputs: { paint }, texts: { "spectra.txt": "s" } });
}

const short = ({ task, state, reasons }: Explanation) => [task, state, ...reasons];

Deno.test("explainTasks() says why each step would run or not", () =>
  inFolder(async (folder) => {
    const explain = async (task: Task) =>
      (await explainTasks([task], { folder: `${folder}/out`, threads: 4 })).map(short);
    await Deno.writeTextFile(`${folder}/in.h5`, "one");
    const none = `no result in ${folder}/out yet`;
    assert.deepEqual(await explain(chain(folder, { Ncell: 128 })), [["paint", "new", none], ["analyse", "new", none]]);
    await runTasks([chain(folder, { Ncell: 128 })], { folder: `${folder}/out` });
    for (const [task, state, reason] of await explain(chain(folder, { Ncell: 128 }))) {
      assert.equal(state, "finished", task);
      assert.match(reason, /^finished on \d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    }
    assert.deepEqual(await explain(chain(folder, { Ncell: 64, Lbox: 9 }, 2)), [
      [
        "paint",
        "outdated",
        "version changed: 1 -> 2",
        "parameters changed: simulation.Lbox (not there) -> 9, simulation.Ncell 128 -> 64",
      ],
      ["analyse", "outdated", 'it reads from "paint", which runs'],
    ]);
    await Deno.writeTextFile(`${folder}/in.h5`, "two");
    assert.deepEqual((await explain(chain(folder, { Ncell: 128 })))[0], [
      "paint",
      "outdated",
      "input snapshots changed (in.h5)",
    ]);
    await Deno.writeTextFile(`${folder}/in.h5`, "one");
    await Deno.writeTextFile(`${folder}/out/b.txt`, "edited");
    assert.deepEqual((await explain(chain(folder, { Ncell: 128 })))[0], [
      "paint",
      "outdated",
      "changed or removed since: b.txt",
    ]);
  }));

Deno.test("explainTasks() tells of kernels and of what an interrupted run left", () =>
  inFolder(async (folder) => {
    await runTasks([textTask({})], { folder });
    const [{ name }] = await listStore(folder);
    const path = `${folder}/.cosmesh/steps/${name}/manifest.json`;
    const manifest = JSON.parse(await Deno.readTextFile(path));
    manifest.code["lib/kernel/wasm.ts"] = "another";
    manifest.runtime = "deno 2.0.0";
    await Deno.rename(`${folder}/.cosmesh/steps/${name}`, `${folder}/.cosmesh/steps/texts-0`);
    await Deno.writeTextFile(`${folder}/.cosmesh/steps/texts-0/manifest.json`, JSON.stringify(manifest));
    const [explained] = await explainTasks([textTask({})], { folder });
    assert.deepEqual(explained.reasons, ["kernels changed", `deno 2.0.0 -> deno ${Deno.version.deno}`]);
    const failing = textTask({ before: (part) => assert.equal(part, "a.txt") });
    await assert.rejects(runTasks([failing], { folder }));
    const [interrupted] = await explainTasks([textTask({})], { folder });
    assert.deepEqual(short(interrupted), [
      "texts",
      "interrupted",
      "interrupted or under way; 1 finished file is kept",
    ]);
  }));

Deno.test("explainTasks() estimates what would run, and says what would be refused", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/in.h5`, "one");
    const [paint, analyse] = await explainTasks([chain(folder, {})], { folder, threads: 4, memoryBytes: 2 ** 20 });
    assert.deepEqual(paint.estimate, { kernelBytes: 2 ** 20, seconds: 2 });
    assert.match(paint.refusal!, /^Cannot run "paint": it needs about 129 MiB of memory, and 1\.0 MiB are free/);
    assert.equal(analyse.estimate, undefined);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["in.h5"]);
  }));

Deno.test("cleanStore() removes what is not shown; with all, everything but files of other origin", () =>
  inFolder(async (folder) => {
    const first = textTask({ parameters: 1 });
    const second = textTask({ parameters: 2, texts: { "a.txt": "A", "figures/c.txt": "C" } });
    await runTasks([first], { folder });
    await runTasks([second], { folder });
    await assert.rejects(runTasks([textTask({ parameters: 3, before: () => assert.fail() })], { folder }));
    const before = await listStore(folder);
    assert.deepEqual(before.map(({ state, shown }) => [state, shown]).sort(), [
      ["finished", false],
      ["finished", true],
      ["interrupted or under way", false],
    ]);
    const report = await cleanStore(folder);
    assert.equal(report.removed.length, 2);
    assert.ok(report.bytes > 3);
    const [left] = await listStore(folder);
    assert.deepEqual([left.outputs, left.bytes, left.shown], [["a.txt", "figures/c.txt"], 2, true]);
    assert.equal((await runTasks([second], { folder })).steps[0].state, "reused");
    await Deno.writeTextFile(`${folder}/mine.txt`, "mine");
    await cleanStore(folder, { all: true });
    assert.deepEqual(await shown(folder), { "mine.txt": "mine" });
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["mine.txt"]);
    assert.deepEqual(await cleanStore(folder), { removed: [], bytes: 0 });
  }));

Deno.test("cleanStore() refuses while a run is going on", () =>
  inFolder(async (folder) => {
    const task = textTask({
      before: () => assert.rejects(cleanStore(folder), { name: "InputError", message: /a run is going on in it/ }),
    });
    await runTasks([task], { folder });
  }));

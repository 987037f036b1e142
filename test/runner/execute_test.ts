import assert from "node:assert/strict";
import { isToolkitError, sha256 } from "../../lib/base/mod.ts";
import { runTasks, type Task } from "../../lib/runner/mod.ts";
import { inFolder, recorder, shown, textTask } from "./support.ts";

const ALL = { "a.txt": "a", "b.txt": "b", "figures/c.txt": "c" };

Deno.test("runTasks() makes outputs once and shows them", () =>
  inFolder(async (folder) => {
    const made: string[] = [];
    let prepared = 0;
    const prepare = () => Promise.resolve(void prepared++);
    const first = await runTasks([textTask({ made })], { folder, prepare });
    assert.equal(first.steps[0].state, "made");
    assert.deepEqual(first.files, [
      { path: `${folder}/a.txt`, bytes: 1 },
      { path: `${folder}/b.txt`, bytes: 1 },
      { path: `${folder}/figures/c.txt`, bytes: 1 },
    ]);
    assert.deepEqual(Object.keys(first.steps[0].phases), ["write"]);
    const second = await runTasks([textTask({ made })], { folder, prepare });
    assert.deepEqual([second.steps[0].state, second.steps[0].key], ["reused", first.steps[0].key]);
    assert.deepEqual(made, Object.keys(ALL));
    assert.equal(prepared, 1);
    assert.deepEqual(await shown(folder), ALL);
  }));

Deno.test("runTasks() goes on after a failure with the parts that are missing, and shows nothing before the end", () =>
  inFolder(async (folder) => {
    const made: string[] = [];
    const failing = textTask({
      made,
      before: (name) => {
        if (name === "b.txt") throw new TypeError("no such thing");
      },
    });
    await assert.rejects(runTasks([failing], { folder }), { name: "TypeError", message: "no such thing" });
    assert.deepEqual(await shown(folder), {});
    const { events, onEvent } = recorder();
    const report = await runTasks([textTask({ made })], { folder, onEvent });
    assert.equal(report.steps[0].state, "resumed");
    assert.deepEqual(made, ["a.txt", "b.txt", "figures/c.txt"]);
    assert.deepEqual(await shown(folder), ALL);
    assert.deepEqual(events.map(({ kind }) => kind), ["start", "part", "part", "part", "finished"]);
    assert.deepEqual(events.flatMap((event) => event.kind === "part" ? [event.kept] : []), [true, false, false]);
  }));

Deno.test("runTasks() leaves earlier results as they were when a later run fails", () =>
  inFolder(async (folder) => {
    await runTasks([textTask({})], { folder });
    const failing = textTask({
      parameters: { n: 2 },
      texts: { "a.txt": "new", "b.txt": "new" },
      before: (name) => assert.equal(name, "a.txt"),
    });
    await assert.rejects(runTasks([failing], { folder }));
    assert.deepEqual(await shown(folder), ALL);
    // ... also when a step that reads from a finished one fails.
    const paint = textTask({ parameters: { n: 3 }, texts: { "a.txt": "newer" } });
    const analyse = textTask({ name: "analyse", inputs: { paint }, before: () => assert.fail("stop") });
    await assert.rejects(runTasks([analyse], { folder }), { message: "stop" });
    assert.deepEqual(await shown(folder), ALL);
  }));

Deno.test("runTasks() removes files that the same task no longer has, and going back needs no work", () =>
  inFolder(async (folder) => {
    await runTasks([textTask({})], { folder });
    await Deno.writeTextFile(`${folder}/mine.txt`, "not a result");
    const fewer = textTask({ parameters: { n: 2 }, texts: { "a.txt": "A" } });
    await runTasks([fewer], { folder });
    assert.deepEqual(await shown(folder), { "a.txt": "A", "mine.txt": "not a result" });
    const back = await runTasks([textTask({})], { folder });
    assert.equal(back.steps[0].state, "reused");
    assert.deepEqual(await shown(folder), { ...ALL, "mine.txt": "not a result" });
  }));

Deno.test("runTasks() keeps a file that replaced a result when that is no longer made", () =>
  inFolder(async (folder) => {
    await runTasks([textTask({})], { folder });
    await Deno.remove(`${folder}/b.txt`);
    await Deno.writeTextFile(`${folder}/b.txt`, "mine");
    await runTasks([textTask({ parameters: { n: 2 }, texts: { "a.txt": "A" } })], { folder });
    assert.deepEqual(await shown(folder), { "a.txt": "A", "b.txt": "mine" });
  }));

Deno.test("runTasks() makes only the outputs again that were changed or removed", () =>
  inFolder(async (folder) => {
    const made: string[] = [];
    await runTasks([textTask({ made })], { folder });
    // A result is a link to the store's file: writing to it in place changes that too.
    await Deno.writeTextFile(`${folder}/b.txt`, "edited");
    const { events, onEvent } = recorder();
    const report = await runTasks([textTask({ made })], { folder, onEvent });
    assert.deepEqual(events[0], { kind: "damaged", task: "texts", files: ["b.txt"] });
    assert.equal(report.steps[0].state, "resumed");
    assert.deepEqual(made, ["a.txt", "b.txt", "figures/c.txt", "b.txt"]);
    assert.deepEqual(await shown(folder), ALL);
    await Deno.remove(`${folder}/a.txt`);
    assert.equal((await runTasks([textTask({ made })], { folder })).steps[0].state, "reused");
    assert.deepEqual(await shown(folder), ALL);
  }));

Deno.test("runTasks({ verify }) finds a change that kept size and time", () =>
  inFolder(async (folder) => {
    const made: string[] = [];
    await runTasks([textTask({ made })], { folder });
    const { mtime, atime } = await Deno.stat(`${folder}/a.txt`);
    await Deno.writeTextFile(`${folder}/a.txt`, "X");
    await Deno.utime(`${folder}/a.txt`, atime!, mtime!);
    assert.equal((await runTasks([textTask({ made })], { folder })).steps[0].state, "reused");
    assert.equal((await runTasks([textTask({ made })], { folder, verify: true })).steps[0].state, "resumed");
    assert.deepEqual(await shown(folder), ALL);
  }));

Deno.test("runTasks() runs what a task reads from, once, and tells which results are stale", () =>
  inFolder(async (folder) => {
    const made: string[] = [];
    const chain = (n: number): Task => {
      const paint = textTask({ name: "paint", parameters: { n }, texts: { "a.txt": `a${n}` }, made });
      return {
        ...textTask({ name: "analyse", inputs: { paint, again: paint } }),
        async run(context) {
          assert.throws(() => context.input("pain"), {
            message: /Cannot find input "pain" of "analyse": it has paint, again/,
          });
          const text = await Deno.readTextFile(`${context.input("paint")}/a.txt`);
          await context.part("sum.txt", (path) => Deno.writeTextFile(path, `${text}!`));
          assert.equal(await Deno.readTextFile(context.output("sum.txt")), `${text}!`);
        },
      };
    };
    const report = await runTasks([chain(1)], { folder });
    assert.deepEqual(report.steps.map(({ task, state }) => [task, state]), [["paint", "made"], ["analyse", "made"]]);
    assert.deepEqual(report.stale, []);
    assert.deepEqual(await shown(folder), { "a.txt": "a1", "sum.txt": "a1!" });
    const paint2 = chain(2).inputs.paint as Task;
    assert.deepEqual((await runTasks([paint2], { folder })).stale, ["analyse"]);
    const second = await runTasks([chain(2)], { folder });
    assert.deepEqual(second.steps.map(({ state }) => state), ["reused", "made"]);
    assert.deepEqual(second.stale, []);
    assert.deepEqual(await shown(folder), { "a.txt": "a2", "sum.txt": "a2!" });
    assert.deepEqual(made, ["a.txt", "a.txt"]);
  }));

Deno.test("runTasks() stops between parts when interrupted, and keeps what was finished", () =>
  inFolder(async (folder) => {
    const made: string[] = [];
    const controller = new AbortController();
    const task = textTask({ made, before: (name) => void (name === "b.txt" && controller.abort()) });
    await assert.rejects(runTasks([task], { folder, signal: controller.signal }), { name: "AbortError" });
    assert.deepEqual(made, ["a.txt", "b.txt"]);
    assert.equal((await runTasks([textTask({ made })], { folder })).steps[0].state, "resumed");
    // b.txt was stopped before its phase, so it was not finished.
    assert.deepEqual(made, ["a.txt", "b.txt", "b.txt", "figures/c.txt"]);
  }));

Deno.test("a manifest records digests, and nothing of time, place or threads", () =>
  inFolder(async (folder) => {
    const texts: string[] = [];
    for (const name of ["one", "two"]) {
      const input = `${folder}/${name}.in`;
      await Deno.writeTextFile(input, "same");
      const task = textTask({ inputs: { snapshots: input }, parameters: { b: 1, a: [2] } });
      await runTasks([task], { folder: `${folder}/${name}`, threads: name.length });
      const [step] = [...Deno.readDirSync(`${folder}/${name}/.cosmesh/steps`)];
      texts.push(await Deno.readTextFile(`${folder}/${name}/.cosmesh/steps/${step.name}/manifest.json`));
    }
    assert.equal(texts[0], texts[1]);
    const manifest = JSON.parse(texts[0]);
    assert.deepEqual(manifest.inputs, { snapshots: { sha256: sha256("same") } });
    assert.deepEqual(manifest.outputs["a.txt"], { bytes: 1, sha256: sha256("a") });
    assert.ok("test/runner/support.ts" in manifest.code && "lib/base/digest.ts" in manifest.code === false);
  }));

Deno.test("runTasks() refuses outputs outside of the folder, parts without a file, and two tasks of one name", () =>
  inFolder(async (folder) => {
    for (const name of ["../a.txt", "/a.txt", "a//b.txt", "./a.txt"]) {
      const task = textTask({ texts: { [name]: "a" } });
      await assert.rejects(runTasks([task], { folder }), {
        name: "RangeError",
        message: /must stay inside of the folder/,
      });
    }
    const empty: Task = { ...textTask({}), run: (context) => context.part("a.txt", () => {}) };
    await assert.rejects(runTasks([empty], { folder }), { message: /nothing was written to its path/ });
    const nested: Task = {
      ...textTask({}),
      run: (context) => context.part("a.txt", () => context.part("b.txt", () => {})),
    };
    await assert.rejects(runTasks([nested], { folder }), {
      message: 'Cannot make part "b.txt" of "texts" while "a.txt" is being made: await that',
    });
    const same = [textTask({}), textTask({ name: "others" })];
    await assert.rejects(runTasks(same, { folder }), {
      message: 'Cannot show a.txt: tasks "texts" and "others" both make it',
    });
    const two = [textTask({}), textTask({ parameters: 1 })];
    await assert.rejects(runTasks(two, { folder }), { message: /Cannot run two tasks named "texts"/ });
    await assert.rejects(runTasks([textTask({ name: "Up/.." })], { folder }), { message: /a name is made of/ });
  }));

Deno.test("runTasks() copies results where files cannot be linked, once, and never into a file of the store", () =>
  inFolder(async (folder) => {
    const { link } = Deno;
    Deno.link = () => Promise.reject(new Error("no links here"));
    try {
      await runTasks([textTask({})], { folder });
      const { ino, nlink } = await Deno.stat(`${folder}/a.txt`);
      assert.equal(nlink, 1);
      await runTasks([textTask({})], { folder });
      assert.equal((await Deno.stat(`${folder}/a.txt`)).ino, ino);
      // A killed run may have left its link under the temporary name.
      const [{ name }] = [...Deno.readDirSync(`${folder}/.cosmesh/steps`)];
      const stored = `${folder}/.cosmesh/steps/${name}/files/b.txt`;
      await link(stored, `${folder}/.a.txt.tmp`);
      await Deno.remove(`${folder}/a.txt`);
      await runTasks([textTask({})], { folder });
      assert.equal(await Deno.readTextFile(stored), "b");
      assert.deepEqual(await shown(folder), ALL);
    } finally {
      Deno.link = link;
    }
  }));

Deno.test("runTasks() takes a folder as a part", () =>
  inFolder(async (folder) => {
    const task: Task = {
      ...textTask({}),
      run: (context) =>
        context.part("figures", async (path) => {
          await Deno.mkdir(path);
          await Deno.writeTextFile(`${path}/a.svg`, "<svg/>");
        }),
    };
    await runTasks([task], { folder });
    assert.deepEqual(await shown(folder), { "figures/a.svg": "<svg/>" });
  }));

Deno.test("runTasks() refuses before anything runs what does not fit in memory", () =>
  inFolder(async (folder) => {
    const task = (kernelBytes: number): Task => ({ ...textTask({}), estimate: () => ({ kernelBytes }) });
    const refusal = async (promise: Promise<unknown>, message: RegExp) =>
      await assert.rejects(promise, (error: unknown) =>
        isToolkitError(error, "InputError") && message.test(error.message));
    await refusal(
      runTasks([task(5 * 2 ** 30)], { folder }),
      /^Cannot run "texts": it needs about 5\.0 GiB in the kernels' memory, which ends at 4\.0 GiB; use a smaller mesh$/,
    );
    await refusal(
      runTasks([task(2 ** 30)], { folder, memoryBytes: 2 ** 30 }),
      /^Cannot run "texts": it needs about 1\.1 GiB of memory, and 1\.0 GiB are free; use a smaller mesh$/,
    );
    assert.deepEqual(await shown(folder), {});
    await runTasks([task(2 ** 30)], { folder, memoryBytes: 2 ** 31 });
    // A result that is there needs no memory.
    assert.equal((await runTasks([task(2 ** 30)], { folder, memoryBytes: 1 })).steps[0].state, "reused");
  }));

Deno.test("context.parts() with atOnce makes that many at a time; after an error those that were begun end, and are kept", () =>
  inFolder(async (folder) => {
    const names = ["0.txt", "1.txt", "2.txt", "3.txt", "4.txt"];
    let [open, most] = [0, 0];
    const began: number[] = [];
    const failed = Promise.withResolvers<void>();
    const task = (fails: number): Task => ({
      ...textTask({}),
      run: (context) =>
        context.parts(names, async (path, index) => {
          began.push(index);
          most = Math.max(most, ++open);
          // The first one ends after the failure of the third, which the lane of the second began.
          if (index === 0) await failed.promise;
          open--;
          if (index === fails) {
            failed.resolve();
            throw new TypeError("no such thing");
          }
          await Deno.writeTextFile(path, `${index}`);
        }, { atOnce: 2 }),
    });
    await assert.rejects(runTasks([task(2)], { folder }), { message: "no such thing" });
    assert.deepEqual([began.sort(), most], [[0, 1, 2], 2]);
    began.length = 0;
    await runTasks([task(-1)], { folder });
    assert.deepEqual(began.sort(), [2, 3, 4]);
    assert.deepEqual(await shown(folder), Object.fromEntries(names.map((name, i) => [name, `${i}`])));
  }));

Deno.test("a task is told the threads and the memory of the run", () =>
  inFolder(async (folder) => {
    let told: unknown[] = [];
    const task: Task = {
      ...textTask({}),
      run: (context) => {
        told = [context.threads, context.memoryBytes];
        return context.part("a.txt", (path) => Deno.writeTextFile(path, ""));
      },
    };
    await runTasks([task], { folder, threads: 3, memoryBytes: 2 ** 30 });
    assert.deepEqual(told, [3, 2 ** 30]);
  }));

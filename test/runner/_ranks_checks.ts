/** What must hold of `runTasks` on any number of ranks. */
import assert from "node:assert/strict";
import { InputError, isToolkitError } from "../../lib/base/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import { Ranks, runTasks, type Task, type TaskContext } from "../../lib/runner/mod.ts";
import type { Check } from "../support/ranks.ts";
import { inFolder, recorder, shown, textTask } from "./support.ts";

const NAMES = Array.from({ length: 7 }, (_, i) => `${i}.txt`);
const TEXTS = Object.fromEntries(NAMES.map((name) => [name, `text of ${name}`]));

/** Runs `body` on all ranks with one folder, which is removed when all have ended it. */
async function together(comm: Comm, body: (folder: string) => Promise<void>): Promise<void> {
  const share = async (folder?: string) => {
    const error = await body(comm.bcastObject(folder) as string).then(() => undefined, (error: Error) => error);
    comm.agree(error);
  };
  await (comm.isRoot ? inFolder(share) : share());
}

/** A task of parts for all ranks. */
const parts = (options: Parameters<typeof textTask>[0] = {}): Task =>
  textTask({ texts: TEXTS, distributed: true, ...options });

/** A task with a body of its own. */
const task = (run: (context: TaskContext) => Promise<void>, options: Partial<Task> = {}): Task => ({
  ...{ name: "own", version: 1, module: import.meta.url, inputs: {}, parameters: {}, distributed: true, run },
  ...options,
});

/** The error of a call that fails. */
const errorOf = (call: Promise<unknown>): Promise<Error> =>
  call.then(() => assert.fail("it succeeded"), (error: Error) => error);

async function manifests(folder: string): Promise<string[]> {
  const steps = [...Deno.readDirSync(`${folder}/.cosmesh/steps`)].map(({ name }) => name).sort();
  return await Promise.all(steps.map((step) => Deno.readTextFile(`${folder}/.cosmesh/steps/${step}/manifest.json`)));
}

export const checks: Check[] = [
  [
    "runTasks({ comm }) makes each part once, and shows and records what one rank does",
    (comm) =>
      together(comm, async (folder) => {
        const made: string[] = [];
        const report = await runTasks([parts({ made })], { folder, comm });
        const all = (comm.allgatherObject(made) as string[][]).flat();
        assert.deepEqual(all.sort(), NAMES);
        assert.equal(report.steps[0].state, "made");
        assert.deepEqual(Object.keys(report.steps[0].phases), ["write"]);
        assert.deepEqual(comm.bcastObject(report), report);
        assert.deepEqual(await shown(folder), TEXTS);
        if (comm.isRoot) {
          await runTasks([parts()], { folder: `${folder}/serial` });
          assert.deepEqual(await manifests(folder), await manifests(`${folder}/serial`));
          assert.deepEqual(Object.keys(JSON.parse((await manifests(folder))[0]).outputs), NAMES);
        }
        const again = await runTasks([parts({ made })], { folder, comm });
        assert.equal(again.steps[0].state, "reused");
        assert.equal((comm.allgatherObject(made) as string[][]).flat().length, NAMES.length);
      }),
  ],

  [
    "runTasks({ comm }) tells of every part on rank 0, with its rank, and of each note once",
    (comm) =>
      together(comm, async (folder) => {
        const { events, onEvent } = recorder();
        const noting = task(async (context) => {
          context.note("before");
          await context.parts(NAMES, async (path, index) => {
            context.note("within");
            context.note(`part ${index}`);
            await Deno.writeTextFile(path, "");
          });
        });
        await runTasks([noting], { folder, comm, onEvent });
        if (!comm.isRoot) return assert.deepEqual(events, []);
        const told = events.flatMap((event) => event.kind === "part" ? [event] : []);
        assert.deepEqual(told.map(({ part }) => part).sort(), NAMES);
        assert.deepEqual(told.map(({ done }) => done), NAMES.map((_, i) => i + 1));
        assert.ok(told.every(({ total, rank = 0 }) => total === NAMES.length && rank >= 0 && rank < comm.size));
        if (comm.size > 1) assert.ok(told.every(({ rank }) => rank !== undefined));
        const notes = events.flatMap((event) => event.kind === "note" ? [event.text] : []);
        const few = comm.size > NAMES.length ? 1 : 0;
        assert.equal(notes.length, (comm.size > 1 ? 2 : 1 + NAMES.length) + NAMES.length + few);
        assert.ok(NAMES.every((_, i) => notes.includes(`part ${i}`)));
      }),
  ],

  [
    "a task that is not for all ranks is made by rank 0, with what it may use alone; the others see its result",
    (comm) =>
      together(comm, async (folder) => {
        const prepared: number[] = [];
        const seen: (string | number)[][] = [];
        const first = task(async (context) => {
          seen.push(["first", context.ranks, context.threads, context.memoryBytes!]);
          await context.part("one.txt", (path) => Deno.writeTextFile(path, "one"));
        }, { name: "first", distributed: false });
        const second = task(async (context) => {
          seen.push(["second", context.ranks, context.threads, context.memoryBytes!]);
          const text = await Deno.readTextFile(`${context.input("first")}/one.txt`);
          await context.part("two.txt", (path) => Deno.writeTextFile(path, `${text} two`));
          // Made by rank 0, and there for all.
          const two = await Deno.readTextFile(context.output("two.txt"));
          await context.parts(["three.txt"], (path) => Deno.writeTextFile(path, `${two} three`));
        }, { name: "second", inputs: { first } });
        await runTasks([second], {
          ...{ folder, comm, threads: 2, memoryBytes: 1e6, alone: { threads: 5, memoryBytes: 2e6 } },
          prepare: (threads) => Promise.resolve(void prepared.push(threads)),
        });
        const own = comm.size === 1 ? ["first", 1, 2, 1e6] : ["first", 1, 5, 2e6];
        assert.deepEqual(seen, [...comm.isRoot ? [own] : [], ["second", comm.size, 2, 1e6]]);
        assert.deepEqual(prepared, comm.isRoot && comm.size > 1 ? [5, 2] : [2]);
        const texts = { "one.txt": "one", "two.txt": "one two", "three.txt": "one two three" };
        assert.deepEqual(await shown(folder), texts);
      }),
  ],

  [
    "an error of one rank is that of all; what was finished stays, and the next run goes on from there",
    (comm) =>
      together(comm, async (folder) => {
        let mine = false;
        const before = (name: string) => {
          if (name !== "3.txt") return;
          mine = true;
          throw new InputError("Cannot use halos.h5: it is empty", "halos.h5", "masses");
        };
        const error = await errorOf(runTasks([parts({ before })], { folder, comm }));
        const at = (comm.allgatherObject(mine) as boolean[]).indexOf(true);
        assert.ok(isToolkitError(error, "InputError"));
        assert.deepEqual([error.source, error.key], ["halos.h5", "masses"]);
        assert.equal(error.message, `Cannot use halos.h5: it is empty${at > 0 ? ` (on rank ${at})` : ""}`);
        assert.deepEqual(await shown(folder), {});
        comm.barrier();
        const made: string[] = [];
        const report = await runTasks([parts({ made })], { folder, comm });
        assert.equal(report.steps[0].state, "resumed");
        // One rank made 0 to 2 before, several 6 to 4 and what another had begun.
        const all = (comm.allgatherObject(made) as string[][]).flat();
        assert.ok(all.includes("3.txt") && all.length <= 4, all.join());
        assert.deepEqual(await shown(folder), TEXTS);
      }),
  ],

  ["a rank that fails before the parts, or after, stops the others", (comm) =>
    together(comm, async (folder) => {
      for (const when of ["before", "after"]) {
        const last = comm.rank === comm.size - 1;
        const failing = task(async (context) => {
          if (when === "before" && last) throw new RangeError(`no room ${when}`);
          await context.parts(NAMES, (path) => Deno.writeTextFile(path, ""));
          if (when === "after" && last) throw new RangeError(`no room ${when}`);
        });
        const error = await errorOf(runTasks([failing], { folder, comm }));
        assert.equal(error.name, "RangeError");
        const place = comm.size === 1 ? "" : ` (on rank ${comm.size - 1})`;
        assert.equal(error.message, `no room ${when}${place}`);
      }
    })],

  ["an error of rank 0 alone, and one of all ranks, are told as they are", (comm) =>
    together(comm, async (folder) => {
      const large = task(() => assert.fail("too large"), { estimate: () => ({ kernelBytes: 2 ** 33 }) });
      const error = await errorOf(runTasks([large], { folder, comm }));
      assert.ok(isToolkitError(error, "InputError"));
      assert.match(error.message, /^Cannot run "own": it needs about 8\.0 GiB in the kernels' memory/);
      const options = { folder, comm, memoryBytes: 2 ** 28 };
      const middle = task(() => assert.fail("too large"), { estimate: () => ({ kernelBytes: 2 ** 29 }) });
      const { message } = await errorOf(runTasks([middle], options));
      const each = [
        "of memory, and 256 MiB are free; use a",
        `of memory on each of ${comm.size} ranks, and 256 MiB are free for each; start fewer`,
      ];
      assert.ok(message.startsWith(`Cannot run "own": it needs about 640 MiB ${each[comm.size > 1 ? 1 : 0]}`), message);
      const failing = task(() => Promise.reject(new TypeError("no such thing")));
      assert.equal((await errorOf(runTasks([failing], { folder, comm }))).message, "no such thing");
    })],

  ["ranks that were told other parameters are refused", (comm) =>
    together(comm, async (folder) => {
      if (comm.size === 1) return;
      const other = comm.rank === 1 ? parts({ parameters: { n: 2 } }) : parts();
      const error = await errorOf(runTasks([other], { folder, comm }));
      assert.match(
        error.message,
        /^Cannot make "texts" with the other ranks: .* the same configuration \(on rank 1\)$/,
      );
      const named = await errorOf(runTasks([comm.rank === 1 ? parts({ name: "other" }) : parts()], { folder, comm }));
      assert.equal(named.message, error.message);
    })],

  [
    "context.map() gives the values of all ranks in order, or the error of one",
    (comm) =>
      together(comm, async (folder) => {
        const calls: number[] = [];
        const squares = task(async (context) => {
          const values = await context.map(5, (index) => {
            calls.push(index);
            return { index, squares: Float64Array.of(index ** 2, -0, NaN), none: undefined };
          });
          const expected = [0, 1, 4, 9, 16].map((square, index) => ({
            ...{ index, squares: Float64Array.of(square, -0, NaN), none: undefined },
          }));
          assert.deepEqual(values, expected);
          assert.deepEqual(await context.map(0, () => 1), []);
          await context.part("done.txt", (path) => Deno.writeTextFile(path, ""));
        });
        await runTasks([squares], { folder, comm });
        assert.deepEqual((comm.allgatherObject(calls) as number[][]).flat().sort(), [0, 1, 2, 3, 4]);
        const failing = task(async (context) => {
          await context.map(5, (index) => assert.ok(index !== 2, "not 2"));
        }, { name: "failing" });
        assert.match((await errorOf(runTasks([failing], { folder, comm }))).message, /^not 2( \(on rank \d\))?$/);
        const strange = task(async (context) => void await context.map(1, () => new Map()), { name: "strange" });
        if (comm.size === 1) await runTasks([strange], { folder, comm });
        else assert.match((await errorOf(runTasks([strange], { folder, comm }))).message, /an instance of Map/);
      }),
  ],

  ["an interruption of all ranks is one", (comm) =>
    together(comm, async (folder) => {
      const controller = new AbortController();
      const before = () => controller.abort(new DOMException("stopped", "AbortError"));
      const error = await errorOf(runTasks([parts({ before })], { folder, comm, signal: controller.signal }));
      assert.deepEqual([error.name, error.message, error instanceof DOMException], ["AbortError", "stopped", true]);
    })],

  ["Ranks.alike() gives the values of all ranks, or the first error", async (comm) => {
    const ranks = new Ranks(comm);
    const values = await ranks.alike(() => ({ rank: comm.rank, text: "ä".repeat(1000) }));
    assert.deepEqual(values.map(({ rank }) => rank), Array.from({ length: comm.size }, (_, i) => i));
    assert.equal(values[comm.size - 1].text, "ä".repeat(1000));
    const error = await errorOf(ranks.alike(() => {
      if (comm.rank > 0 || comm.size === 1) throw new Error(`rank ${comm.rank} fails`);
      return null;
    }));
    const first = Math.min(1, comm.size - 1);
    assert.ok(error.message.startsWith(`rank ${first} fails`));
    assert.ok(ranks.agreed(error));
  }],
];

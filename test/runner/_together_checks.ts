/** What must hold of parts that all ranks make together. */
import assert from "node:assert/strict";
import { InputError } from "../../lib/base/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import { runTasks, type Task, type TaskContext } from "../../lib/runner/mod.ts";
import type { Check } from "../support/ranks.ts";
import { inFolder, shown } from "./support.ts";

const NAMES = ["a/0.txt", "a/1.txt", "2.txt"];

/** Runs `body` on all ranks with one folder, which is removed when all have ended it. */
async function together(comm: Comm, body: (folder: string) => Promise<void>): Promise<void> {
  const share = async (folder?: string) => {
    const error = await body(comm.bcastObject(folder) as string).then(() => undefined, (error: Error) => error);
    comm.agree(error);
  };
  await (comm.isRoot ? inFolder(share) : share());
}

const task = (run: (context: TaskContext) => Promise<void>): Task => ({
  ...{ name: "own", version: 1, module: import.meta.url, inputs: {}, parameters: {}, distributed: true, run },
});

const errorOf = (call: Promise<unknown>): Promise<Error> =>
  call.then(() => assert.fail("it succeeded"), (error: Error) => error);

/** Each rank writes a file of its own, and root the part; the sum of ranks is in it. */
async function write(comm: Comm, path: string, index: number): Promise<void> {
  const [sum] = comm.allreduce(Float64Array.of(comm.rank));
  await Deno.writeTextFile(path.replace(/txt$/, `${comm.rank}.txt`), `${index} of ${comm.rank}`);
  if (comm.isRoot) await Deno.writeTextFile(path, `${index}, ${sum}`);
}

const texts = (comm: Comm, names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => {
    const index = NAMES.indexOf(name);
    const ranks = Array.from({ length: comm.size }, (_, rank) => rank);
    return [
      [name, `${index}, ${comm.size * (comm.size - 1) / 2}`],
      ...ranks.map((rank) => [name.replace(/txt$/, `${rank}.txt`), `${index} of ${rank}`]),
    ];
  }));

export const checks: Check[] = [
  ["context.together() shows what all ranks write, from the last part on", (comm) =>
    together(comm, async (folder) => {
      const order: number[] = [];
      const own = task((context) =>
        context.together(NAMES, async (path, index) => {
          order.push(index);
          assert.equal(context.comm.size, comm.size);
          await write(context.comm, path, index);
        })
      );
      await runTasks([own], { folder, comm });
      assert.deepEqual(order, [2, 1, 0]);
      assert.deepEqual(await shown(folder), texts(comm, NAMES));
      assert.equal((await runTasks([own], { folder, comm })).steps[0].state, "reused");
    })],

  [
    "context.together(): an error of one rank is that of all; what was finished is kept",
    (comm) =>
      together(comm, async (folder) => {
        let fails = true;
        const made: number[] = [];
        const own = task((context) =>
          context.together(NAMES, async (path, index) => {
            made.push(index);
            const last = comm.rank === comm.size - 1;
            const fault = fails && index === 0 && last ? new InputError("no mass", "x", "x") : undefined;
            if (!fails || index > 0) return await write(context.comm, path, index);
            if (fault) throw fault;
          })
        );
        assert.match((await errorOf(runTasks([own], { folder, comm }))).message, /no mass/);
        fails = false;
        await runTasks([own], { folder, comm });
        assert.deepEqual(made, [2, 1, 0, 0]);
        assert.deepEqual(await shown(folder), texts(comm, NAMES));
      }),
  ],

  [
    "context.together(): a part that nobody wrote, and a name outside of the folder, are refused",
    (comm) =>
      together(comm, async (folder) => {
        const nothing = task((context) => context.together(["a.txt"], () => {}));
        assert.match((await errorOf(runTasks([nothing], { folder, comm }))).message, /nothing was written to its path/);
        const outside = task((context) => context.together(["../a.txt"], () => {}));
        assert.match((await errorOf(runTasks([outside], { folder, comm }))).message, /must stay inside/);
      }),
  ],
];

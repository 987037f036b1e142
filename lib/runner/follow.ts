import { errorFrom, InputError, type PlainError } from "../base/mod.ts";
import { Context, type Making } from "./context.ts";
import type { RunOptions, RunReport } from "./execute.ts";
import { digestFiles, make, outline } from "./make.ts";
import type { Ranks } from "./ranks.ts";
import { Store } from "./store.ts";
import type { Task } from "./task.ts";
import { Team } from "./team.ts";

/** What root tells the other ranks to do. */
export type Order =
  /** Make a step with it. */
  | {
    readonly kind: "step";
    readonly task: string;
    readonly outline: string;
    readonly folder: string;
    readonly upstream: Making["upstream"];
  }
  /** The run is over. */
  | { readonly kind: "end"; readonly report: RunReport }
  | { readonly kind: "end"; readonly error: PlainError };

/** Does what root orders, up to the end of the run, and returns what root returns. */
export async function follow(tasks: readonly Task[], options: RunOptions, ranks: Ranks): Promise<RunReport> {
  const store = new Store(options.folder);
  for (;;) {
    const order = await ranks.receive(0) as Order;
    if (order.kind === "step") {
      // Root has the error as well, and ends the run with it.
      await join(order, tasks, store, options, ranks).catch((error) => {
        if (!ranks.agreed(error)) throw error;
      });
    } else {
      await ranks.settle();
      if ("report" in order) return order.report;
      throw ranks.agree(errorFrom(order.error));
    }
  }
}

async function join(
  order: Order & { kind: "step" },
  tasks: readonly Task[],
  store: Store,
  options: RunOptions,
  ranks: Ranks,
): Promise<void> {
  const work = store.workPath(order.folder);
  const team = new Team(ranks, `${work}/writing`, () => {});
  const task = find(order.task, tasks);
  const { threads = navigator.hardwareConcurrency, memoryBytes, signal } = options;
  const step = { ...order, task: task! };
  const context = new Context(store, step, { threads, memoryBytes, signal, emit: () => {} }, team);
  await make(
    async () => {
      if (!task || outline(task) !== order.outline) {
        const why = "it has other parameters here; all ranks must read the same configuration";
        throw new InputError(`Cannot make "${order.task}" with the other ranks: ${why}`, order.task, "parameters");
      }
      await options.prepare?.(threads);
      await task.run(context);
    },
    context,
    team,
  );
  await digestFiles(`${work}/files`, () => Promise.resolve([]), ranks);
}

/** The task of a name among tasks and those they read from. */
function find(name: string, tasks: readonly Task[]): Task | undefined {
  for (const task of tasks) {
    if (task.name === name) return task;
    const inputs = Object.values(task.inputs).filter((input) => typeof input === "object" && !(input instanceof URL));
    const found = find(name, inputs as Task[]);
    if (found) return found;
  }
}

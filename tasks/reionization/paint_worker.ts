/**
 * A worker that paints snapshots, for `PaintWorkers`: told a configuration first, then snapshots by number.
 *
 * @module
 */
import { ready } from "../../lib/kernel/mod.ts";
import type { Config } from "../registry.ts";
import { Painter } from "./painter.ts";
import { planOf } from "./sources.ts";

/** What a worker is told: once what the run is about, then which snapshot to paint into which file. */
export type Order =
  | { readonly kind: "begin"; readonly config: Config; readonly profiles: string; readonly threads: number }
  | { readonly kind: "paint"; readonly index: number; readonly path: string };

/** What a worker answers to each order. */
export interface Answer {
  /** Sentences about the result. */
  readonly notes: readonly string[];
  /** Own properties of the error that ended it. */
  readonly failure?: Readonly<Record<string, unknown>> & { readonly message: string };
}

const scope = globalThis as unknown as {
  postMessage(answer: Answer): void;
  addEventListener(kind: "message", listener: (event: MessageEvent<Order>) => void): void;
};
let painter: Painter | undefined;

async function obey(order: Order, notes: string[]): Promise<void> {
  if (order.kind === "begin") {
    await ready({ threads: order.threads });
    painter = await Painter.open(await planOf(order.config), order.profiles);
    return;
  }
  await painter!.paint(order.index, order.path, {
    phase: async (_name, body) => await body(),
    note: (text) => notes.push(text),
    progress: () => {},
  });
}

/** An error as a message can carry it. */
function plain(error: unknown): Answer["failure"] {
  if (!(error instanceof Error)) return { message: String(error) };
  const own = Object.entries(error).filter(([, value]) => ["string", "number"].includes(typeof value));
  return { ...Object.fromEntries(own), name: error.name, message: error.message, stack: error.stack };
}

scope.addEventListener("message", async ({ data }) => {
  const notes: string[] = [];
  try {
    await obey(data, notes);
    scope.postMessage({ notes });
  } catch (error) {
    scope.postMessage({ notes, failure: plain(error) });
  }
});

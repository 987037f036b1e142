/**
 * A worker that paints snapshots, for `PaintWorkers`: told a configuration first, then snapshots by number.
 *
 * @module
 */
import { type PlainError, plainError } from "../../lib/base/mod.ts";
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
  /** The error that ended it. */
  readonly failure?: PlainError;
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

scope.addEventListener("message", async ({ data }) => {
  const notes: string[] = [];
  try {
    await obey(data, notes);
    scope.postMessage({ notes });
  } catch (error) {
    scope.postMessage({ notes, failure: plainError(error) });
  }
});

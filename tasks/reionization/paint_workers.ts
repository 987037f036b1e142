/**
 * Workers that paint snapshots side by side: each has kernels, memory and threads of its own.
 *
 * @module
 */
import { errorFrom } from "../../lib/base/mod.ts";
import type { Config } from "../registry.ts";
import type { Answer, Order } from "./paint_worker.ts";

/** A worker and the order it is at. */
class PaintWorker {
  readonly #worker = new Worker(new URL("./paint_worker.ts", import.meta.url), { type: "module" });

  /** Gives an order and waits for its end; an error of the worker is thrown here. */
  obey(order: Order): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<Answer>) =>
        data.failure ? reject(errorFrom(data.failure)) : resolve(data.notes);
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`Cannot paint: a worker ended with ${event.message}`));
      };
      this.#worker.postMessage(order);
    });
  }

  end(): void {
    this.#worker.terminate();
  }
}

/** As many workers as are wanted at once. Close them with `using`. */
export class PaintWorkers implements Disposable {
  private constructor(private readonly workers: PaintWorker[], private readonly idle: PaintWorker[]) {}

  /** Starts workers and lets them open the source. */
  static async start(
    count: number,
    begin: { config: Config; profiles: string; threads: number },
  ): Promise<PaintWorkers> {
    const workers = Array.from({ length: count }, () => new PaintWorker());
    const made = new PaintWorkers(workers, [...workers]);
    try {
      await Promise.all(workers.map((worker) => worker.obey({ kind: "begin", ...begin })));
      return made;
    } catch (error) {
      made[Symbol.dispose]();
      throw error;
    }
  }

  /** Lets an idle worker paint; there must be one. Returns what it notes. */
  async paint(index: number, path: string): Promise<readonly string[]> {
    const worker = this.idle.pop()!;
    try {
      return await worker.obey({ kind: "paint", index, path });
    } finally {
      this.idle.push(worker);
    }
  }

  [Symbol.dispose](): void {
    this.workers.forEach((worker) => worker.end());
  }
}

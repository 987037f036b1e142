import { errorFrom, type Json, type PlainError, plainError } from "../base/mod.ts";
import type { Comm, Numbers, Request } from "../mpi/mod.ts";

/** Tag of all messages, beyond those that tasks are likely to use. */
const TAG = 32_000;
/** [ms] The first and the longest pause between two looks for a message. */
const PAUSES_MS = [0.5, 16] as const;

/** Errors that all ranks have. */
const AGREED = new WeakSet<object>();

/** What a rank says when it comes to a meeting. */
interface Met {
  readonly met: true;
  readonly error?: PlainError;
  readonly value: Json;
}
/** What a rank says between meetings. */
interface Said {
  readonly met: false;
  readonly said: Json;
}
/** What root answers to all that have come. */
interface Verdict {
  readonly failed?: { readonly rank: number; readonly error: PlainError };
  readonly values: readonly Json[];
}

/**
 * Ranks that meet: each comes with a value or an error, and leaves with the values of all, or the first error. Between
 * meetings the others tell root what they do. While a rank waits it sleeps, and its timers and signals are served, so
 * that ranks that have nothing to do leave the cores to the others.
 */
export class Ranks {
  #sent: [Request, Numbers][] = [];
  #others?: Promise<Met[]>;

  /**
   * All ranks make one.
   *
   * @param comm The ranks; messages with tag 32000 are those of the meetings.
   */
  constructor(readonly comm: Comm) {}

  /** Whether this is the rank that decides and speaks. */
  get isRoot(): boolean {
    return this.comm.isRoot;
  }

  /** Begins to send plain data. */
  post(value: Json | object, to: number): void {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    this.#sent = this.#sent.filter(([request]) => !request.test());
    for (const data of [Float64Array.of(bytes.length), bytes]) this.#sent.push([this.comm.isend(data, to, TAG), data]);
  }

  /** As `post`, to all others. */
  postToAll(value: Json | object): void {
    for (let to = 1; to < this.comm.size; to++) this.post(value, to);
  }

  /** Waits for what a rank has posted to this one. */
  async receive(from: number): Promise<unknown> {
    const length = new Float64Array(1);
    await ended(this.comm.irecv(length, from, TAG));
    const bytes = new Uint8Array(length[0]);
    await ended(this.comm.irecv(bytes, from, TAG));
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  /** Waits until all that was posted has gone. */
  async settle(): Promise<void> {
    for (const [request] of this.#sent) await ended(request);
    this.#sent = [];
  }

  /** Tells root something; it hears it in `listen`. */
  say(said: Json): void {
    this.post({ met: false, said } satisfies Said, 0);
  }

  /** On root: hears what the others say from now on, up to the next meeting. */
  listen(hear: (said: Json, rank: number) => void): void {
    this.#others = Promise.all(Array.from({ length: this.comm.size - 1 }, async (_, i) => {
      for (;;) {
        const message = await this.receive(i + 1) as Met | Said;
        if (message.met) return message;
        hear(message.said, i + 1);
      }
    }));
    this.#others.catch(() => {}); // it is thrown at the meeting
  }

  /**
   * Meets the other ranks.
   *
   * @param error What went wrong here, if something did.
   * @param value What the others shall know.
   * @returns The values of all ranks, in their order.
   * @throws The error of the lowest rank that has one, which names the rank if it is another than this one.
   */
  async meet(error?: unknown, value: Json = null): Promise<readonly Json[]> {
    const mine: Met = { met: true, value, ...(error === undefined ? {} : { error: plainError(error) }) };
    let verdict: Verdict;
    if (this.isRoot) {
      if (!this.#others) this.listen(() => {});
      const all = [mine, ...await this.#others!];
      this.#others = undefined;
      const rank = all.findIndex(({ error }) => error);
      verdict = {
        values: all.map(({ value }) => value),
        ...(rank < 0 ? {} : { failed: { rank, error: all[rank].error! } }),
      };
      this.postToAll(verdict);
    } else {
      this.post(mine, 0);
      verdict = await this.receive(0) as Verdict;
    }
    await this.settle();
    if (!verdict.failed) return verdict.values;
    const { rank, error: first } = verdict.failed;
    throw this.agree(
      rank === this.comm.rank ? error : errorFrom(first, rank === 0 ? undefined : `on rank ${rank}`),
    );
  }

  /** Runs `body` on all ranks, and gives the results of all; if it fails on one, all throw as in `meet`. */
  async alike<T extends Json>(body: () => T | Promise<T>): Promise<readonly T[]> {
    let value: Json = null;
    let failure: { error: unknown } | undefined;
    try {
      value = await body();
    } catch (error) {
      failure = { error };
    }
    return await this.meet(failure?.error, value) as readonly T[];
  }

  /** Marks an error that all ranks have. */
  agree<E>(error: E): E {
    if (typeof error === "object" && error !== null) AGREED.add(error);
    return error;
  }

  /** Whether all ranks have an error, so that none waits for this one. */
  agreed(error: unknown): boolean {
    return AGREED.has(error as object);
  }
}

/** Waits for the end of a request, with pauses that grow. */
async function ended(request: Request): Promise<void> {
  for (let pause: number = PAUSES_MS[0]; !request.test(); pause = Math.min(1.5 * pause, PAUSES_MS[1])) {
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

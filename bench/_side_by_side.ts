/**
 * Measures contenders in turn, so that what else the machine does hits all of them, and talks to peers in Python.
 *
 * @module
 */

/** [ms] Times of one contender. */
export interface Times {
  /** Name. */
  name: string;
  /** [ms] Shortest. */
  min: number;
  /** [ms] Median. */
  median: number;
  /** [1] Number of runs. */
  runs: number;
}

/** A name, and a function that runs once and gives the milliseconds. */
export type Contender = [name: string, run: () => number | Promise<number>];

/** [ms] Time of a synchronous call. */
export function timed(body: () => void): number {
  const start = performance.now();
  body();
  return performance.now() - start;
}

/**
 * Runs each contender `repeats` times, `rounds` times in turn. Before each turn it runs for 50 ms without being measured,
 * which wakes threads that went to sleep while others had their turn.
 */
export async function sideBySide(contenders: Contender[], { rounds = 5, repeats = 3 } = {}): Promise<Times[]> {
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, [, run]] of contenders.entries()) {
      const start = performance.now();
      while (performance.now() - start < 50) await run();
      for (let r = 0; r < repeats; r++) times[i].push(await run());
    }
  }
  return contenders.map(([name], i) => {
    const sorted = times[i].sort((a, b) => a - b);
    return { name, min: sorted[0], median: sorted[sorted.length >> 1], runs: sorted.length };
  });
}

/** A Python program of `bench/peers`, asked over stdin and stdout. */
export class Peer implements AsyncDisposable {
  #child: Deno.ChildProcess;
  #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #lines: ReadableStreamDefaultReader<string>;
  #rest = "";
  /** Versions of what the peer uses. */
  versions: Record<string, string> = {};

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Starts a script of `bench/peers` and waits until it is ready. */
  static async start(python: string, script: string): Promise<Peer> {
    const path = new URL(`./peers/${script}`, import.meta.url);
    const command = new Deno.Command(python, { args: [path.pathname], stdin: "piped", stdout: "piped" });
    const peer = new Peer(command.spawn());
    peer.versions = await peer.#answer() as Record<string, string>;
    return peer;
  }

  async #answer(): Promise<unknown> {
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) throw new Error("Cannot measure: the peer ended; what it wrote is above");
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return JSON.parse(line);
  }

  /** Runs a case once. @returns [ms] Its time, by the peer's clock. */
  async run(request: Record<string, string | number>): Promise<number> {
    await this.#writer.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
    return ((await this.#answer()) as { milliseconds: number }).milliseconds;
  }

  /** Ends the program. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#child.status;
    await this.#lines.cancel();
  }
}

/** What a record says of the machine. */
export async function machine(): Promise<Record<string, string | number>> {
  const cpu = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  return {
    os: `${Deno.build.os} ${Deno.build.arch}`,
    cpu: /model name\s*: (.*)/.exec(cpu)?.[1] ?? "unknown",
    cores: navigator.hardwareConcurrency,
    memoryGiB: Math.round(Deno.systemMemoryInfo().total / 2 ** 30),
    deno: Deno.version.deno,
    v8: Deno.version.v8,
  };
}

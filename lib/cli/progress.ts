/** Seconds as people read them: "0.42 s", "3 min 05 s". */
export function secondsText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(seconds < 0.995 ? 2 : 1)} s`;
  if (seconds < 119.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 7200) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor(whole / 60) % 60).padStart(2, "0")} min`;
}

/** Where progress is written. */
export interface ProgressTarget {
  /** Writes text. */
  write(text: string): void;
  /** Columns of the terminal; 0 if it is none. */
  readonly columns: number;
}

/** The standard error stream; a bar is drawn if it is a terminal. */
export function standardError(): ProgressTarget {
  const encoder = new TextEncoder();
  const terminal = Deno.stderr.isTerminal();
  return {
    write: (text) => void Deno.stderr.writeSync(encoder.encode(text)),
    columns: terminal ? Deno.consoleSize().columns : 0,
  };
}

/** One line for each piece of work that ends, or on a terminal a bar with the time left. */
export class Progress {
  #since = performance.now();
  #bar = false;
  #from = 0;

  /**
   * Nothing is written yet.
   *
   * @param target Where to write.
   */
  constructor(private readonly target: ProgressTarget) {}

  /** Starts the clock of a piece of work that is partly done. */
  start(fraction = 0): void {
    this.#since = performance.now();
    this.#from = fraction;
  }

  /** Writes a line that stays. */
  line(text: string): void {
    this.clear();
    this.target.write(`${text}\n`);
  }

  /** Tells that `fraction` of the work is done; `text` says what was done last. */
  update(fraction: number, label: string, text: string): void {
    if (this.target.columns === 0) return;
    const seconds = (performance.now() - this.#since) / 1000;
    const done = fraction - this.#from;
    const left = done > 0 && fraction < 1 ? `${secondsText(seconds / done * (1 - fraction))} left` : "";
    const cells = Math.round(20 * fraction);
    const bar = `${label} [${"#".repeat(cells)}${" ".repeat(20 - cells)}] ${
      Math.floor(100 * fraction)
    }% ${text} ${left}`;
    this.target.write(`\r\x1b[K${bar.slice(0, this.target.columns - 1).trimEnd()}`);
    this.#bar = true;
  }

  /** Removes the bar. */
  clear(): void {
    if (this.#bar) this.target.write("\r\x1b[K");
    this.#bar = false;
  }
}

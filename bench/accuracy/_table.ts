/**
 * Errors of functions against references of higher precision, and the Python programs that make those.
 *
 * @module
 */

/** One line of a table in docs/accuracy.md. */
export interface AccuracyRow {
  /** What was computed, by the name that users call. */
  name: string;
  /** Where: domain, sizes, number of points. */
  domain: string;
  /** What it was compared with. */
  reference: string;
  /** Largest error; relative unless `name` or `domain` says otherwise. */
  worst: number;
  /** Median error. */
  median: number;
  /** Largest error allowed; the run fails above it. */
  bound: number;
}

/** A module of this folder: one heading of docs/accuracy.md. */
export interface AccuracySection {
  /** Heading. */
  title: string;
  /** A few sentences below the heading. */
  about: string;
  /** Measures. */
  measure(python: Python): Promise<AccuracyRow[]>;
}

/** Asks a program of this folder: JSON on its standard input, JSON on its standard output. */
export type Python = (script: string, request?: unknown) => Promise<unknown>;

/** A `Python` by the path of an interpreter with the packages of bench/peers/requirements.txt. */
export function pythonAt(interpreter: string): Python {
  return async (script, request = {}) => {
    const path = new URL(`./${script}`, import.meta.url).pathname;
    const child = new Deno.Command(interpreter, { args: [path], stdin: "piped", stdout: "piped" }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify(request)));
    await writer.close();
    const { success, stdout } = await child.output();
    if (!success) throw new Error(`Cannot measure: ${script} failed; what it wrote is above`);
    return JSON.parse(new TextDecoder().decode(stdout));
  };
}

/** Largest and median of |values - exact| / max(|exact|, floor). */
export function errorsOf(
  values: ArrayLike<number>,
  exact: ArrayLike<number>,
  floor = 0,
): { worst: number; median: number } {
  const errors = Float64Array.from(
    exact,
    (e, i) => values[i] === e ? 0 : Math.abs(values[i] - e) / Math.max(Math.abs(e), floor),
  );
  // Sorting puts NaN last, so it is the worst.
  errors.sort();
  return { worst: errors[errors.length - 1], median: errors[errors.length >> 1] };
}

/** Relative L2 error: |values - exact| / |exact|. */
export function relativeL2(values: ArrayLike<number>, exact: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < exact.length; i++) {
    difference += (values[i] - exact[i]) ** 2;
    norm += exact[i] ** 2;
  }
  return Math.sqrt(difference / norm);
}

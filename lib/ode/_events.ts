import { DomainError } from "../base/mod.ts";
import { brent } from "./_brent.ts";
import type { EventFunction, OdeEvent, SolveIvpOptions } from "./types.ts";

interface Watched {
  event: EventFunction;
  /** Crossings after which the integration ends. */
  most: number;
  direction: number;
  /** Value at the last step. */
  value: number;
  t: number[];
  y: Float64Array[];
}

function watch(given: EventFunction | OdeEvent, index: number): Watched {
  const { event, terminal = false, direction = 0 } = typeof given === "function" ? { event: given } : given;
  if (typeof event !== "function") {
    throw new TypeError(`Cannot solve: events[${index}] must be a function (t, y) => number, or an object with one`);
  }
  const most = terminal === false || terminal === 0 ? Infinity : Number(terminal);
  if (!(most >= 1 && (most === Infinity || Number.isInteger(most)))) {
    const rule = "true, false, or a whole number above 0";
    const text = `Cannot solve: events[${index}].terminal must be ${rule}, got ${terminal}`;
    throw new DomainError(text, rule, String(terminal));
  }
  if (Number.isNaN(Number(direction))) {
    const text = `Cannot solve: events[${index}].direction must be a number, got ${direction}`;
    throw new DomainError(text, "a number", String(direction));
  }
  return { event, most, direction: Number(direction), value: 0, t: [], y: [] };
}

/** The events of an integration, and when they happened. */
export class Events {
  readonly #all: Watched[];

  constructor(given: NonNullable<SolveIvpOptions["events"]>, t0: number, y0: Float64Array) {
    const list = Array.isArray(given) ? given : [given];
    this.#all = list.map(watch);
    for (const w of this.#all) w.value = value(w, t0, y0);
  }

  /** Times of each event. */
  get t(): Float64Array[] {
    return this.#all.map((w) => Float64Array.from(w.t));
  }
  /** States of each event. */
  get y(): Float64Array[][] {
    return this.#all.map((w) => w.y);
  }

  /**
   * Looks for crossings in the step from `tOld` to `t`, where the state is `y`; `sol` gives the step's interpolant when
   * one is needed. Returns the time of the event that ends the integration, if one does.
   */
  check(tOld: number, t: number, y: Float64Array, sol: () => (t: number) => Float64Array): number | undefined {
    const active = this.#all.filter((w) => {
      const before = w.value;
      w.value = value(w, t, y);
      const up = before <= 0 && w.value >= 0;
      const down = before >= 0 && w.value <= 0;
      return (up && w.direction >= 0) || (down && w.direction <= 0);
    });
    if (active.length === 0) return undefined;
    const at = sol();
    let found = active.map((w) => ({
      w,
      root: brent((time) => value(w, time, at(time)), tOld, t),
      last: w.t.length + 1 >= w.most,
    }));
    const ends = found.some((f) => f.last);
    if (ends) {
      found.sort((a, b) => t > tOld ? a.root - b.root : b.root - a.root);
      found = found.slice(0, found.findIndex((f) => f.last) + 1);
    }
    for (const { w, root } of found) {
      w.t.push(root);
      w.y.push(at(root));
    }
    return ends ? found[found.length - 1].root : undefined;
  }
}

function value(w: Watched, t: number, y: Float64Array): number {
  const g: unknown = w.event(t, y);
  if (typeof g === "number") return g;
  throw new TypeError(`Cannot solve: an event must return a number, got ${g} at t = ${t}`);
}

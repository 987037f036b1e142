/** Ends an integration at the first value that is not finite. */
export class NonFinite extends Error {}

/** A range of integration, mapped to a finite one if it is infinite, with rising bounds. */
export interface Range {
  /** -1 if the bounds were falling. */
  sign: number;
  infinite: boolean;
  /** Bounds of t: those of x, or 0 and 1. */
  bounds: [number, number];
  /** Both ends are infinite: the integrand is that at x and at -x. */
  folded: boolean;
  /** x of t. */
  place(t: number): number;
}

/** An infinite range is x = a + (1 - t)/t, or b - (1 - t)/t, with t in (0, 1] and dx = dt/t^2, as in QUADPACK's QAGI. */
export function rangeOf(a: number, b: number): Range {
  const [low, high] = b < a ? [b, a] : [a, b];
  const infinite = low === -Infinity || high === Infinity;
  const folded = low === -Infinity && high === Infinity;
  const from = folded ? 0 : low;
  return {
    ...{ sign: b < a ? -1 : 1, infinite, folded, bounds: infinite ? [0, 1] : [low, high] },
    place: !infinite ? (t) => t : high === Infinity ? (t) => from + (1 - t) / t : (t) => high - (1 - t) / t,
  };
}

/** The interval of t in the text of a message, as one of x. */
export function describe({ infinite, place }: Range, { a, b }: { a: number; b: number }): string {
  const far = place(1) > place(0.5) ? -Infinity : Infinity;
  const [p, q] = [a, b].map((t) => infinite && t === 0 ? far : place(t)).sort((p, q) => p - q);
  return `; the largest error is in [${p}, ${q}]`;
}

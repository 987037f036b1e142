/** Value of a polynomial, powers rising. */
function value(c: readonly number[], d: number): number {
  return c.reduceRight((v, c) => c + d * v, 0);
}

/** The place between `a` and `b` where the sign changes, by bisection until no number is between. */
function bisect(c: readonly number[], a: number, b: number, positive: boolean): number {
  for (;;) {
    const middle = 0.5 * (a + b);
    if (middle <= a || middle >= b) return b;
    if (value(c, middle) > 0 === positive) a = middle;
    else b = middle;
  }
}

/**
 * Places in (0, h) where a polynomial is 0, rising: it is monotone between the zeros of its derivative, which are found in
 * the same way.
 */
export function zerosInside(c: readonly number[], h: number): number[] {
  if (c.length < 2) return [];
  if (c.length === 2) {
    const d = -c[0] / c[1];
    return d > 0 && d < h ? [d] : [];
  }
  const turns = zerosInside(c.slice(1).map((c, k) => (k + 1) * c), h);
  const found: number[] = [];
  let [a, before] = [0, c[0]];
  for (const b of [...turns, h]) {
    const after = value(c, b);
    if (after === 0 && b < h) found.push(b);
    else if (before !== 0 && after !== 0 && before > 0 !== after > 0) found.push(bisect(c, a, b, before > 0));
    [a, before] = [b, after];
  }
  return found;
}

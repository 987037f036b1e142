/** The definition, in float64, for tests. */

/** Transform over some axes of interleaved complex numbers. */
export function naiveDft(
  data: ArrayLike<number>,
  shape: readonly number[],
  axes: readonly number[],
  inverse = false,
): Float64Array {
  let now = Float64Array.from(data);
  for (const axis of axes) {
    const n = shape[axis];
    const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const next = new Float64Array(now.length);
    const roots = Array.from({ length: n }, (_, i) => 2 * Math.PI * i / n * (inverse ? 1 : -1));
    for (let at = 0; at < now.length / 2; at++) {
      const k = Math.floor(at / inner) % n;
      for (let j = 0; j < n; j++) {
        const from = 2 * (at + (j - k) * inner);
        const [c, s] = [Math.cos(roots[j * k % n]), Math.sin(roots[j * k % n])];
        next[2 * at] += now[from] * c - now[from + 1] * s;
        next[2 * at + 1] += now[from] * s + now[from + 1] * c;
      }
    }
    now = next;
  }
  return now;
}

/** Numbers without a pattern in [-0.5, 0.5): the 32-bit Lehmer sequence. */
export function noise(length: number, seed = 1): Float64Array {
  let state = seed * 2654435761 % 2147483647 || 1;
  return Float64Array.from({ length }, () => {
    state = state * 48271 % 2147483647;
    return state / 2147483647 - 0.5;
  });
}

/** Relative L2 distance. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    norm += expected[i] ** 2;
  }
  return Math.sqrt(difference / norm);
}

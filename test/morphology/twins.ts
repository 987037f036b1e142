/** Naive versions: a flood, a search over all pairs, and pseudo-random masks. */

/** Numbers in [0, 1) from a 32-bit state (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A mask of n^3 cells of which about `fraction` are marked. */
export function randomMask(n: number, fraction: number, seed: number): Uint8Array {
  const next = random(seed);
  return Uint8Array.from({ length: n ** 3 }, () => Number(next() < fraction));
}

/** Labels by flooding from each unlabelled cell in C order. */
export function flood(mask: Uint8Array, n: number): Uint32Array {
  const labels = new Uint32Array(mask.length);
  let count = 0;
  for (let seed = 0; seed < mask.length; seed++) {
    if (mask[seed] === 0 || labels[seed] !== 0) continue;
    labels[seed] = ++count;
    const stack = [seed];
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      for (let o = 0; o < 27; o++) {
        const x = (Math.floor(i / n / n) + n + Math.floor(o / 9) - 1) % n;
        const y = (Math.floor(i / n) % n + n + Math.floor(o / 3) % 3 - 1) % n;
        const z = (i % n + n + o % 3 - 1) % n;
        const j = (x * n + y) * n + z;
        if (mask[j] !== 0 && labels[j] === 0) {
          labels[j] = count;
          stack.push(j);
        }
      }
    }
  }
  return labels;
}

/** Squared distance to the nearest marked cell, by looking at all of them; Infinity if there are none. */
export function searchDistances(mask: Uint8Array, n: number): Float64Array {
  const cell = (i: number) => [Math.floor(i / n / n), Math.floor(i / n) % n, i % n];
  const sites = [...mask.keys()].filter((i) => mask[i] > 0).map(cell);
  const along = (a: number, b: number) => Math.min(Math.abs(a - b), n - Math.abs(a - b)) ** 2;
  return Float64Array.from(mask, (_, i) => {
    const [x, y, z] = cell(i);
    return sites.reduce((m, [a, b, c]) => Math.min(m, along(x, a) + along(y, b) + along(z, c)), Infinity);
  });
}

/** A mesh moved by (a, b, c) cells around the torus. */
export function shifted<T extends Float32Array | Float64Array>(x: T, n: number, [a, b, c]: readonly number[]): T {
  const out = x.slice() as T;
  for (let i = 0; i < x.length; i++) {
    const [p, q, r] = [Math.floor(i / n / n), Math.floor(i / n) % n, i % n];
    out[(((p + a) % n) * n + (q + b) % n) * n + (r + c) % n] = x[i];
  }
  return out;
}

import type { Scheme } from "../../lib/paint/mod.ts";

/** Node and weight pairs of one coordinate `u` in cells (for NGP not a half), from the table of weights in Hockney & Eastwood (1981). */
export function stencil(scheme: Scheme, u: number, n: number): [number, number][] {
  const wrap = (i: number) => ((i % n) + n) % n;
  // A B-spline of order p around each node, written as a function of the distance.
  const spline: Record<Scheme, (s: number) => number> = {
    ngp: (s) => s < 0.5 ? 1 : 0,
    cic: (s) => s < 1 ? 1 - s : 0,
    tsc: (s) => s < 0.5 ? 0.75 - s * s : s < 1.5 ? (1.5 - s) ** 2 / 2 : 0,
    pcs: (s) => s < 1 ? (4 - 6 * s * s + 3 * s ** 3) / 6 : s < 2 ? (2 - s) ** 3 / 6 : 0,
  };
  const out: [number, number][] = [];
  for (let i = Math.floor(u) - 2; i <= Math.floor(u) + 3; i++) {
    const w = spline[scheme](Math.abs(u - i));
    if (w > 0) out.push([wrap(i), w]);
  }
  return out;
}

/** The plain loop over particles, in float64. */
export function paintPlain(
  scheme: Scheme,
  positions: ArrayLike<number>,
  n: readonly [number, number, number],
  boxSize: number,
  weights?: ArrayLike<number>,
): Float64Array {
  const mesh = new Float64Array(n[0] * n[1] * n[2]);
  for (let i = 0; i < positions.length / 3; i++) {
    const [sx, sy, sz] = n.map((cells, c) => stencil(scheme, positions[3 * i + c] * cells / boxSize, cells));
    for (const [x, wx] of sx) {
      for (const [y, wy] of sy) {
        for (const [z, wz] of sz) mesh[(x * n[1] + y) * n[2] + z] += wx * wy * wz * (weights?.[i] ?? 1);
      }
    }
  }
  return mesh;
}

/** Numbers in [0, 1) that are the same in each run (mulberry32). */
export function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

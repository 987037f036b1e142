/**
 * What a transform of a mesh over many ranks should take, by the time of its parts (docs/scaling.md).
 *
 * @module
 */

/** Speed of a rank, and of what connects it with others. */
export interface RankSpeed {
  /** [flop/s] Of local transforms, counted as 5 n log2 n. */
  flops: number;
  /** [byte/s] Copied within memory. */
  memory: number;
  /** [byte/s] Sent, while it receives as much. */
  network: number;
  /** [s] Until a message arrives. */
  latency: number;
}

/** A transform. */
export interface TransformCase {
  /** [1] Points along each axis. */
  side: number;
  /** Real or complex points. */
  kind: "complex" | "real";
  /** [byte] Size of a complex number. */
  itemBytes: number;
  /** [1] Parts along two axes; [P, 1] is slabs. */
  grid: readonly [number, number];
  /** Whether frequencies stay divided as they are after the last transform. */
  order: "natural" | "transposed";
}

/** [s] Times of the parts. */
export interface ModelTimes {
  local: number;
  copies: number;
  network: number;
  latency: number;
  total: number;
}

/** [flop] Of a transform of so many points. */
export const flopsOf = (points: number, kind: "complex" | "real"): number =>
  (kind === "complex" ? 5 : 2.5) * points * Math.log2(points);

/** [byte] Of a rank's part of the frequencies, of which there are half as many if points are real. */
export const bytesOfRank = ({ side, kind, itemBytes, grid: [p1, p2] }: TransformCase): number =>
  side ** 3 * itemBytes / (kind === "complex" ? 1 : 2) / (p1 * p2);

/**
 * The model: each exchange among p ranks copies a part twice, to messages and from them, and sends all of it but 1/p in
 * p - 1 messages. Nothing overlaps, and the network gives all ranks at once what it gives one.
 */
export function modelTransform(problem: TransformCase, speed: RankSpeed): ModelTimes {
  const { side, kind, grid: [p1, p2], order } = problem;
  const bytes = bytesOfRank(problem);
  // Among the ranks of a row, of a column, and among both on the way back.
  const there = [p2, p1].filter((p) => p > 1);
  const back = order === "natural" && p1 * p2 > 1 ? [p1 * p2] : [];
  const among = [...there, ...back];
  const sum = (term: (p: number) => number) => among.reduce((total, p) => total + term(p), 0);
  const times = {
    local: flopsOf(side ** 3, kind) / (p1 * p2) / speed.flops,
    copies: sum(() => 2 * bytes / speed.memory),
    network: sum((p) => bytes * (p - 1) / p / speed.network),
    latency: sum((p) => (p - 1) * speed.latency),
  };
  return { ...times, total: times.local + times.copies + times.network + times.latency };
}

import { chunkAt, counts, type Edges, product } from "./_grid.ts";

/** Arrays that blocks are filled from: their chunks, and what loading one costs. */
export interface BlockInput {
  /** Boundaries of the chunks, on the axes of the blocks. */
  edges: Edges;
  /** Cost of loading one chunk. */
  cost: number;
}

/** A block: so many chunks of the output on each axis, and what it takes to fill all blocks. */
export interface Block {
  /** Chunks on each axis. */
  multiple: number[];
  /** Chunks of each input that are loaded, over all blocks. */
  loads: number[];
  /** Sum of the costs. */
  cost: number;
}

/** Chunks of `input` that blocks of `multiple` chunks of `output` meet along one axis, summed over the blocks. */
function met(output: readonly number[], input: readonly number[], multiple: number): number {
  let sum = 0;
  for (let k = 0; k < output.length - 1; k += multiple) {
    const end = output[Math.min(k + multiple, output.length - 1)];
    sum += chunkAt(input, end - 1) - chunkAt(input, output[k]) + 1;
  }
  return sum;
}

/** Numbers of chunks that a block may have along an axis: those that meet fewer chunks of an input than all smaller. */
function choices(output: readonly number[], inputs: readonly (readonly number[])[]): [number, number[]][] {
  const n = output.length - 1;
  const all = new Set<number>();
  // Small ones, equal parts of the axis, and multiples at which an edge of an input falls on one of the output.
  for (let m = 1; m <= Math.min(n, 16); m++) all.add(m).add(Math.ceil(n / m));
  for (let m = 32; m < n; m *= 2) all.add(m);
  for (const input of inputs) {
    const shared = new Set(input);
    const first = output.findIndex((edge, k) => k > 0 && shared.has(edge));
    for (let m = first; m <= n && all.size < 200; m += first) all.add(m);
  }
  const kept: [number, number[]][] = [];
  for (const m of [...all].sort((a, b) => a - b)) {
    const loads = inputs.map((input) => met(output, input, m));
    if (kept.every(([, best]) => loads.some((l, i) => l < best[i]))) kept.push([m, loads]);
  }
  return kept;
}

/**
 * The block of at most `most` chunks of the output that costs least to fill; among equals, the smallest. Blocks whose
 * edges fall on those of an input load each of its chunks once.
 */
export function chooseBlock(output: Edges, inputs: readonly BlockInput[], most: number): Block {
  if (counts(output).includes(0)) return { multiple: output.map(() => 1), loads: inputs.map(() => 0), cost: 0 };
  const axes = output.map((edges, axis) => choices(edges, inputs.map((input) => input.edges[axis])));
  let best: Block | undefined;
  const search = (multiple: number[], loads: number[]) => {
    if (product(multiple) > most) return;
    const axis = multiple.length;
    if (axis < axes.length) {
      for (const [m, met] of axes[axis]) search([...multiple, m], loads.map((l, i) => l * met[i]));
      return;
    }
    const cost = loads.reduce((sum, l, i) => sum + l * inputs[i].cost, 0);
    if (!best || cost < best.cost || (cost === best.cost && product(multiple) < product(best.multiple))) {
      best = { multiple, loads, cost };
    }
  };
  search([], inputs.map(() => 1));
  // One chunk is always allowed.
  return best!;
}

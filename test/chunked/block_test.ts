import assert from "node:assert/strict";
import { chooseBlock } from "../../lib/chunked/_block.ts";
import { indices, product, regularEdges } from "../../lib/chunked/_grid.ts";

/** Naive twin: chunks of the input that some element of each block lies in, summed over the blocks. */
function loads(shape: number[], output: number[], input: number[], multiple: number[]): number {
  const block = output.map((c, axis) => c * multiple[axis]);
  const blocks = shape.map((n, axis) => Math.ceil(n / block[axis]));
  let sum = 0;
  for (const at of indices(shape.map(() => 0), blocks)) {
    const met = at.map((b, axis) => {
      const chunks = new Set<number>();
      for (let i = b * block[axis]; i < Math.min((b + 1) * block[axis], shape[axis]); i++) {
        chunks.add(Math.floor(i / input[axis]));
      }
      return chunks.size;
    });
    sum += product(met);
  }
  return sum;
}

Deno.test("chooseBlock() finds the blocks that load the fewest chunks, and among them the smallest", () => {
  const cases: [shape: number[], output: number[], input: number[]][] = [
    [[24, 24], [4, 4], [6, 3]],
    [[20, 17], [3, 5], [4, 17]],
    [[30, 8], [30, 1], [2, 8]],
    [[9, 10, 7], [2, 3, 4], [3, 5, 2]],
  ];
  for (const [shape, output, input] of cases) {
    const chunks = output.map((c, axis) => Math.ceil(shape[axis] / c));
    for (const most of [1, 2, 3, 4, 6, 9, 12, 40, 1000]) {
      const all = [...indices(shape.map(() => 1), chunks.map((n) => n + 1))].filter((m) => product(m) <= most)
        .map((multiple) => ({ size: product(multiple), loads: loads(shape, output, input, multiple) }));
      const least = Math.min(...all.map((a) => a.loads));
      const size = Math.min(...all.filter((a) => a.loads === least).map((a) => a.size));
      const found = chooseBlock(
        regularEdges(shape, output),
        [{ edges: regularEdges(shape, input), cost: 1 }],
        most,
      );
      assert.deepEqual([found.loads[0], product(found.multiple)], [least, size], `${shape} ${most}`);
    }
  }
});

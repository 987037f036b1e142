/**
 * Two ionised bubbles that overlap, across a face of the box: the excess where both count is moved to the cells around.
 *
 *     deno run -A examples/morphology.ts
 *
 * @module
 */
import { zeros } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { connectedComponents, distanceTransformSquared, spreadExcess } from "../lib/morphology/mod.ts";

await ready();
const n = 48;
using x = zeros([n, n, n], "float32");
const distanceOnCircle = (a: number, b: number) => Math.min(Math.abs(a - b), n - Math.abs(a - b));

for (const [centre, radius] of [[[2, 24, 24], 8], [[42, 24, 20], 7]] as const) {
  for (let i = 0; i < x.size; i++) {
    const cell = [Math.floor(i / n / n), Math.floor(i / n) % n, i % n];
    const squared = cell.reduce((sum, c, axis) => sum + distanceOnCircle(c, centre[axis]) ** 2, 0);
    if (squared < radius * radius) x.data[i] += 1;
  }
}

const { labels, sizes } = connectedComponents(x, { threshold: 1 });
console.log(`${sizes.length} region of ${sizes[0]} cells`);
labels.dispose();

const { moved, sum } = spreadExcess(x);
const after = x.data.reduce((total, v) => total + v, 0);
console.log(`${moved} cells' worth of ionisation moved; the sum was ${sum} and is ${after.toFixed(3)}`);

using mask = zeros([n, n, n], "uint8");
x.data.forEach((v, i) => mask.data[i] = Number(v >= 1));
using squares = distanceTransformSquared(mask);
const furthest = squares.data.reduce((most, d) => Math.max(most, d), 0);
console.log(`the point furthest from ionised gas is ${Math.sqrt(furthest).toFixed(2)} cells away`);

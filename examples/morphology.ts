/**
 * Two ionised bubbles that overlap, across a face of the box: the excess where both count is moved to the cells around,
 * and sizes are measured by rays.
 *
 *     deno run -A examples/morphology.ts
 *
 * @module
 */
import { Field, zeros } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { bubbleSizes, connectedComponents, distanceTransformSquared, spreadExcess } from "../lib/morphology/mod.ts";
import { randomKey } from "../lib/rng/mod.ts";

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

const field = new Field({ array: x, boxSize: n, quantity: "ionisedFraction", unit: "1" });
for (const region of ["above", "below"] as const) {
  const { mean, unending, rays, fraction } = bubbleSizes(field, { key: randomKey(1), rays: 20_000, region });
  const name = region === "above" ? "ionised" : "neutral";
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  console.log(
    `rays in ${name} gas, ${percent(fraction)} of the box, go ${mean.toFixed(1)} Mpc/h; ${
      percent(unending / rays)
    } never end`,
  );
}

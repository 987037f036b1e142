/**
 * A galaxy that is made up, turned to an observer: its size, spin, ages and metals by distance from the axis.
 *
 *     deno run -A examples/galaxy.ts
 *
 * @module
 */
import { applyFrame, halfMassRadius, orientGalaxy, syntheticGalaxy } from "@cosmesh/cosmesh/galaxy";
import { ready } from "@cosmesh/cosmesh/kernel";

await ready();
using galaxy = syntheticGalaxy({ stars: 50_000, seed: 3 });
const { count } = galaxy.stars;
console.log(`${count} stars, half of their mass within ${halfMassRadius(galaxy).toFixed(2)} kpc`);

const frame = orientGalaxy(galaxy, { rotation: { alpha: 60 } });
using seen = applyFrame(galaxy.stars, frame);
console.log(`velocity along the line of sight: ${velocities(seen.velocity!.data)}`);

using face = applyFrame(galaxy.stars, orientGalaxy(galaxy));
const [age, metallicity] = [new Float64Array(count), new Float64Array(count)];
galaxy.stars.read("age", 0, age);
galaxy.stars.read("metallicity", 0, metallicity);
for (const [near, far] of [[0, 1], [1, 3], [3, 6], [6, 12]]) {
  const [x, v] = [face.coords.data, face.velocity!.data];
  let [stars, rotation, years, metals] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [a, b] = [x[3 * i], x[3 * i + 1]];
    const r = Math.hypot(a, b);
    if (r < near || r >= far) continue;
    stars++;
    rotation += (a * v[3 * i + 1] - b * v[3 * i]) / r;
    years += age[i];
    metals += metallicity[i];
  }
  console.log(
    `${near} to ${far} kpc: ${stars} stars, ${(rotation / stars).toFixed(0)} km/s, ${
      (years / stars).toFixed(1)
    } Gyr, ` +
      `Z = ${(metals / stars).toFixed(4)}`,
  );
}

/** Range of the third components. */
function velocities(v: Float64Array): string {
  const sorted = v.filter((_, i) => i % 3 === 2).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(0);
  return `90 % lie between ${at(0.05)} and ${at(0.95)} km/s`;
}

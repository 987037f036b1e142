/**
 * A HEALPix map: painted, made coarser, read between pixels, and drawn in a few letters.
 *
 *     deno run examples/sphere.ts
 *
 * @module
 */
import { ready } from "@cosmesh/cosmesh/kernel";
import { ang2pix, interpolateMap, pix2vec, pixelCount, project, queryDisc, udGrade } from "@cosmesh/cosmesh/sphere";

await ready();

// z + 1, and a spot of radius 20 degrees.
const nside = 64;
const pixels = Float64Array.from({ length: pixelCount(nside) }, (_, i) => i);
const vectors = pix2vec(nside, pixels);
const map = pixels.map((p) => vectors[3 * p + 2] + 1);
const [theta, phi] = [Math.PI / 3, Math.PI / 4];
const centre = [0, 1, 2].map((axis) => vectors[3 * ang2pix(nside, [theta], [phi])[0] + axis]);
for (const p of queryDisc(nside, centre as [number, number, number], Math.PI / 9)) map[p] = 3;

const coarse = udGrade(map, 8);
console.log(`${map.length} pixels, then ${coarse.length}`);
console.log(`in the spot ${interpolateMap(coarse, [theta], [phi])[0].toFixed(2)}`);

const { data, width, height } = project(coarse, { width: 72, height: 24 });
for (let j = height - 1; j >= 0; j--) {
  const row = Array.from({ length: width }, (_, i) => data[i * height + j]);
  console.log(row.map((v) => isNaN(v) ? " " : ".:-=+*#"[Math.min(6, Math.floor(v * 2.5))]).join("").trimEnd());
}

/**
 * A light-cone of growing bubbles: in redshift space, into a file, its power around a redshift, and a figure.
 *
 *     deno run -A examples/lightcone.ts [FIGURE.svg]
 *
 * @module
 */
import { Field, fromData, type Quantity } from "../lib/array/mod.ts";
import { planck18 } from "../lib/cosmology/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import {
  lightconePower,
  makeLightcone,
  readLightcone,
  readLightconePlane,
  streamLightcone,
  toRedshiftSpace,
} from "../lib/lightcone/mod.ts";
import { lightconeFigure, renderSvg } from "../lib/plot/mod.ts";

await ready();
const [n, boxSize] = [48, 60];
const redshifts = [6.5, 7, 7.5, 8, 9, 10];

/** A field on the mesh from a wave pattern. */
function field(quantity: Quantity, unit: string, valueAt: (pattern: number, slope: number) => number): Field {
  const wave = 2 * Math.PI / n;
  const data = Float32Array.from({ length: n ** 3 }, (_, i) => {
    const [x, y, z] = [Math.floor(i / (n * n)), Math.floor(i / n) % n, i % n];
    const phase = wave * (2 * x + 3 * z) + Math.sin(wave * (y - z));
    return valueAt(Math.sin(phase) + Math.cos(wave * (2 * y + z)), Math.cos(phase));
  });
  return new Field({ array: fromData(data, [n, n, n], "float32"), boxSize, quantity, unit });
}

/** Fields of one redshift: neutral gas glows outside of bubbles that fill the box by z = 6. */
function cube(index: number) {
  const z = redshifts[index];
  const edge = (z - 8) / 1.2;
  const x = field("ionisedFraction", "1", (pattern) => pattern > edge ? 1 : 0);
  const dTb = field(
    "brightnessTemperature",
    "mK",
    (pattern) => pattern > edge ? 0 : 9 * Math.sqrt(1 + z) - 8 * pattern,
  );
  const velocity = field("other", "km/s", (_, slope) => 250 * slope);
  return { z, x, dTb: toRedshiftSpace(dTb, velocity, { z, cosmology: planck18 }) };
}

const source = { redshifts, read: cube };
const { dTb, x } = await makeLightcone(source, { cosmology: planck18, quantities: ["dTb", "x"] });
const slices = dTb.redshifts.length;
console.log(`${slices} slices of ${n} x ${n} cells, ${(boxSize / n).toFixed(2)} Mpc/h apart`);
for (const z of [6.5, 7.5, 9.5]) {
  const j = dTb.redshifts.findIndex((at) => at >= z);
  const mean = (values: Float32Array) => {
    let sum = 0;
    for (let row = 0; row < n * n; row++) sum += values[row * slices + j];
    return sum / (n * n);
  };
  console.log(
    `z = ${dTb.redshifts[j].toFixed(3)}, ${dTb.frequencies[j].toFixed(1)} MHz, ${dTb.distances[j].toFixed(1)} Mpc/h: ` +
      `x_HII ${mean(x.array.data).toFixed(3)}, dTb ${mean(dTb.array.data).toFixed(2)} mK`,
  );
}
const { k, dimensionless } = lightconePower(dTb, 8, { bins: 4, taper: "blackmanHarris" });
k.forEach((k, i) => console.log(`around z = 8: Delta^2(${k.toFixed(2)} h/Mpc) = ${dimensionless[i].toFixed(2)} mK^2`));

const path = await Deno.makeTempFile({ suffix: ".h5" });
await streamLightcone(path, source, { cosmology: planck18, quantities: ["dTb"] });
const back = await readLightcone(path, "dTb");
console.log(`streamed to a file part by part: ${back.array.data.every((v, i) => v === dTb.array.data[i])}`);
const figure = lightconeFigure(await readLightconePlane(path, "dTb"), { title: "Brightness temperature" });
const svg = await renderSvg(figure);
console.log(figure.description);
if (Deno.args[0]) await Deno.writeTextFile(Deno.args[0], svg);
await Deno.remove(path);

/**
 * Figures and a report from a field made of plane waves.
 *
 *     deno run --allow-write examples/plot.ts [FOLDER]
 *
 * Drawing needs no permission; writing the files does.
 */
import { Field, NdArray } from "../lib/array/mod.ts";
import { histogramFigure, renderFigure, reportHtml, sliceFigure, spectrumFigure } from "../lib/plot/mod.ts";

const folder = Deno.args[0] ?? "out/plot";
const n = 64;
const boxSize = 100;

// A brightness temperature with two waves along x and y, in mK.
const data = new Float32Array(n ** 3);
for (let i = 0, at = 0; i < n; i++) {
  for (let j = 0; j < n; j++) {
    const value = 8 + 12 * Math.sin(2 * Math.PI * 3 * i / n) * Math.cos(2 * Math.PI * 2 * j / n);
    for (let k = 0; k < n; k++) data[at++] = value;
  }
}
const array = new NdArray(data, [n, n, n], "float32");
const field = new Field({ array, boxSize, quantity: "brightnessTemperature", unit: "mK" });

const k = Array.from({ length: 12 }, (_, i) => 0.08 * 1.4 ** i);
const value = k.map((x) => 30 * x / (1 + x));
const specs = {
  slice: sliceFigure(field, { axis: 2, title: "21-cm brightness temperature" }),
  spectrum: spectrumFigure([{ label: "z = 8", k, value, error: value.map((v) => v / 5) }], { unit: "mK²" }),
  histogram: histogramFigure(data, { label: "Brightness temperature", unit: "mK", bins: 40 }),
};

await Deno.mkdir(folder, { recursive: true });
const figures = [];
for (const [name, spec] of Object.entries(specs)) {
  const { svg, png, json } = await renderFigure(spec);
  await Deno.writeTextFile(`${folder}/${name}.svg`, svg);
  await Deno.writeFile(`${folder}/${name}.png`, png);
  await Deno.writeTextFile(`${folder}/${name}.vl.json`, json);
  figures.push({ svg, alt: spec.description, caption: spec.description });
}
const html = await reportHtml({
  title: "Two plane waves",
  summary: [{ label: "Box", value: boxSize, unit: "Mpc/h" }, { label: "Cells", value: `${n}³` }],
  sections: [{ heading: "Figures", figures }],
});
await Deno.writeTextFile(`${folder}/report.html`, html);
console.log(`Wrote ${figures.length} figures and report.html to ${folder}`);

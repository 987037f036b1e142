import assert from "node:assert/strict";
import { decode } from "npm:fast-png@8.0.0";
import { NdArray } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { type Heatmap, heatmapFigure, linesFigure, type LinesPanel, renderPng, renderSvg } from "../../lib/plot/mod.ts";
import { assertTexts, domainError, texts } from "./_texts.ts";

const temperature: LinesPanel = {
  title: "Gas",
  lines: [
    { label: "kinetic", x: [6, 8, 12], y: [900, 40, NaN], error: [50, 39, 1] },
    { label: "background", x: [6, 8, 12], y: [19, 24, 35], dashed: true, color: "#123456" },
  ],
  x: { label: "Redshift z" },
  y: { label: "Temperature", unit: "K", scale: "log" },
};
const fraction: LinesPanel = {
  lines: [{ label: "x", x: [6, 8, 12], y: [1, 0.5, 0], error: [0.1, 0.1, 0.1] }],
  x: { label: "Redshift z" },
  y: { label: "Ionised fraction", unit: "1", limits: [0, 1] },
};

interface View {
  title?: string;
  width: number;
  data: { values: { curve: string; x: number; value: number; low?: number; high?: number }[] };
  layer: { encoding: { y: { scale: { type: string; domain: [number, number] } } } }[];
}

Deno.test("linesFigure() draws panels with their own axes, units, legends and dashes", async () => {
  const spec = linesFigure([temperature, fraction], { title: "History", columns: 1 });
  const svg = await renderSvg(spec);
  assertTexts(svg, ["History", "Gas", "Redshift z", "Temperature [K]", "10²", "kinetic", "background"]);
  assertTexts(svg, ["Ionised fraction", "0.2", "1.0"]);
  assert.match(svg, /stroke="#123456"/);
  assert.match(svg, /stroke-dasharray="6,4"/);
  assert.ok(!texts(svg).includes("x"), "one line needs no legend");
  assert.equal(
    spec.description,
    "History: Temperature [K] (kinetic, background) against Redshift z; Ionised fraction against Redshift z",
  );
  const { concat, columns } = spec as unknown as { concat: View[]; columns: number };
  assert.deepEqual([columns, concat[0].title, concat[1].title, concat[0].width], [1, "Gas", undefined, 300]);
  // The place without a value is left out; the band that nearly reaches 0 ends at the frame.
  const [first, second, third] = concat[0].data.values;
  const { type, domain } = concat[0].layer[1].encoding.y.scale;
  assert.deepEqual([type, first.low, first.high, third.curve], ["log", 850, 950, "background"]);
  assert.deepEqual([second.low, second.high], [domain[0], 79]);
  // On a linear axis with given ends the band ends there.
  assert.deepEqual(concat[1].layer[1].encoding.y.scale.domain, [0, 1]);
  assert.deepEqual([concat[1].data.values[0].high, concat[1].data.values[2].low], [1, 0]);
});

Deno.test("linesFigure() of one panel is larger and takes its title; a linear axis holds its bands", async () => {
  const line = { label: "a", x: [1, 2, 3], y: [-5, 0, 5], error: [5, 1, 5] };
  const spec = linesFigure({ lines: [line], x: { label: "t" }, y: { label: "v" }, title: "One" });
  const view = spec as unknown as View;
  assert.deepEqual([view.title, view.width], ["One", 420]);
  // From -10 to 10, and a twentieth of it at both ends.
  assert.deepEqual(view.layer[1].encoding.y.scale.domain, [-11, 11]);
  assertTexts(await renderSvg(spec), ["One", "t", "v", "−10", "10"]);
});

Deno.test("linesFigure() draws many values without points", () => {
  const marks = (points?: boolean) => {
    const { layer } = linesFigure(fraction, { points }) as unknown as { layer: { mark: { type: string } }[] };
    return layer.map(({ mark }) => mark.type);
  };
  assert.deepEqual(marks(), ["area", "line", "circle"]);
  assert.deepEqual(marks(false), ["area", "line"]);
});

Deno.test("linesFigure() refuses what cannot be drawn", () => {
  const refuse = (panel: Partial<LinesPanel>, text: RegExp) =>
    assert.throws(() => linesFigure({ ...fraction, ...panel }), domainError(text));
  const [line] = fraction.lines;
  assert.throws(() => linesFigure([]), domainError(/at least one panel/));
  refuse({ lines: [] }, /Cannot draw "Ionised fraction": there must be at least one curve/);
  refuse({ lines: [line, line] }, /two are called "x"/);
  refuse({ y: { label: "f", scale: "log" } }, /line "x": y goes down to 0, .* above 0/);
  refuse({ lines: [{ ...line, y: [NaN, NaN, NaN] }] }, /no finite value/);
  refuse({ y: { label: "f", limits: [1, 1] } }, /"limits".*rising order, got \[1, 1\]/);
  refuse({ x: { label: "f", scale: "log", limits: [0, 1] } }, /above 0 in rising order/);
  assert.throws(
    () => linesFigure({ ...fraction, lines: [{ ...line, y: [1] }] }),
    (e) => isToolkitError(e, "ShapeError") && /"y" must be as long as "x", 3, got 1/.test(e.message),
  );
});

const heatmap: Heatmap = {
  array: new NdArray(Float64Array.of(1, 10, 100, 1000, NaN, -3), [3, 2], "float64"),
  xEdges: [0.1, 1, 10, 100],
  yEdges: [0, 1, 2],
  x: { label: "k across", unit: "h/Mpc", scale: "log" },
  y: { label: "k along", unit: "h/Mpc" },
};

Deno.test("heatmapFigure() has a rectangle for each bin, in the colour of its value, and leaves out the rest", async () => {
  const spec = heatmapFigure(heatmap, { label: "Δ²", unit: "mK²", scale: "log", title: "Power", colors: "binary" });
  const [{ data }] = (spec as unknown as { hconcat: View[] }).hconcat as unknown as {
    data: { values: Record<string, number | string>[] };
  }[];
  // Thirds of the way from white to black for 1, 10, 100, 1000.
  assert.deepEqual(data.values.map(({ color }) => color), [255, 170, 85, 0].map((c) => `rgb(${c}, ${c}, ${c})`));
  assert.deepEqual(data.values[3], { x: 1, x2: 10, y: 1, y2: 2, value: 1000, color: "rgb(0, 0, 0)" });
  const svg = await renderSvg(spec);
  assertTexts(svg, ["Power", "k across [h/Mpc]", "k along [h/Mpc]", "Δ² [mK²]", "10³", "10⁻¹", "2.0"]);
  assert.match(spec.description, /Δ² \[mK²\] in 3 by 2 bins of k across .* colours from 1 to 1000/);
});

Deno.test("heatmapFigure() puts colours where the bins are", async () => {
  const red = [200, 0, 0] as const;
  const colors = (place: number) => place > 0.5 ? red : [0, 0, 200] as const;
  const array = new NdArray(Float32Array.of(0, 0, 0, 1), [2, 2], "float32");
  const spec = heatmapFigure({ ...heatmap, array, xEdges: [0, 3, 4], yEdges: [0, 1, 4], x: { label: "x" } }, {
    colors,
    width: 200,
    height: 200,
  });
  const { width, height, data, channels } = decode(await renderPng(spec, { scale: 1 }));
  let [count, left, right, top, bottom] = [0, Infinity, -Infinity, Infinity, -Infinity];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width - 90; column++) {
      const at = (row * width + column) * channels;
      if (data[at] !== 200 || data[at + 2] !== 0) continue;
      count++;
      [left, right] = [Math.min(left, column), Math.max(right, column)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    }
  }
  // A quarter of the width at the right, three quarters of the height at the top; a pixel or two go to the frame.
  assert.ok(Math.abs(right - left - 50) < 3 && Math.abs(bottom - top - 150) < 3 && Math.abs(count - 7500) < 400);
});

Deno.test("heatmapFigure() starts a bin from 0 at half of its edge on a log axis, and refuses what cannot be drawn", () => {
  const log = { ...heatmap, y: { label: "k along", scale: "log" as const } };
  const spec = heatmapFigure(log, { scale: "log" });
  const [{ data }] = (spec as unknown as { hconcat: { data: { values: { y: number }[] } }[] }).hconcat;
  assert.deepEqual(data.values.map(({ y }) => y), [0.5, 1, 0.5, 1]);
  assert.throws(
    () => heatmapFigure({ ...heatmap, yEdges: [0, 1] }),
    (e) => isToolkitError(e, "ShapeError") && e.expected === "[3, 1]" && e.actual === "[3, 2]",
  );
  assert.throws(() => heatmapFigure({ ...heatmap, xEdges: [0.1, 1, 1, 2] }), domainError(/"xEdges".*got 1 at place 2/));
  assert.throws(() => heatmapFigure({ ...heatmap, xEdges: [-1, 1, 2, 3] }), domainError(/of at least 0, got -1/));
  const none = new NdArray(new Float64Array(6), [3, 2], "float64");
  assert.throws(() => heatmapFigure({ ...heatmap, array: none }, { scale: "log" }), domainError(/no finite value/));
});

import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { type Curve, histogramFigure, historyFigure, renderSvg, spectrumFigure } from "../../lib/plot/mod.ts";
import { assertTexts, domainError, texts } from "./_texts.ts";

Deno.test("spectrumFigure() has titles with units, powers of ten as labels, a legend and bands", async () => {
  const k = [0.05, 0.5, 5];
  const curves: Curve[] = [
    { label: "z = 8", k, value: [1, 40, 3000], error: [0.5, 50, NaN] },
    { label: "linear theory", k, value: [2, NaN, 900], dashed: true, color: "#123456" },
  ];
  const svg = await renderSvg(spectrumFigure(curves, { unit: "mK²", title: "Power & more" }));
  assertTexts(svg, ["Power &amp; more", "k [h/Mpc]", "Δ²(k) [mK²]", "10⁻¹", "10⁰", "10³", "z = 8", "linear theory"]);
  assert.match(svg, /stroke="#123456"/);
  assert.match(svg, /stroke-dasharray="6,4"/);
  assert.match(svg, /aria-roledescription="area mark"|opacity="0.2"/);
});

Deno.test("spectrumFigure() writes units of P(k), and round numbers on axes shorter than a decade", async () => {
  const curve: Curve = { label: "a", k: [0.3, 0.5, 0.9], value: [1200, 2500, 2600] };
  const svg = await renderSvg(spectrumFigure([curve], { kind: "power", unit: "mK²" }));
  assertTexts(svg, ["P(k) [mK² (Mpc/h)³]", "0.3", "0.5", "0.9", "1200", "2000", "2600"]);
  assert.ok(!texts(svg).includes("a"), "one curve needs no legend");
  assertTexts(await renderSvg(spectrumFigure([curve], { kind: "power" })), ["P(k) [(Mpc/h)³]"]);
  assertTexts(await renderSvg(spectrumFigure([curve])), ["Δ²(k)"]);
  const wide: Curve = { label: "b", k: [1e-3, 1e3], value: [1e-12, 1e12] };
  const labels = texts(await renderSvg(spectrumFigure([wide])));
  assert.ok(labels.includes("10⁻¹²") && labels.includes("10⁰") && labels.includes("10¹²"), JSON.stringify(labels));
  const decade: Curve = { label: "c", k: [0.2, 1.9], value: [3e-7, 4e-6] };
  assertTexts(await renderSvg(spectrumFigure([decade])), ["0.2", "0.5", "1", "5×10⁻⁷", "10⁻⁶", "2×10⁻⁶"]);
});

Deno.test("spectrumFigure() keeps bands that reach below 0 inside of the frame", () => {
  const spec = spectrumFigure([{ label: "a", k: [1, 2], value: [1, 2], error: [5, 1] }]);
  const { data } = spec as unknown as { data: { values: { low: number; high: number }[] } };
  const [low, high] = JSON.stringify(spec).match(/"field":"value".*?"domain":\[([^\]]*)\]/)![1].split(",").map(Number);
  assert.equal(data.values[0].low, low);
  assert.equal(data.values[0].high, 6);
  assert.equal(data.values[1].low, 1);
  assert.ok(low > 0 && low < 1 && high > 6);
});

Deno.test("spectrumFigure() refuses curves without a place on logarithmic axes", () => {
  const refuse = (curves: Curve[], text: RegExp) => assert.throws(() => spectrumFigure(curves), domainError(text));
  refuse([], /at least one curve/);
  refuse([{ label: "a", k: [1, 2], value: [1, -2] }], /^Cannot draw spectrum "a": value goes down to -2, .* above 0/);
  refuse([{ label: "a", k: [0, 2], value: [1, 2] }], /"a": k goes down to 0/);
  refuse([{ label: "a", k: [1], value: [NaN] }], /no finite value/);
  refuse([{ label: "a", k: [], value: [] }], /no finite value/);
  refuse([{ label: "a", k: [1], value: [1] }, { label: "a", k: [1], value: [2] }], /two are called "a"/);
  assert.throws(
    () => spectrumFigure([{ label: "a", k: [1, 2], value: [1] }]),
    (e) => isToolkitError(e, "ShapeError") && e.expected === "[2]" && e.actual === "[1]",
  );
});

Deno.test("historyFigure() draws panels with units, sorted by redshift, and a point for one snapshot", async () => {
  const panels = [
    { label: "Mean brightness temperature", unit: "mK", values: [-100, 20, 5] },
    { label: "Kinetic temperature", unit: "K", values: [3, 30, 2000], scale: "log" as const },
    { label: "Ionised fraction", unit: "1", values: [0, 0.1, 1], limits: [0, 1] as const },
  ];
  const spec = historyFigure([20, 12, 6], panels, { title: "History" });
  const svg = await renderSvg(spec);
  assertTexts(svg, ["History", "Redshift z", "Mean brightness temperature [mK]", "Kinetic temperature [K]"]);
  assertTexts(svg, ["Ionised fraction", "−100", "10²", "1.0", "20"]);
  const { concat } = spec as unknown as { concat: { data: { values: unknown } }[] };
  const curve = "Mean brightness temperature";
  const rows = [[6, 5], [12, 20], [20, -100]].map(([x, value]) => ({ curve, x, value }));
  assert.deepEqual(concat[0].data.values, rows);

  const one = await renderSvg(historyFigure([7.715], [{ label: "T", unit: "K", values: [32] }]));
  assertTexts(one, ["T [K]", "Redshift z", "7.5", "8.0"]);
  assert.equal([...one.matchAll(/aria-roledescription="circle"/g)].length, 1);
});

Deno.test("historyFigure() refuses panels of another length and negative numbers on a log axis", () => {
  assert.throws(() => historyFigure([1], []), domainError(/at least one panel/));
  assert.throws(() => historyFigure([], [{ label: "T", values: [] }]), domainError(/"z" holds no finite value/));
  assert.throws(
    () => historyFigure([1], [{ label: "T", values: [-1], scale: "log" }]),
    domainError(/"T".*goes down to -1/),
  );
  assert.throws(() => historyFigure([1, 2], [{ label: "T", values: [1] }]), (e) => isToolkitError(e, "ShapeError"));
});

Deno.test("histogramFigure() counts shares per bin, the upper edge in the last", async () => {
  // Edges 1, 5/3, 7/3, 3: one of four values in the first bin, two in the second, the 3 in the last.
  const spec = histogramFigure([1, 2, 2, 3, NaN], { bins: 3, label: "T", unit: "K" });
  const { data } = spec as unknown as { data: { values: { from: number; share: number }[] } };
  assert.deepEqual(data.values.map((row) => row.share), [0.25, 0.5, 0.25]);
  assert.ok(Math.abs(data.values[1].from - 5 / 3) < 1e-15);
  assertTexts(await renderSvg(spec), ["T [K]", "Share of cells per bin", "0.5", "3.0"]);
  const log = histogramFigure([1, 10, 10, 100], { bins: 2, scale: "log" }) as unknown as typeof spec & typeof data;
  const rows = (log as unknown as { data: typeof data }).data.values;
  assert.deepEqual(rows.map((row) => row.share), [0.25, 0.75]);
  assert.throws(() => histogramFigure([0, 1], { scale: "log" }), domainError(/goes down to 0/));
  assert.throws(() => histogramFigure([]), domainError(/no finite value/));
  assert.throws(() => histogramFigure([1], { limits: [5, 6] }), domainError(/no value lies in \[5, 6\]/));
  assert.throws(() => histogramFigure([1], { limits: [5, 5] }), domainError(/no value|rising/));
});

Deno.test("linear axes write very large and very small numbers with powers of ten", async () => {
  const panels = [{ label: "M", values: [1e13, 3e13] }, { label: "x", values: [1e-5, 3e-5] }];
  assertTexts(await renderSvg(historyFigure([6, 7], panels)), ["1×10¹³", "2×10¹³", "1×10⁻⁵", "2.5×10⁻⁵"]);
});

import assert from "node:assert/strict";
import { decode } from "npm:fast-png@8.0.0";
import { NdArray } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import * as plot from "../../lib/plot/mod.ts";
import { regular, semiBold } from "../../lib/plot/_font.ts";
import { FontMetrics } from "../../lib/plot/_metrics.ts";

const curve: plot.Curve = { label: "z = 8", k: [0.1, 1, 10], value: [2, 20, 90], error: [1, 4, 9] };
const spectrum = plot.spectrumFigure([curve, { ...curve, label: "z = 9" }], { unit: "mK²", title: "Power" });
const plane = plot.planeFigure(
  { array: new NdArray(Float32Array.from({ length: 64 }, (_, i) => i), [8, 8], "float32"), size: [50, 50] },
  { label: "Temperature", unit: "K", title: "Slice" },
);

Deno.test({
  name: "renderFigure() needs no permission and gives the same bytes each time, also when figures are drawn at once",
  permissions: "none",
  async fn() {
    const first = [await plot.renderFigure(spectrum), await plot.renderFigure(plane)];
    const again = await Promise.all([plot.renderFigure(spectrum), plot.renderFigure(plane)]);
    assert.deepEqual(again, first);
    for (const { svg, png, json } of first) {
      const [width, height] = [...svg.matchAll(/ (?:width|height)="(\d+)"/g)].map(([, size]) => Number(size));
      const picture = decode(png);
      assert.deepEqual([picture.width, picture.height], [2 * width, 2 * height]);
      assert.ok(json.startsWith('{\n "$schema": "https://vega.github.io/schema/vega-lite/v6.json"'));
    }
    assert.deepEqual(JSON.parse(first[1].json), plane);
  },
});

Deno.test("renderPng() draws texts with the built-in font, as wide as FontMetrics says", async () => {
  const title = "Brightness δT ⟨mK²⟩ 10⁻³";
  const histogram = plot.histogramFigure([1, 2, 3], { title, width: 500 });
  const scale = 4;
  const { width, data, channels } = decode(await plot.renderPng(histogram, { scale }));
  // The title is all there is in the first 20 px under the padding; the page is white.
  let [left, right] = [Infinity, -Infinity];
  for (let at = 0; at < 24 * scale * width; at++) {
    if (data[channels * at] > 128) continue;
    left = Math.min(left, at % width);
    right = Math.max(right, at % width);
  }
  const inked = (right - left + 1) / scale;
  const expected = new FontMetrics(Uint8Array.fromBase64(semiBold)).width(title) * 13;
  // Letters have white at both sides: B, up to a tenth of the font size.
  assert.ok(inked < expected && inked > expected - 2.6, `${inked} px of ink, ${expected} px of text`);
  assert.notEqual(new FontMetrics(Uint8Array.fromBase64(regular)).width(title) * 13, expected);
});

Deno.test("FontMetrics gives digits one width and missing letters the width of the empty box", () => {
  const metrics = new FontMetrics(Uint8Array.fromBase64(regular));
  assert.equal(metrics.width(""), 0);
  assert.ok(metrics.width("mm") === 2 * metrics.width("m") && metrics.width("m") > metrics.width("i"));
  assert.ok(metrics.width("α") > 0.4 && metrics.width("α") < 0.9);
  assert.equal(metrics.width("漢"), metrics.width("\u{1f600}"));
  assert.throws(() => new FontMetrics(new Uint8Array(64)), SyntaxError);
});

Deno.test("renderSvg() escapes texts and keeps axis titles clear of their labels", async () => {
  const svg = await plot.renderSvg(plot.histogramFigure([0.001, 0.002], { title: '<b onload="x">&', label: "T" }));
  assert.ok(svg.includes("&lt;b onload="), svg.slice(0, 500));
  assert.ok(!svg.includes("<b onload"));
  // Vertical axis: x of the title against the end of the widest label, both from the frame.
  const metrics = new FontMetrics(Uint8Array.fromBase64(regular));
  const axis = svg.match(/<g class="mark-group role-axis"[^>]*aria-label="Y-axis[^]*?role-axis-title[^]*?<\/text>/)![0];
  const labels = [...axis.matchAll(/text-anchor="end" transform="translate\((-?[\d.]+),[^>]*>([^<]+)</g)];
  const reach = Math.min(...labels.map(([, x, text]) => Number(x) - 11 * metrics.width(text)));
  const title = Number(axis.match(/role-axis-title[^]*?translate\((-?[\d.]+),/)![1]);
  assert.ok(labels.length > 3 && title < reach - 4 && title > reach - 14, `title at ${title}, labels to ${reach}`);
});

Deno.test("renderPng() refuses a scale of 0", async () => {
  await assert.rejects(plot.renderPng(plane, { scale: 0 }), (e) => isToolkitError(e, "DomainError"));
});

Deno.test("notebookFigure() offers Vega-Lite, SVG and text to the notebook", async () => {
  const shown = plot.notebookFigure(spectrum) as Record<symbol, () => Promise<plot.MimeBundle>>;
  const bundle = await shown[Symbol.for("Jupyter.display")]();
  assert.deepEqual(bundle["application/vnd.vegalite.v6+json"], spectrum);
  const older = bundle["application/vnd.vegalite.v5+json"] as plot.VegaLiteSpec;
  assert.equal(older.$schema, "https://vega.github.io/schema/vega-lite/v5.json");
  assert.equal(bundle["image/svg+xml"], await plot.renderSvg(spectrum));
  assert.equal(bundle["text/plain"], "Power: Δ²(k) [mK²] against k [h/Mpc] on logarithmic axes; curves: z = 8, z = 9");
});

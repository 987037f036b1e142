import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { type Report, reportHtml } from "../../lib/plot/mod.ts";

const evil = `<script>alert("1")</script> & 'x'`;
const safe = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;";
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><clipPath id="c1"></clipPath>` +
  `<g clip-path="url(#c1)"></g></svg>`;

const report: Report = {
  title: evil,
  subtitle: evil,
  summary: [{ label: evil, value: 1.23456789e-12, unit: evil }, { label: "Mean", value: -4.0991234, unit: "mK" }],
  sections: [{
    heading: evil,
    text: [evil],
    figures: [{ svg, alt: evil, caption: evil }, { svg, alt: "second", caption: "b" }],
    tables: [{
      caption: evil,
      columns: [{ label: evil, unit: "h/Mpc" }, { label: "n", unit: "1" }, { label: evil }],
      rows: [[0.1, 66390, evil], [NaN, 12345678, "b"]],
    }],
  }],
  provenance: [{ label: evil, value: evil, unit: evil }],
};

Deno.test("reportHtml() escapes every text and loads nothing", async () => {
  const html = await reportHtml(report);
  assert.ok(!html.includes("<script"), "a script came through");
  // Title twice, subtitle, summary 2, heading, paragraph, figure 2, table 4, provenance 3.
  assert.equal(html.split(safe).length - 1, 16);
  // Fonts and pictures are inside; the only addresses are names of XML languages.
  const addresses = [...html.matchAll(/https?:\/\/[^"' )]+/g)].map(([address]) => address);
  assert.deepEqual([...new Set(addresses)], ["http://www.w3.org/2000/svg"]);
  assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
  assert.equal(await reportHtml(report), html);
});

Deno.test("reportHtml() writes numbers with five digits and units, and NaN as a dash", async () => {
  const html = await reportHtml(report);
  assert.match(html, /<dd>1\.2346×10⁻¹² <span/);
  assert.match(html, /<dd>−4\.0991 <span class="unit">mK<\/span>/);
  assert.match(html, /<td class="number">0\.1<\/td><td class="number">66390<\/td><td>/);
  assert.match(html, /<td class="number">–<\/td><td class="number">1\.2346×10⁷<\/td>/);
  assert.match(html, /<span class="unit">\[h\/Mpc\]<\/span>/);
  assert.doesNotMatch(html, /\[1\]/);
});

Deno.test("reportHtml() keeps the ids of pictures apart and gives them alternative texts", async () => {
  const html = await reportHtml(report);
  assert.match(html, /<svg role="img" aria-label="second"[^]*id="f0-1-c1"[^]*url\(#f0-1-c1\)/);
  assert.equal(html.split('id="f0-0-c1"').length - 1, 1);
});

Deno.test("reportHtml() refuses rows that do not fit the columns", async () => {
  const table = { caption: "Spectrum", columns: [{ label: "k" }], rows: [[1, 2]] };
  await assert.rejects(
    reportHtml({ title: "t", sections: [{ heading: "h", tables: [table] }] }),
    (e) => isToolkitError(e, "ShapeError") && e.expected === "[1]" && e.actual === "[2]",
  );
});

import { superscript } from "./_axis.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as HTML shows it unchanged, in content and in attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter]);
}

/** A number with at most five significant digits: 0.1315, 66390, 1.6×10⁻¹². */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e7) return String(value).replace("-", "−");
  if (size >= 1e5 || size < 1e-3) {
    const [digits, exponent] = value.toExponential(4).split("e");
    return `${String(Number(digits)).replace("-", "−")}×10${superscript(Number(exponent))}`;
  }
  return String(Number(value.toPrecision(5))).replace("-", "−");
}

/** An SVG to put inside of a page: its ids made unlike those of others, its alternative text set. */
export function inlineSvg(svg: string, prefix: string, alt: string): string {
  return svg
    .replace(/^<\?xml[^>]*>\s*/, "")
    .replace(/ id="([^"]+)"/g, ` id="${prefix}$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${prefix}$1)`)
    .replace(/ (xlink:href|href)="#([^"]+)"/g, ` $1="#${prefix}$2"`)
    .replace(/^<svg/, `<svg role="img" aria-label="${escapeHtml(alt)}"`);
}

/** Whether an SVG is too wide to stand beside another. */
export function isWide(svg: string): boolean {
  return Number(/^<svg[^>]* width="([\d.]+)"/.exec(svg)?.[1]) > 600;
}

/** Style of a report: dark text on white, narrow columns, whole figures on a printed page. */
export const REPORT_STYLE = `
:root { color-scheme: light; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --ground: #f6f8fa; }
* { box-sizing: border-box; }
body { margin: 0; background: white; color: var(--ink); font: 15px/1.55 Inter, Helvetica, Arial, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 28px 64px; }
h1 { font-size: 28px; line-height: 1.2; font-weight: 600; margin: 0 0 4px; }
h2 { font-size: 19px; font-weight: 600; margin: 44px 0 14px; padding-bottom: 6px; border-bottom: 1px solid var(--line); }
p { max-width: 46em; }
.subtitle { color: var(--soft); margin: 0 0 24px; }
dl.summary { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin: 24px 0; }
dl.summary div { background: var(--ground); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
dl.summary dt { color: var(--soft); font-size: 13px; }
dl.summary dd { margin: 2px 0 0; font-size: 21px; font-weight: 600; overflow-wrap: anywhere; }
dl.summary .unit { font-size: 14px; font-weight: 400; color: var(--soft); }
.figures { display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start; }
figure { margin: 0; max-width: 100%; }
figure svg { max-width: 100%; height: auto; display: block; }
figcaption, caption { color: var(--soft); font-size: 13.5px; }
figcaption { padding: 4px 10px 0; max-width: 480px; }
.scroll { overflow-x: auto; margin: 18px 0; }
table { border-collapse: collapse; font-size: 13.5px; }
caption { text-align: left; padding: 0 0 6px; }
th, td { padding: 5px 14px 5px 0; text-align: left; vertical-align: top; }
th { font-weight: 600; border-bottom: 1.5px solid var(--ink); }
th .unit { font-weight: 400; color: var(--soft); }
td { border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.number { text-align: right; padding: 5px 6px 5px 20px; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media print {
  @page { margin: 16mm; }
  body { font-size: 10.5pt; }
  main { padding: 0; max-width: none; }
  dl.summary { grid-template-columns: repeat(4, 1fr); }
  .figures { gap: 10px; }
  figure { width: calc(50% - 5px); }
  figure.wide { width: 100%; }
  figure, dl.summary div, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  thead { display: table-header-group; }
}
`;

import { ShapeError } from "../base/mod.ts";
import { escapeHtml, formatNumber, inlineSvg, isWide, REPORT_STYLE } from "./_html.ts";

/** A number or text with a name, for the summary. */
export interface ReportValue {
  /** What it is. */
  readonly label: string;
  /** The value; numbers are shown with five digits at most. */
  readonly value: string | number;
  /** Unit, as "mK"; nothing or "1" for a number without. */
  readonly unit?: string;
}

/** A picture in a report. */
export interface ReportFigure {
  /** SVG as `renderSvg` makes it: it is put into the page as it is. */
  readonly svg: string;
  /** What the picture shows, for readers who do not see it: `description` of the specification. */
  readonly alt: string;
  /** Text under the picture. */
  readonly caption: string;
}

/** A table in a report. */
export interface ReportTable {
  /** Text over the table. */
  readonly caption: string;
  /** Names of the columns with their units. */
  readonly columns: readonly { readonly label: string; readonly unit?: string }[];
  /** Rows of cells; NaN is shown as a dash. */
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A part of a report under a heading of its own. */
export interface ReportSection {
  /** Heading of the part. */
  readonly heading: string;
  /** Paragraphs before figures and tables. */
  readonly text?: readonly string[];
  /** Pictures, side by side where there is room. */
  readonly figures?: readonly ReportFigure[];
  /** Tables, one under the other. */
  readonly tables?: readonly ReportTable[];
}

/** All that a report shows. */
export interface Report {
  /** Heading of the page. */
  readonly title: string;
  /** A line under it. */
  readonly subtitle?: string;
  /** The main results, shown large. */
  readonly summary?: readonly ReportValue[];
  /** The parts, in order. */
  readonly sections: readonly ReportSection[];
  /** Where the results come from (versions, digests, seeds), shown last. */
  readonly provenance?: readonly ReportValue[];
}

const unitSpan = (unit?: string) =>
  unit === undefined || unit === "" || unit === "1" ? "" : ` <span class="unit">${escapeHtml(unit)}</span>`;

const show = (value: string | number) => escapeHtml(typeof value === "number" ? formatNumber(value) : value);

function tableHtml({ caption, columns, rows }: ReportTable): string {
  const isNumber = columns.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === "number"));
  const style = (i: number) => isNumber[i] ? ' class="number"' : "";
  const head = columns.map(({ label, unit }, i) =>
    `<th scope="col"${style(i)}>${escapeHtml(label)}${
      unit === undefined || unit === "1" ? "" : ` <span class="unit">[${escapeHtml(unit)}]</span>`
    }</th>`
  );
  const body = rows.map((row) => {
    if (row.length !== columns.length) {
      throw new ShapeError(
        `Cannot write table "${caption}": each row must have ${columns.length} cells, got ${row.length}`,
        `[${columns.length}]`,
        `[${row.length}]`,
      );
    }
    return `<tr>${row.map((cell, i) => `<td${style(i)}>${show(cell)}</td>`).join("")}</tr>`;
  });
  return `<div class="scroll"><table>\n<caption>${escapeHtml(caption)}</caption>\n<thead><tr>${
    head.join("")
  }</tr></thead>\n` +
    `<tbody>\n${body.join("\n")}\n</tbody>\n</table></div>`;
}

function sectionHtml({ heading, text = [], figures = [], tables = [] }: ReportSection, index: number): string {
  const pictures = figures.map(({ svg, alt, caption }, i) =>
    `<figure${isWide(svg) ? ' class="wide"' : ""}>\n${inlineSvg(svg, `f${index}-${i}-`, alt)}\n<figcaption>${
      escapeHtml(caption)
    }</figcaption>\n</figure>`
  );
  return [
    "<section>",
    `<h2>${escapeHtml(heading)}</h2>`,
    ...text.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    ...(pictures.length > 0 ? [`<div class="figures">\n${pictures.join("\n")}\n</div>`] : []),
    ...tables.map(tableHtml),
    "</section>",
  ].join("\n");
}

/**
 * One HTML page with everything in it: pictures as inline SVG, tables, the font. It loads nothing and runs no script;
 * all texts are escaped, so that names of files and parameters are shown as they are.
 *
 * @throws {ShapeError} if a row of a table has another number of cells than there are columns.
 * @example
 * ```ts
 * import { reportHtml } from "@cosmesh/cosmesh/plot";
 * const html = await reportHtml({
 *   title: "Reionization at z = 8",
 *   summary: [{ label: "Mean brightness temperature", value: 4.099, unit: "mK" }],
 *   sections: [{ heading: "Result", text: ["One snapshot of 128³ cells."] }],
 * });
 * ```
 */
export async function reportHtml(report: Report): Promise<string> {
  const { regular, semiBold } = await import("./_font.ts");
  const face = (base64: string, weight: number) =>
    `@font-face { font-family: Inter; font-weight: ${weight}; src: url(data:font/ttf;base64,${base64}) format("truetype"); }`;
  const { title, subtitle, summary = [], sections, provenance = [] } = report;
  const cards = summary.map(({ label, value, unit }) =>
    `<div><dt>${escapeHtml(label)}</dt><dd>${show(value)}${unitSpan(unit)}</dd></div>`
  );
  const origin: ReportSection = {
    heading: "Provenance",
    tables: [{
      caption: "What the results were made from",
      columns: [{ label: "Item" }, { label: "Value" }],
      rows: provenance.map(({ label, value, unit }) => [
        label,
        `${typeof value === "number" ? formatNumber(value) : value}${
          unit === undefined || unit === "1" ? "" : ` ${unit}`
        }`,
      ]),
    }],
  };
  const parts = provenance.length > 0 ? [...sections, origin] : sections;
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    // Nothing may be loaded from anywhere, whatever a figure or a text holds.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'">`,
    `<title>${escapeHtml(title)}</title>`,
    `<style>\n${face(regular, 400)}\n${face(semiBold, 600)}${REPORT_STYLE}</style>`,
    "</head>",
    "<body>",
    "<main>",
    `<h1>${escapeHtml(title)}</h1>`,
    ...(subtitle === undefined ? [] : [`<p class="subtitle">${escapeHtml(subtitle)}</p>`]),
    ...(cards.length > 0 ? [`<dl class="summary">\n${cards.join("\n")}\n</dl>`] : []),
    ...parts.map(sectionHtml),
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

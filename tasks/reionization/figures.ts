/**
 * Figures and the report of an analysis.
 *
 * @module
 */
import { VERSION } from "../../lib/base/mod.ts";
import {
  type Curve,
  CURVE_COLORS,
  historyFigure,
  renderFigure,
  type ReportFigure,
  reportHtml,
  type ReportSection,
  spectrumFigure,
  type VegaLiteSpec,
} from "../../lib/plot/mod.ts";
import { CUBE_FIELDS, type ReionizationParameters } from "../../lib/radiation/mod.ts";
import { type CubeResults, SPECTRA, title } from "./measure.ts";

/** A figure with its file name and the text under it. */
export interface NamedFigure {
  readonly name: string;
  readonly caption: string;
  readonly group: "spectra" | "history" | "slices";
  readonly spec: VegaLiteSpec;
}

/** Redshifts whose curves are drawn; more of them could not be told apart. */
const MOST_CURVES = 6;

/** All figures of the results. */
export function figuresOf(results: readonly CubeResults[]): NamedFigure[] {
  const shown = results.filter((_, i) =>
    results.length <= MOST_CURVES || i % Math.ceil(results.length / MOST_CURVES) === 0
  );
  const figures: NamedFigure[] = [];
  SPECTRA.forEach(({ name, fields: [a, b], title: what }, s) => {
    for (const kind of ["dimensionless", "power"] as const) {
      const curves = shown.flatMap((result, i) => curvesOf(result, s, kind, CURVE_COLORS[i % CURVE_COLORS.length]));
      // A field that is the same everywhere has no power to draw.
      if (curves.length === 0) continue;
      const symbol = kind === "power" ? "P" : "Delta2";
      figures.push({
        name: `${symbol}_${name}`,
        group: "spectra",
        caption: `${kind === "power" ? "Power spectrum P(k)" : "Dimensionless power spectrum k³P(k)/2π²"} of ${
          a === b ? `the ${what}` : `${what}: absolute value, dashed where it is negative`
        }${a === b ? "; the band is the standard error P √(2/modes)" : ""}.`,
        spec: spectrumFigure(curves, {
          kind,
          unit: prettyUnit(results[0].spectra[s].spectrum.dimensionlessUnit),
          title: `Power of the ${a === b ? what : `cross ${what}`}`,
        }),
      });
    }
  });
  const z = results.map((r) => r.z);
  figures.push({
    name: "history",
    group: "history",
    caption: "Means over the box against redshift.",
    spec: historyFigure(
      z,
      (["brightnessTemperature", "ionisedFraction", "temperature", "lymanAlphaCoupling"] as const).map((field) => {
        const values = results.map((r) => r.moments[field].mean);
        return {
          label: `Mean ${title(field).replace(/^[A-Z]/, (c) => c.toLowerCase())}`,
          unit: CUBE_FIELDS[field].unit,
          values,
          ...(field === "ionisedFraction" ? { limits: [0, 1] as const } : {}),
          ...(["temperature", "lymanAlphaCoupling"].includes(field) && values.every((v) => v > 0)
            ? { scale: "log" as const }
            : {}),
        };
      }),
      { title: "Global history" },
    ),
  });
  for (const { z, slices } of results) {
    for (const { field, figure } of slices) {
      figures.push({
        name: `slice_z${z.toFixed(3)}_${CUBE_FIELDS[field].dataset}`,
        group: "slices",
        caption: `${title(field)} at z = ${z.toFixed(3)} in a slice one cell thick.`,
        spec: figure,
      });
    }
  }
  return figures;
}

/** The curve of one redshift, or two where a cross spectrum has both signs; nothing if there is no power. */
function curvesOf({ z, spectra }: CubeResults, s: number, kind: "power" | "dimensionless", color: string): Curve[] {
  const { spectrum, error } = spectra[s];
  const { k } = spectrum;
  const label = `z = ${z.toFixed(3)}`;
  const band = error?.map((e, i) => kind === "power" ? e : e * k[i] ** 3 / (2 * Math.PI ** 2));
  const curves: Curve[] = [1, -1].map((sign) => ({
    label: sign > 0 ? label : `${label}, negative`,
    k,
    value: spectrum[kind].map((v) => sign * v > 0 ? sign * v : NaN),
    ...(band ? { error: band } : {}),
    color,
    dashed: sign < 0,
  }));
  return curves.filter(({ value }) => Array.from(value).some(Number.isFinite));
}

function prettyUnit(unit: string): string {
  return unit.replace("^2", "²");
}

/** Writes each figure as SVG, PNG and specification. */
export async function writeFigures(
  folder: string,
  figures: readonly NamedFigure[],
  pngScale: number,
  progress: (fraction: number) => void,
): Promise<void> {
  await Deno.mkdir(folder);
  for (const [i, { name, spec }] of figures.entries()) {
    const { svg, png, json } = await renderFigure(spec, { scale: pngScale });
    await Deno.writeTextFile(`${folder}/${name}.svg`, svg);
    await Deno.writeFile(`${folder}/${name}.png`, png);
    await Deno.writeTextFile(`${folder}/${name}.json`, json);
    progress((i + 1) / figures.length);
  }
}

/** The report as one page, with the pictures that `writeFigures` put into `folder`. */
export async function report(
  folder: string,
  results: readonly CubeResults[],
  figures: readonly NamedFigure[],
  parameters: ReionizationParameters,
  input: Readonly<Record<string, unknown>>,
): Promise<string> {
  const drawn: (ReportFigure & { group: string })[] = [];
  for (const { name, caption, group, spec } of figures) {
    const svg = await Deno.readTextFile(`${folder}/${name}.svg`);
    drawn.push({ group, caption, svg, alt: String(spec.description ?? caption) });
  }
  const of = (group: NamedFigure["group"]) => drawn.filter((figure) => figure.group === group);
  const { Ncell, Lbox } = parameters.simulation;
  const last = results[0];
  const sections: ReportSection[] = [
    { heading: "Slices", figures: of("slices") },
    { heading: "Power spectra", figures: of("spectra"), tables: results.map(spectrumTable) },
    { heading: "Global history", figures: of("history"), tables: [momentTable(results)] },
  ];
  const redshifts = results.length === 1 ? `z = ${last.z.toFixed(3)}` : `${results.length} redshifts`;
  return reportHtml({
    title: "Reionization",
    subtitle: `${redshifts}, ${Ncell}³ cells in a box of ${Lbox} Mpc/h`,
    summary: [
      { label: `Mean ionised fraction at z = ${last.z.toFixed(3)}`, value: last.moments.ionisedFraction.mean },
      { label: "Mean gas temperature", value: last.moments.temperature.mean, unit: "K" },
      { label: "Mean brightness temperature", value: last.moments.brightnessTemperature.mean, unit: "mK" },
    ],
    sections,
    provenance: [
      { label: "Program", value: `cosmesh ${VERSION}` },
      ...Object.entries(input).map(([label, path]) => ({
        label: `Input: ${label}`,
        value: String(path).replace(/^.*\//, ""),
      })),
      ...Object.entries(parameters).flatMap(([group, members]) =>
        Object.entries(members as Record<string, unknown>).filter(([, value]) => value !== null).map((
          [key, value],
        ) => ({
          label: `${group}.${key}`,
          value: Array.isArray(value) ? value.join(", ") : String(value),
        }))
      ),
    ],
  });
}

function spectrumTable({ z, spectra }: CubeResults) {
  const { k, modes } = spectra[0].spectrum;
  const columns = SPECTRA.map(({ name }, s) => ({ label: `Δ² ${name}`, unit: spectra[s].spectrum.dimensionlessUnit }));
  return {
    caption: `Dimensionless power at z = ${z.toFixed(3)}`,
    columns: [{ label: "k", unit: "h/Mpc" }, { label: "modes" }, ...columns],
    rows: [...k].map((value, i) => [value, modes[i], ...spectra.map(({ spectrum }) => spectrum.dimensionless[i])]),
  };
}

function momentTable(results: readonly CubeResults[]) {
  const fields = Object.keys(CUBE_FIELDS) as (keyof typeof CUBE_FIELDS)[];
  return {
    caption: "Means and standard deviations",
    columns: [
      { label: "z" },
      ...fields.flatMap((field) => [
        { label: `mean ${title(field).toLowerCase()}`, unit: CUBE_FIELDS[field].unit },
        { label: "std", unit: CUBE_FIELDS[field].unit },
      ]),
    ],
    rows: results.map((r) => [r.z, ...fields.flatMap((field) => [r.moments[field].mean, r.moments[field].std])]),
  };
}

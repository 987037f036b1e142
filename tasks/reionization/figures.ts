/**
 * Figures and the report of an analysis.
 *
 * @module
 */
import { VERSION } from "../../lib/base/mod.ts";
import type { LightconePlane } from "../../lib/lightcone/mod.ts";
import {
  type Curve,
  CURVE_COLORS,
  type FigureAxis,
  heatmapFigure,
  historyFigure,
  lightconeFigure,
  type Line,
  linesFigure,
  reportHtml,
  type ReportSection,
  spectrumFigure,
} from "../../lib/plot/mod.ts";
import { CUBE_FIELDS, type ReionizationParameters } from "../../lib/radiation/mod.ts";
import type { ConeField } from "./cone.ts";
import { type CubeResults, SPECTRA, type SpectrumName, title } from "./measure.ts";
import { commonSpectra, electronDepth } from "./tables.ts";
import { drawnFigures, type NamedFigure as BaseFigure, some } from "../figures.ts";

export { writeFigures } from "../figures.ts";

/** A figure with its file name and the text under it. */
export type NamedFigure = BaseFigure<"spectra" | "history" | "slices" | "lightcone" | "bubbles" | "anisotropy">;

/** What is drawn. */
export interface Drawn {
  readonly results: readonly CubeResults[];
  readonly parameters: ReionizationParameters;
  /** Planes through the light-cone, if there is one. */
  readonly planes?: Record<ConeField, LightconePlane>;
}

/** Redshifts whose curves are drawn; more of them could not be told apart. */
const MOST_CURVES = 6;
/** Redshifts whose slices are drawn. */
const MOST_SLICES = 4;
/** [h/Mpc] Wavenumbers whose power is drawn against redshift. */
const WAVENUMBERS = [0.1, 0.3, 1];

const REDSHIFT: FigureAxis = { label: "Redshift z" };

/** All figures of the results. */
export function figuresOf(drawn: Drawn): NamedFigure[] {
  return [
    ...coneFigures(drawn),
    ...sliceFigures(drawn),
    ...historyFigures(drawn),
    ...spectrumFigures(drawn),
    ...anisotropyFigures(drawn),
    ...bubbleFigures(drawn),
  ];
}

function coneFigures({ planes }: Drawn): NamedFigure[] {
  return Object.entries(planes ?? {}).map(([field, plane]) => ({
    name: `lightcone_${CUBE_FIELDS[field as ConeField].dataset}`,
    group: "lightcone",
    caption: `${title(field as ConeField)} on the light-cone, in a slice one cell thick.`,
    spec: lightconeFigure(plane),
  }));
}

function sliceFigures({ results }: Drawn): NamedFigure[] {
  return some(results, MOST_SLICES).flatMap(({ z, slices }) =>
    slices.map(({ field, figure }): NamedFigure => ({
      name: `slice_z${z.toFixed(3)}_${CUBE_FIELDS[field].dataset}`,
      group: "slices",
      caption: `${title(field)} at z = ${z.toFixed(3)} in a slice one cell thick.`,
      spec: figure,
    }))
  );
}

function historyFigures({ results, parameters }: Drawn): NamedFigure[] {
  const z = results.map((r) => r.z);
  const figures: NamedFigure[] = [{
    name: "history",
    group: "history",
    caption: "Means over the box against redshift.",
    spec: historyFigure(
      z,
      (["brightnessTemperature", "ionisedFraction", "temperature", "lymanAlphaCoupling"] as const).map((field) => {
        const values = results.map((r) => r.moments[field].mean);
        return {
          label: `Mean ${title(field).replace(/^[A-Z](?!yman)/, (c) => c.toLowerCase())}`,
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
  }];
  const tau = electronDepth(results, parameters);
  if (!tau) return figures;
  const panel = (label: string, y: ArrayLike<number>, unit = "1") => ({
    x: REDSHIFT,
    y: { label, unit },
    lines: [{ label, x: z, y }],
  });
  figures.push({
    name: "optical_depth",
    group: "history",
    caption: `Mean ionised fraction, and the optical depth of its electrons from today to z: ${
      tau[tau.length - 1].toFixed(4)
    } at z = ${z[z.length - 1].toFixed(3)}. Below z = ${z[0].toFixed(3)} the fraction is taken to stay as it is there.`,
    spec: linesFigure([
      panel("Mean ionised fraction", results.map((r) => r.moments.ionisedFraction.mean)),
      panel("Thomson optical depth", tau),
    ], { title: "Reionization and the microwave background" }),
  });
  const of = (moment: "std" | "skewness" | "kurtosis") => results.map((r) => r.moments.brightnessTemperature[moment]);
  if (of("skewness").some(Number.isFinite)) {
    figures.push({
      name: "moments",
      group: "history",
      caption: "Standard deviation, skewness and excess kurtosis of the 21-cm brightness of cells against redshift.",
      spec: linesFigure([
        panel("Standard deviation", of("std"), "mK"),
        panel("Skewness", of("skewness")),
        panel("Excess kurtosis", of("kurtosis")),
      ], { title: "One-point moments of the 21-cm brightness" }),
    });
  }
  return figures;
}

function spectrumFigures({ results }: Drawn): NamedFigure[] {
  const figures: NamedFigure[] = [];
  const common = commonSpectra(results);
  for (const { name, fields: [a, b], title: what } of SPECTRA.filter(({ name }) => common.includes(name))) {
    for (const kind of ["dimensionless", "power"] as const) {
      const curves = some(results, MOST_CURVES).flatMap((result, i) =>
        curvesOf(result, name, kind, CURVE_COLORS[i % CURVE_COLORS.length])
      );
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
          unit: prettyUnit(results[0].spectra[name]!.spectrum.dimensionlessUnit),
          title: `Power of the ${a === b ? what : `cross ${what}`}`,
        }),
      });
    }
  }
  const { spectrum: { k, dimensionlessUnit } } = results[0].spectra.dTb!;
  const lines = WAVENUMBERS.map((wanted): Line => {
    const i = k.reduce((best, value, j) => Math.abs(value - wanted) < Math.abs(k[best] - wanted) ? j : best, 0);
    const y = results.map(({ spectra }) => spectra.dTb!.spectrum.dimensionless[i]).map((v) => v > 0 ? v : NaN);
    return { label: `k = ${k[i].toPrecision(2)} h/Mpc`, x: results.map(({ z }) => z), y };
  }).filter(({ y }, i, all) =>
    Array.from(y).some(Number.isFinite) && all.findIndex((l) => l.label === all[i].label) === i
  );
  if (results.length > 1 && lines.length > 0) {
    const y = { label: "Δ²", unit: prettyUnit(dimensionlessUnit), scale: "log" } as const;
    figures.push({
      name: "Delta2_dTb_history",
      group: "spectra",
      caption: "Dimensionless power of the 21-cm brightness at three wavenumbers against redshift.",
      spec: linesFigure([{ x: REDSHIFT, y, lines }], { title: "Power against redshift" }),
    });
  }
  return figures;
}

function anisotropyFigures({ results }: Drawn): NamedFigure[] {
  return some(results, MOST_SLICES).flatMap(({ z, cylindrical }): NamedFigure[] => {
    const { power, modes, unit } = cylindrical;
    if (!power.data.some((p, i) => p > 0 && modes.data[i] > 0)) return [];
    return [{
      name: `cylindrical_z${z.toFixed(3)}`,
      group: "anisotropy",
      caption: `Power of the 21-cm brightness across and along the line of sight at z = ${z.toFixed(3)}.`,
      spec: heatmapFigure({
        array: power,
        xEdges: cylindrical.perpendicularEdges,
        yEdges: cylindrical.parallelEdges,
        x: { label: "k across", unit: "h/Mpc", scale: "log" },
        y: { label: "k along", unit: "h/Mpc", scale: "log" },
      }, { label: "P", unit: prettyUnit(unit), scale: "log", title: `Cylindrical power, z = ${z.toFixed(3)}` }),
    }];
  });
}

function bubbleFigures({ results }: Drawn): NamedFigure[] {
  const shown = some(results.filter(({ bubbles }) => bubbles.counts.some((count) => count > 0)), MOST_CURVES);
  if (shown.length === 0) return [];
  const lines = shown.map(({ z, bubbles: { radius, distribution, error } }): Line => ({
    label: `z = ${z.toFixed(3)}`,
    x: radius,
    y: distribution.map((share) => share > 0 ? share : NaN),
    error,
  }));
  return [{
    name: "bubble_sizes",
    group: "bubbles",
    caption: "Sizes of ionised regions by the free paths of rays: share of rays per unit of ln R.",
    spec: linesFigure([{
      x: { label: "R", unit: "Mpc/h", scale: "log" },
      y: { label: "dP/dlnR" },
      lines,
    }], { title: "Sizes of ionised regions" }),
  }];
}

/** The curve of one redshift, or two where a cross spectrum has both signs; nothing if there is no power. */
function curvesOf(
  { z, spectra }: CubeResults,
  name: SpectrumName,
  kind: "power" | "dimensionless",
  color: string,
): Curve[] {
  const { spectrum, error } = spectra[name]!;
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

/** The report as one page, with the pictures that `writeFigures` put into `folder`. */
export async function report(
  folder: string,
  { results, parameters }: Drawn,
  figures: readonly NamedFigure[],
  input: Readonly<Record<string, unknown>>,
): Promise<string> {
  const of = await drawnFigures(folder, figures);
  const { Ncell, Lbox } = parameters.simulation;
  const last = results[0];
  const tau = electronDepth(results, parameters);
  const sections: ReportSection[] = [
    { heading: "Light-cone", figures: of("lightcone") },
    { heading: "Global history", figures: of("history"), tables: [momentTable(results)] },
    { heading: "Slices", figures: of("slices") },
    { heading: "Power spectra", figures: of("spectra"), tables: some(results, MOST_SLICES).map(spectrumTable) },
    { heading: "Power across and along the line of sight", figures: of("anisotropy") },
    { heading: "Ionised regions", figures: of("bubbles") },
  ].filter(({ figures }) => figures.length > 0);
  const redshifts = results.length === 1 ? `z = ${last.z.toFixed(3)}` : `${results.length} redshifts`;
  return reportHtml({
    title: "Reionization",
    subtitle: `${redshifts}, ${Ncell}³ cells in a box of ${Lbox} Mpc/h`,
    summary: [
      { label: `Mean ionised fraction at z = ${last.z.toFixed(3)}`, value: last.moments.ionisedFraction.mean },
      ...(tau ? [{ label: "Thomson optical depth", value: tau[tau.length - 1] }] : []),
      { label: "Mean gas temperature", value: last.moments.temperature.mean, unit: "K" },
      { label: "Mean brightness temperature", value: last.moments.brightnessTemperature.mean, unit: "mK" },
    ],
    sections,
    provenance: [
      { label: "Program", value: `cosmesh ${VERSION}` },
      ...Object.entries(input).filter(([, path]) => path !== null).map(([label, path]) => ({
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
  const measured = SPECTRA.flatMap(({ name }) => spectra[name] ? [{ name, spectrum: spectra[name].spectrum }] : []);
  const { k, modes } = measured[0].spectrum;
  return {
    caption: `Dimensionless power at z = ${z.toFixed(3)}`,
    columns: [
      { label: "k", unit: "h/Mpc" },
      { label: "modes" },
      ...measured.map(({ name, spectrum }) => ({ label: `Δ² ${name}`, unit: spectrum.dimensionlessUnit })),
    ],
    rows: [...k].map((value, i) => [value, modes[i], ...measured.map(({ spectrum }) => spectrum.dimensionless[i])]),
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

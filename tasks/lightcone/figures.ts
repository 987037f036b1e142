/**
 * Figures and the report of an analysis.
 *
 * @module
 */
import { VERSION } from "../../lib/base/mod.ts";
import {
  type Curve,
  CURVE_COLORS,
  type Line,
  linesFigure,
  renderFigure,
  type ReportFigure,
  reportHtml,
  type ReportSection,
  spectrumFigure,
  type VegaLiteSpec,
} from "../../lib/plot/mod.ts";
import type { Plan } from "./config.ts";
import type { AngularResult, PowerResult, Results } from "./measure.ts";

/** A figure with its file name and the text under it. */
export interface NamedFigure {
  readonly name: string;
  readonly caption: string;
  readonly group: "maps" | "convergence" | "power" | "angular";
  readonly spec: VegaLiteSpec;
}

/** Curves in one figure; more of them could not be told apart. */
const MOST_CURVES = 4;

/** Up to `most` of a list, evenly, the first and last among them. */
export function some<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round(i * (all.length - 1) / (most - 1))]);
}

/** Spectra as figures. */
export function spectrumFigures({ power, angular }: Results): NamedFigure[] {
  const figures: NamedFigure[] = [];
  if (power.length > 0) {
    figures.push({
      name: "power",
      group: "power",
      caption:
        "Power spectrum of matter in the whole box at the times of shells, with the standard error P √(2/modes); " +
        "dashed: linear theory, and halofit for the nearest. The mesh suppresses small scales.",
      spec: spectrumFigure(powerCurves(some(power, 2)), { kind: "power", title: "Power of matter" }),
    }, {
      name: "transfer",
      group: "power",
      caption:
        "Density at the times of shells beside the initial field: transfer, the root of its power over that which " +
        "linear theory makes of the field, and coherence, the correlation of their modes.",
      spec: linesFigure({
        x: { label: "k [h/Mpc]", scale: "log" },
        y: { label: "Transfer; coherence" },
        lines: some(power, 2).flatMap(transferLines),
      }, { title: "Transfer and coherence" }),
    });
  }
  for (const [kind, results] of Map.groupBy(angular, ({ kind }) => kind)) {
    const { title, caption } = ANGULAR[kind];
    figures.push({
      name: `cl_${kind}`,
      group: "angular",
      caption,
      spec: linesFigure({
        x: { label: "Multipole l", scale: "log" },
        y: { label: "C(l)", scale: "log" },
        lines: some(results, MOST_CURVES).flatMap(angularLines),
      }, { title }),
    });
  }
  return figures;
}

const ANGULAR: Record<AngularResult["kind"], { title: string; caption: string }> = {
  spherical: {
    title: "Angular power of shells",
    caption:
      "Angular power of the overdensity of shells on the sphere; particles are discrete, dashed: their shot noise.",
  },
  flat: {
    title: "Angular power of slabs",
    caption:
      "Power of the overdensity of slabs, each as if all of it were at the distance of its middle; dashed: shot noise.",
  },
  shear_spherical: {
    title: "Angular power of shear",
    caption: "Power of E modes of the shear of sources, and dashed that of B modes where rays are deflected.",
  },
  kappa_spherical: {
    title: "Angular power of the convergence",
    caption:
      "Angular power of the convergence of sources at each redshift, by matter in the shells; dashed: Limber's approximation with halofit, for all matter in front.",
  },
  kappa_flat: {
    title: "Angular power of the flat convergence",
    caption: "Power of the convergence in the flat field of view; dashed: Limber's approximation with halofit.",
  },
};

/** Curves of some shells; halofit of the nearest alone, which is enough to compare with. */
function powerCurves(results: readonly PowerResult[]): Curve[] {
  const curve = (
    { spectrum: { kMean, power } }: PowerResult,
    values: Float64Array,
    rest: Pick<Curve, "label" | "color"> & { error?: Float64Array; dashed?: boolean },
  ): Curve => {
    const has = Array.from(kMean, (k, j) => k > 0 && power[j] > 0);
    const kept = (values: Float64Array) => values.filter((_, j) => has[j]);
    return { ...rest, k: kept(kMean), value: kept(values), ...(rest.error ? { error: kept(rest.error) } : {}) };
  };
  const name = ({ z }: PowerResult) => `z = ${z.toFixed(3)}`;
  const [nearest] = results;
  return [
    ...results.flatMap((result, i) => {
      const color = CURVE_COLORS[i % CURVE_COLORS.length];
      return [
        curve(result, result.spectrum.power, { label: name(result), error: result.error, color }),
        curve(result, result.theory, { label: `${name(result)}, linear`, color, dashed: true }),
      ];
    }),
    curve(nearest, nearest.nonlinear, { label: `${name(nearest)}, halofit`, color: "#000000", dashed: true }),
  ];
}

function transferLines({ z, spectrum: { kMean }, transfer, coherence }: PowerResult, i: number): Line[] {
  const color = CURVE_COLORS[i % CURVE_COLORS.length];
  const label = `z = ${z.toFixed(3)}`;
  const of = (values: Float64Array) => {
    const has = Array.from(values, (value, j) => kMean[j] > 0 && Number.isFinite(value));
    return { x: kMean.filter((_, j) => has[j]), y: values.filter((_, j) => has[j]) };
  };
  return [
    { label: `${label}, transfer`, ...of(transfer), color },
    { label: `${label}, coherence`, ...of(coherence), color, dashed: true },
  ];
}

function angularLines({ label, l, power, noise, theory, curl }: AngularResult, i: number): Line[] {
  const color = CURVE_COLORS[i % CURVE_COLORS.length];
  const reference = { color, dashed: true };
  const lines: Line[] = [{ label, ...inBins(l, power), color }];
  if (theory) lines.push({ label: `${label}, Limber`, ...inBins(l, theory), ...reference });
  // Without deflection there are no B modes, but for rounding.
  if (curl && Math.max(...curl) > 1e-10 * Math.max(...power)) {
    lines.push({ label: `${label}, B modes`, ...inBins(l, curl), ...reference });
  }
  if (noise !== undefined) {
    lines.push({ label: `${label}, shot noise`, x: [l[0], l[l.length - 1]], y: [noise, noise], ...reference });
  }
  return lines;
}

/** Means over multipoles in bins as wide as an eighth of l, each weighted with its 2 l + 1 modes; NaN where there is no power. */
function inBins(l: Float64Array, power: Float64Array): Pick<Line, "x" | "y"> {
  const [x, y]: number[][] = [[], []];
  for (let from = 0; from < l.length;) {
    const end = l.findIndex((value, i) => i > from && value >= 1.125 * l[from]);
    const to = end < 0 ? l.length : end;
    const sums = [0, 0, 0];
    for (let i = from; i < to; i++) {
      const modes = 2 * l[i] + 1;
      [modes, modes * l[i], modes * power[i]].forEach((value, j) => sums[j] += value);
    }
    x.push(sums[1] / sums[0]);
    y.push(sums[2] > 0 ? sums[2] / sums[0] : NaN);
    from = to;
  }
  return { x, y };
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
  plan: Plan,
  { shells, power, angular }: Results,
  figures: readonly NamedFigure[],
): Promise<string> {
  const drawn: (ReportFigure & { group: string })[] = [];
  for (const { name, caption, group, spec } of figures) {
    const svg = await Deno.readTextFile(`${folder}/${name}.svg`);
    drawn.push({ group, caption, svg, alt: String(spec.description ?? caption) });
  }
  const of = (group: NamedFigure["group"]) => drawn.filter((figure) => figure.group === group);
  const { meta: { mesh, boxSize }, universe, source: _source, ...settings } = plan;
  const far = shells.length - 1;
  const sections: ReportSection[] = [
    { heading: "Shells", figures: of("maps"), tables: [shellTable(shells)] },
    { heading: "Convergence", figures: of("convergence") },
    { heading: "Power spectra", figures: of("power"), tables: power.slice(0, 1).map(powerTable) },
    { heading: "Angular power", figures: of("angular") },
  ].filter(({ figures, tables }) => figures.length > 0 || (tables?.length ?? 0) > 0);
  const kappa = angular.filter(({ kind }) => kind.startsWith("kappa"));
  return reportHtml({
    title: "Light-cone",
    subtitle: `${mesh.join(" × ")} particles in a box of ${boxSize.join(" × ")} Mpc/h`,
    summary: [
      { label: "Shells", value: shells.length },
      { label: "Redshift of the farthest", value: shells[far].z },
      { label: "Its distance", value: shells[far].center, unit: "Mpc/h" },
      ...(kappa.length > 0 ? [{ label: `Convergence, rms at ${kappa[0].label}`, value: kappa[0].std }] : []),
    ],
    sections,
    provenance: [
      { label: "Program", value: `cosmesh ${VERSION}` },
      ...Object.entries({ cosmology: universe, ...settings }).flatMap(([group, members]) =>
        Object.entries(members).filter(([, value]) => value !== null).map(([key, value]) => ({
          label: `${group}.${key}`,
          value: Array.isArray(value) ? value.join(", ") : String(value),
        }))
      ),
    ],
  });
}

function shellTable(shells: Results["shells"]) {
  return {
    caption: "Shells, near to far",
    columns: [
      { label: "z" },
      { label: "distance", unit: "Mpc/h" },
      { label: "width", unit: "Mpc/h" },
      { label: "mean density / that of the universe" },
      { label: "standard deviation of the overdensity" },
    ],
    rows: shells.map(({ z, center, width, mean, std }) => [z, center, width, mean, std]),
  };
}

function powerTable(
  { z, spectrum: { kMean, power, modes }, theory, nonlinear, quadrupole, transfer, coherence }: PowerResult,
) {
  return {
    caption: `Power of matter at z = ${z.toFixed(3)}`,
    columns: [
      { label: "k", unit: "h/Mpc" },
      { label: "modes" },
      { label: "P", unit: "(Mpc/h)³" },
      { label: "linear theory", unit: "(Mpc/h)³" },
      { label: "halofit", unit: "(Mpc/h)³" },
      { label: "quadrupole along z", unit: "(Mpc/h)³" },
      { label: "transfer" },
      { label: "coherence" },
    ],
    rows: Array.from(kMean, (k, i) => [
      ...[k, modes[i], power[i], theory[i], nonlinear[i]],
      ...[quadrupole[i], transfer[i], coherence[i]],
    ]),
  };
}

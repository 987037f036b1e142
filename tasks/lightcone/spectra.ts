/**
 * Figures of spectra.
 *
 * @module
 */
import { type Curve, CURVE_COLORS, type Line, linesFigure, spectrumFigure } from "../../lib/plot/mod.ts";
import { some } from "../figures.ts";
import type { NamedFigure } from "./figures.ts";
import type { AngularResult, PowerResult, Results } from "./measure.ts";

/** Curves in one figure; more of them could not be told apart. */
const MOST_CURVES = 4;

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
      "Angular power of the convergence of sources at each redshift, by matter in the shells; dashed: Limber's approximation with halofit, for all matter in front. Shot noise adds on small scales.",
  },
  kappa_flat: {
    title: "Angular power of the flat convergence",
    caption:
      "Power of the convergence in the flat field of view; dashed: Limber's approximation with halofit. The mesh suppresses small scales.",
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
  if (curl) lines.push({ label: `${label}, B modes`, ...inBins(l, curl), ...reference });
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

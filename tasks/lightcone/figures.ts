/**
 * Figures and the report of an analysis.
 *
 * @module
 */
import { VERSION } from "../../lib/base/mod.ts";
import { reportHtml, type ReportSection } from "../../lib/plot/mod.ts";
import type { Plan } from "./config.ts";
import type { PowerResult, Results } from "./measure.ts";
import { drawnFigures, type NamedFigure as BaseFigure } from "../figures.ts";

export { writeFigures } from "../figures.ts";

/** A figure with its file name and the text under it. */
export type NamedFigure = BaseFigure<"maps" | "convergence" | "power" | "angular">;

/** The report as one page, with the pictures that `writeFigures` put into `folder`. */
export async function report(
  folder: string,
  plan: Plan,
  { shells, power, angular }: Results,
  figures: readonly NamedFigure[],
): Promise<string> {
  const of = await drawnFigures(folder, figures);
  const { meta: { mesh, boxSize } } = plan;
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
      ...(kappa.length > 0 ? [{ label: `Convergence, rms, ${kappa[0].label}`, value: kappa[0].std }] : []),
    ],
    sections,
    provenance: [
      { label: "Program", value: `cosmesh ${VERSION}` },
      ...provenance(plan),
    ],
  });
}

/** What the configuration said, group by group. */
function provenance({ meta: { mesh, boxSize: box, observer }, universe, initial, evolution, shells, analysis }: Plan) {
  const { bins, l_max, png_scale, ...lensing } = analysis;
  const groups = {
    cosmology: universe,
    simulation: { mesh, box, observer },
    ...{ initial, evolution, shells, lensing, analysis: { bins, l_max, png_scale } },
  };
  const text = (value: unknown) => typeof value === "number" ? String(Number(value.toPrecision(12))) : String(value);
  return Object.entries(groups).flatMap(([group, members]) =>
    Object.entries(members).filter(([, value]) => value !== null).map(([key, value]) => ({
      label: `${group}.${key}`,
      value: Array.isArray(value) ? value.map(text).join(", ") : text(value),
    }))
  );
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

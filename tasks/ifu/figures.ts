/**
 * The report of an analysis.
 *
 * @module
 */
import { VERSION } from "../../lib/base/mod.ts";
import { distancesOf, type IfuSettings } from "../../lib/ifu/mod.ts";
import { reportHtml, type ReportSection } from "../../lib/plot/mod.ts";
import { drawnFigures, type NamedFigure as BaseFigure } from "../figures.ts";
import type { Results } from "./measure.ts";

export { writeFigures } from "../figures.ts";

/** A figure with its file name and the text under it. */
export type NamedFigure = BaseFigure<"images" | "maps" | "spectra" | "bins">;

/** The report as one page, with the pictures that `writeFigures` put into `folder`. */
export async function report(
  folder: string,
  settings: IfuSettings,
  { cube, bands, binned }: Results,
  figures: readonly NamedFigure[],
): Promise<string> {
  const of = await drawnFigures(folder, figures);
  const { values, redshift } = settings;
  const [ny, nx, waves] = cube.flux.shape;
  const { kpcPerArcsec, distanceMpc } = distancesOf(settings);
  const sections: ReportSection[] = [
    { heading: "Images", figures: of("images"), tables: bands.length > 0 ? [magnitudeTable(bands)] : [] },
    { heading: "Maps", figures: of("maps") },
    { heading: "Spectra", figures: of("spectra") },
    { heading: "Voronoi bins", figures: of("bins") },
  ].filter(({ figures }) => figures.length > 0);
  return reportHtml({
    title: "Mock integral-field spectroscopy",
    subtitle: `${values.telescope.name}: ${nx} × ${ny} spaxels of ${cube.spaxelSize}″, ${waves} wavelengths`,
    summary: [
      { label: "Redshift", value: redshift },
      { label: "Luminosity distance", value: distanceMpc, unit: "Mpc" },
      { label: "Scale", value: kpcPerArcsec, unit: "kpc/″" },
      ...binned ? [{ label: "Voronoi bins", value: binned.bins.count }] : [],
    ],
    sections,
    provenance: [{ label: "Program", value: `cosmesh ${VERSION}` }, ...provenance(settings)],
  });
}

/** What the configuration said, table by table; no key of a service. */
function provenance({ values }: IfuSettings) {
  return Object.entries(values).flatMap(([table, members]) =>
    Object.entries(members)
      .filter(([key, value]) => value !== null && key !== "api_key")
      .map(([key, value]) => ({
        label: table === "" ? key : `${table}.${key}`,
        value: Array.isArray(value) ? value.join(", ") : String(value),
      }))
  );
}

function magnitudeTable(bands: Results["bands"]) {
  return {
    caption: "AB magnitudes of the whole field",
    columns: [{ label: "filter" }, { label: "from", unit: "Å" }, { label: "to", unit: "Å" }, {
      label: "magnitude",
      unit: "mag",
    }],
    rows: bands.map(({ filter: { name, wavelength }, magnitude }) => [
      name,
      wavelength[0],
      wavelength[wavelength.length - 1],
      magnitude,
    ]),
  };
}

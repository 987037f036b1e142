/**
 * What the reports of all pipelines share: writing figures, and taking them up again.
 *
 * @module
 */
import { renderFigure, type ReportFigure, type VegaLiteSpec } from "../lib/plot/mod.ts";

/** A figure, the name of its files, and the section of the report it is in. */
export interface NamedFigure<Group extends string = string> {
  readonly name: string;
  readonly caption: string;
  readonly group: Group;
  readonly spec: VegaLiteSpec;
}

/** Up to `most` of a list, evenly, the first and last among them. */
export function some<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round(i * (all.length - 1) / (most - 1))]);
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

/** The pictures that `writeFigures` put into `folder`, by section. */
export async function drawnFigures<Group extends string>(
  folder: string,
  figures: readonly NamedFigure<Group>[],
): Promise<(group: Group) => ReportFigure[]> {
  const drawn: (ReportFigure & { group: Group })[] = [];
  for (const { name, caption, group, spec } of figures) {
    const svg = await Deno.readTextFile(`${folder}/${name}.svg`);
    drawn.push({ group, caption, svg, alt: String(spec.description ?? caption) });
  }
  return (group) => drawn.filter((figure) => figure.group === group);
}

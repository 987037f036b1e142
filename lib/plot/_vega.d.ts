/** The parts of Vega and Vega-Lite that are used (`tasks/dev/build_vega.ts`). */

/** A data flow with its scene. */
export class View {
  constructor(runtime: unknown, options: { renderer: "none" });
  toSVG(): Promise<string>;
  finalize(): View;
}

/** Runtime of a Vega specification. */
export function parse(spec: unknown): unknown;

/** Vega specification of a Vega-Lite one. */
export function compile(spec: unknown): { spec: unknown };

/** How wide texts are; its function may be replaced. */
export const textMetrics: {
  width(item: { font?: string; fontSize?: number; fontWeight?: string | number }, text: unknown): number;
};

/**
 * Sources of lensing that a configuration names.
 *
 * @module
 */
import { type RedshiftDistribution, smail, sourcePlane, topHat } from "../../lib/lensing/mod.ts";
import type { AnalysisSettings, Plan } from "./config.ts";

/** Sources of one map. */
export interface NamedSources {
  /** How legends and captions call them, such as "sources at z = 0.050". */
  readonly label: string;
  /** Where they are. */
  readonly sources: RedshiftDistribution;
}

/** Groups of `size` numbers. */
function groups(values: readonly number[] | null, size: number): number[][] {
  const count = Math.ceil((values?.length ?? 0) / size);
  return Array.from({ length: count }, (_, i) => values!.slice(size * i, size * (i + 1)));
}

/** Refuses what could not be a distribution. */
export function checkSources(lensing: AnalysisSettings, refuse: (key: string, why: string) => never): void {
  for (const [key, size] of [["smail", 3], ["top_hat", 2]] as const) {
    const { length } = lensing[key] ?? [];
    if (length % size !== 0) refuse(`lensing.${key}`, `must have ${size} numbers for each map, got ${length}`);
  }
  for (const [, beta, z0] of groups(lensing.smail, 3)) {
    if (!(beta > 0 && z0 > 0)) refuse("lensing.smail", `must have beta and z0 above 0, got ${beta} and ${z0}`);
  }
  for (const [low, high] of groups(lensing.top_hat, 2)) {
    if (!(high > low)) refuse("lensing.top_hat", `must have the lower redshift first, got ${low} and ${high}`);
  }
}

/** Sources in the order of their maps: planes, then spreads. */
export function sourcesOf({ analysis: { source_redshifts, smail: spreads, top_hat } }: Plan): readonly NamedSources[] {
  return [
    ...source_redshifts.map((z) => ({ label: `sources at z = ${z.toFixed(3)}`, sources: sourcePlane(z) })),
    ...groups(spreads, 3).map(([alpha, beta, z0]) => {
      const sources = smail({ alpha, beta, z0 });
      return { label: `Smail sources, mean z = ${sources.mean.toFixed(3)}`, sources };
    }),
    ...groups(top_hat, 2).map(([low, high]) => ({
      label: `sources from z = ${low.toFixed(3)} to ${high.toFixed(3)}`,
      sources: topHat(low, high),
    })),
  ];
}

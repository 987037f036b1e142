import { InputError } from "../base/mod.ts";
import { type AccretionFitOptions, fitAccretionRates, matchTreeEntries, type MergerTree } from "../halo/mod.ts";
import type { AccretionRateReader } from "./load_options.ts";

/** Options of `treeRates`. */
export type TreeRateOptions = Pick<AccretionFitOptions, "redshifts" | "lookback" | "fallback" | "range">;

/**
 * Accretion rates of a loader's halos by merger trees, for its option `alphas`: halo i of a snapshot is the one with number
 * i in the tree. Where trees connect subhalos (THESAN), a halo has the rate of the first of its subhalos that a tree knows,
 * which is its most massive one.
 *
 * @param tree Trees of all snapshots.
 * @param options Redshifts by number of snapshot, and how to fit (`fitAccretionRates`).
 * @returns What `alphas` takes.
 * @throws {InputError} from loaders, if the tree has no redshift for a snapshot.
 * @example A halo that grew from 1e10 to 2e10 M_sun/h from z = 8 to 7, and one without a history
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { treeRates } from "@cosmesh/cosmesh/simulation";
 * await ready();
 * const tree = {
 *   haloIds: Float64Array.of(0, 0),
 *   snapshots: Int32Array.of(0, 1),
 *   masses: Float64Array.of(1e10, 2e10),
 *   mainProgenitors: Int32Array.of(-1, 0),
 * };
 * const rates = treeRates(tree, { redshifts: [8, 7], fallback: 0.79 });
 * const masses = Float64Array.of(2e10, 1e10);
 * console.log(await rates({ name: "step 2", number: 1, z: 7, masses })); // one progenitor is too few to fit: 0.79 twice
 * ```
 */
export function treeRates(tree: MergerTree, options: TreeRateOptions): AccretionRateReader {
  return ({ name, number, masses, subhaloHalos }) => {
    const { redshifts } = options;
    const known = redshifts instanceof Map ? redshifts.has(number) : number in redshifts;
    if (!known) {
      const why =
        `the merger trees have no redshift for snapshot ${number} (${name}); complete their list of redshifts`;
      throw new InputError(`Cannot fit accretion rates: ${why}`, name, String(number));
    }
    const ids = Float64Array.from(subhaloHalos ?? masses, (_, i) => i);
    const found = matchTreeEntries(tree, number, ids);
    return fitAccretionRates(tree, {
      ...options,
      entries: subhaloHalos ? ofHalos(found, subhaloHalos, masses.length) : found,
    })
      .alphas;
  };
}

/** Entry of each halo: that of its first subhalo with one. */
function ofHalos(found: Int32Array, subhaloHalos: Float64Array, halos: number): Int32Array {
  const entries = new Int32Array(halos).fill(-1);
  found.forEach((entry, i) => {
    const halo = subhaloHalos[i];
    if (entries[halo] < 0) entries[halo] = entry;
  });
  return entries;
}

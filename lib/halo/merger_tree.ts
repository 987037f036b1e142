import { checkInteger, checkOneOf, DomainError, FormatError, ShapeError } from "../base/mod.ts";
import { openHdf5 } from "../io/mod.ts";
import { firstWrongLink, type FlatForest, slopesOf } from "./_kernel.ts";
import { DEFAULT_ALPHA } from "./catalog.ts";

/** Merger trees, flat: an entry is a halo at a snapshot. */
export interface MergerTree {
  /** Number of the halo in its snapshot's catalogue, `[entry]`. */
  readonly haloIds: Float64Array;
  /** Number of the snapshot, `[entry]`. */
  readonly snapshots: Int32Array;
  /** Masses, `[entry]`, in any one unit: only ratios matter. */
  readonly masses: Float64Array;
  /** Entry of the main progenitor, -1 for none, `[entry]`. */
  readonly mainProgenitors: Int32Array;
  /** Not 0 for the central galaxy of its group, `[entry]`. */
  readonly isCentral?: Uint8Array;
}

/** Options of `fitAccretionRates`. */
export interface AccretionFitOptions {
  /** [1] Redshifts by number of snapshot. */
  redshifts: ReadonlyMap<number, number> | Readonly<Record<number, number>>;
  /** Entries to be fitted, -1 for a halo that is in no tree. Default: all. */
  entries?: ArrayLike<number>;
  /** [1] Most snapshots that are used, the halo's own included. Default 10. */
  lookback?: number;
  /** [1] Fewest snapshots with a mass above 0, the own included, below which there is no fit. Default 3. */
  least?: number;
  /** Rate of halos without a fit: mean or median of the fitted ones, or a number. Default "mean". */
  fallback?: "mean" | "median" | number;
  /** [1] Rates beyond these become these, also that of the fallback. Default: as they are. */
  range?: readonly [low: number, high: number];
}

/** Fitted accretion rates. */
export interface AccretionRates {
  /** [1] Rates, `[entry asked for]`. */
  readonly alphas: Float64Array;
  /** [1] Number of those from a fit. */
  readonly fitted: number;
  /** [1] Rate of the others. */
  readonly fallback: number;
  /** [1] Number of fits that were moved into `range`. */
  readonly clamped: number;
}

function checkTree(tree: MergerTree): number {
  const n = tree.haloIds.length;
  for (const name of ["snapshots", "masses", "mainProgenitors", "isCentral"] as const) {
    const length = tree[name]?.length ?? n;
    if (length !== n) {
      throw new ShapeError(
        `Cannot use merger trees: ${n} haloIds need as many ${name}, got ${length}`,
        `[${n}]`,
        `[${length}]`,
      );
    }
  }
  return n;
}

function redshiftsOf(tree: MergerTree, table: AccretionFitOptions["redshifts"]): Float64Array {
  const map = table instanceof Map ? table : new Map(Object.entries(table).map(([k, z]) => [Number(k), z as number]));
  return Float64Array.from(tree.snapshots, (snapshot) => {
    const z = map.get(snapshot);
    if (z !== undefined && Number.isFinite(z)) return z;
    const known = [...map.keys()].sort((a, b) => a - b);
    throw new DomainError(
      `Cannot fit accretion rates: snapshot ${snapshot} of the trees needs a redshift, got ${z}; ` +
        `redshifts has snapshots ${known.slice(0, 5).join(", ")}${known.length > 5 ? `, ... ${known.at(-1)}` : ""}`,
      "a redshift for each snapshot",
      String(z),
    );
  });
}

const describe = (tree: MergerTree, entry: number) =>
  `entry ${entry} (halo ${tree.haloIds[entry]} at snapshot ${tree.snapshots[entry]})`;

/** The error for a progenitor that is no entry, part of a cycle, or not earlier. */
function linkError(tree: MergerTree, entry: number): DomainError {
  const progenitor = tree.mainProgenitors[entry];
  const n = tree.haloIds.length;
  const refuse = (rule: string, got: string) =>
    new DomainError(`Cannot fit accretion rates: ${rule}, ${got}; write the trees again`, rule, got);
  if (!(progenitor >= 0 && progenitor < n)) {
    const rule = `the main progenitor of ${describe(tree, entry)} must be -1 or an entry from 0 to ${n - 1}`;
    return refuse(rule, `got ${progenitor}`);
  }
  const path = [entry];
  const seen = new Set(path);
  for (let at = progenitor; at >= 0 && at < n; at = tree.mainProgenitors[at]) {
    if (at === entry) {
      const shown = path.slice(0, 8).map((i) => `${tree.haloIds[i]} (snapshot ${tree.snapshots[i]})`);
      const cycle = [...shown, ...path.length > 8 ? ["..."] : [], shown[0]].join(" -> ");
      return refuse("main progenitors must not lead back to a halo", `got the cycle of halos ${cycle}`);
    }
    if (seen.has(at)) break;
    seen.add(at);
    path.push(at);
  }
  const rule = `the main progenitor of ${describe(tree, entry)} must be at a higher redshift`;
  return refuse(rule, `got ${describe(tree, progenitor)}`);
}

/**
 * Accretion rates alpha of `M proportional to exp(-alpha z)` from main branches: the least-squares line of ln M against z
 * through the halo itself, `alpha = -sum y d/sum d^2` with `d = z_0 - z`, `y = ln M_0 - ln M` over its last `lookback`
 * snapshots. The walk begins at the halo's own entry and ends at a progenitor of -1; redshifts go by the number of the
 * snapshot. Progenitors whose mass is not above 0 are left out; so are gaps between snapshots, as only redshifts count.
 *
 * @param tree Trees. Links must lead to higher redshifts, which rules out cycles.
 * @param options Redshifts, entries, lookback, what to do without a fit, limits.
 * @throws {ShapeError} if the arrays' lengths differ.
 * @throws {DomainError} for a snapshot without redshift, a progenitor that is no entry, cycles, an entry out of its range.
 * @example
 * ```ts
 * import { fitAccretionRates } from "@cosmesh/cosmesh/halo";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const { alphas } = fitAccretionRates({
 *   haloIds: Float64Array.of(5, 9, 4),
 *   snapshots: Int32Array.of(12, 11, 10),
 *   masses: Float64Array.of(8e9, 4e9, 2e9),
 *   mainProgenitors: Int32Array.of(1, 2, -1),
 * }, { redshifts: { 10: 9, 11: 8, 12: 7 }, entries: [0] });
 * console.log(alphas[0]); // ln 2
 * ```
 */
export function fitAccretionRates(tree: MergerTree, options: AccretionFitOptions): AccretionRates {
  const { lookback = 10, least = 3, fallback = "mean", range } = options;
  checkInteger(lookback, "lookback", 2);
  checkInteger(least, "least", 2);
  if (typeof fallback === "string") checkOneOf(fallback, "fallback", ["mean", "median"]);
  if (range && !(range[0] < range[1])) {
    throw new DomainError(`Cannot use "range": it must rise, got ${range.join(", ")}`, "rising", range.join(", "));
  }
  const n = checkTree(tree);
  const { masses, mainProgenitors: progenitors } = tree;
  const forest: FlatForest = { masses, redshifts: redshiftsOf(tree, options.redshifts), progenitors };
  const wrong = firstWrongLink(forest);
  if (wrong >= 0) throw linkError(tree, wrong);
  const wanted = options.entries ?? Int32Array.from({ length: n }, (_, i) => i);
  const entries = Int32Array.from(wanted);
  const at = entries.findIndex((e, i) => e !== wanted[i] || e < -1 || e >= n);
  if (at >= 0) {
    const rule = `-1 or a whole number from 0 to ${n - 1}`;
    const got = String(wanted[at]);
    throw new DomainError(`Cannot fit accretion rates: entries[${at}] must be ${rule}, got ${got}`, rule, got);
  }
  const known = entries.filter((e) => e >= 0);
  const slopes = slopesOf(forest, Uint32Array.from(known), lookback - 1, least - 1);
  const fits = slopes.filter((v) => !Number.isNaN(v));
  const within = (alpha: number) => range ? Math.min(Math.max(alpha, range[0]), range[1]) : alpha;
  const value = within(
    typeof fallback === "number"
      ? fallback
      : fits.length === 0
      ? DEFAULT_ALPHA
      : fallback === "mean"
      ? fits.reduce((a, b) => a + b, 0) / fits.length
      : median(fits),
  );
  let [next, clamped] = [0, 0];
  const alphas = Float64Array.from(entries, (e) => {
    const slope = e < 0 ? NaN : slopes[next++];
    if (Number.isNaN(slope)) return value;
    const inside = within(slope);
    if (inside !== slope) clamped++;
    return inside;
  });
  return { alphas, fitted: fits.length, fallback: value, clamped };
}

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
}

/**
 * Entries of a snapshot's halos, by their number in its catalogue: what `fitAccretionRates` takes as `entries`. Where a
 * number is there twice, the first central entry counts, else the first one.
 *
 * @param tree Trees.
 * @param snapshot [1] Number of the snapshot.
 * @param haloIds Numbers of the halos, in the order of the catalogue.
 * @returns Entries, -1 for a halo that is in no tree.
 * @throws {ShapeError} if the arrays' lengths differ.
 */
export function matchTreeEntries(tree: MergerTree, snapshot: number, haloIds: ArrayLike<number>): Int32Array {
  checkTree(tree);
  const found = new Map<number, number>();
  tree.snapshots.forEach((s, entry) => {
    if (s !== snapshot) return;
    const before = found.get(tree.haloIds[entry]);
    const better = before === undefined || (tree.isCentral && !tree.isCentral[before] && tree.isCentral[entry]);
    if (better) found.set(tree.haloIds[entry], entry);
  });
  return Int32Array.from(haloIds, (id) => found.get(id) ?? -1);
}

/**
 * Reads merger trees from HDF5: datasets tree_halo_ids, tree_snap_num, tree_mass, tree_main_progenitor and, if it is there,
 * tree_is_central, all `[entry]`.
 *
 * @param path Path, or `file:` URL.
 * @throws {FormatError} if a dataset is missing, broken or of another length, or holds numbers that are not whole where they
 * must be.
 * @throws {InputError} if there is no such file.
 */
export async function readMergerTree(path: string | URL): Promise<MergerTree> {
  using file = await openHdf5(path);
  const haloIds = file.readNumbers("tree_halo_ids", { shape: ["entry"] });
  const shape = [haloIds.length];
  const whole = (dataset: string) => {
    const values = file.readNumbers(dataset, { shape });
    const at = values.findIndex((v) => !(Number.isInteger(v) && Math.abs(v) < 2 ** 31));
    if (at < 0) return Int32Array.from(values);
    throw new FormatError(
      `Cannot read "${file.path}": dataset "${dataset}" must hold whole numbers below 2^31, got ${values[at]} at ${at}`,
      file.path,
      dataset,
    );
  };
  return {
    haloIds,
    snapshots: whole("tree_snap_num"),
    masses: file.readNumbers("tree_mass", { shape, unitOptional: true }),
    mainProgenitors: whole("tree_main_progenitor"),
    ...file.hasDataset("tree_is_central")
      ? { isCentral: Uint8Array.from(file.readNumbers("tree_is_central", { shape }), (v) => Number(v !== 0)) }
      : {},
  };
}

import { InputError } from "../base/mod.ts";
import type { HaloCatalog } from "../halo/mod.ts";
import type { ReionizationParameters } from "./parameter_table.ts";
import { sortIntoBins } from "./_kernel.ts";
import type { ProfileSlice } from "./profiles.ts";

/** Bin of a halo that should be painted and lies in none. */
const LOST = -2;

/** The bin of each halo. */
export interface HaloBins {
  /** [1] Bin (mass index times `alphaBins` + alpha index, a row of `ProfileSlice`), `[halo]`; -1: not painted. */
  readonly bin: Int32Array;
  /** [1] Halos in each bin, `[mass, alpha]`. */
  readonly counts: Uint32Array;
  /** [1] Halos that are painted. */
  readonly painted: number;
}

/** Index i with edges[i] <= value < edges[i+1]; -1 below the first edge, edges.length - 1 from the last one on. */
function findBin(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Sorts halos into the bins of profiles: the accretion rate alpha lies in [edge j, edge j+1), and the mass between the
 * mass edges, at the painted redshift, of alpha edge j. Only halos with halo_mass_min < M < halo_mass_max are painted.
 *
 * @param halos Halos.
 * @param slice Profiles at the painted redshift.
 * @param parameters Edges of the accretion rate, and limits of the mass.
 * @param first [1] Place in the catalogue of the first halo, for messages. Default 0.
 * @throws {InputError} if a halo to be painted lies in no bin; it lists up to five, and the change that would take all.
 * @example Two halos of the embedded example's kind
 * ```ts
 * import { haloCatalog } from "@cosmesh/cosmesh/halo";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { binHalos, readProfileSlice, reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * const halos = haloCatalog({
 *   positions: Float64Array.of(1, 2, 3, 4, 5, 6),
 *   masses: Float64Array.of(6e9, 5e11),
 *   z: 8,
 *   boxSize: 100,
 * });
 * const parameters = reionizationParameters({ solver: { halo_mass_accretion_alpha: [0.7, 0.9] } });
 * const { bin, painted } = binHalos(halos, await readProfileSlice("examples/nbody/profiles.h5", 8), parameters);
 * console.log(bin[0] < bin[1], painted); // true 2
 * ```
 */
export function binHalos(
  halos: HaloCatalog,
  slice: ProfileSlice,
  parameters: ReionizationParameters,
  first = 0,
): HaloBins {
  const { massBins, alphaBins } = slice;
  const { halo_mass_min: least, halo_mass_max: most } = parameters.source;
  const alphaEdges = Float64Array.from(parameters.solver.halo_mass_accretion_alpha);
  if (alphaEdges.length !== alphaBins + 1) {
    const key = "solver.halo_mass_accretion_alpha";
    throw new InputError(
      `Cannot bin halos: the profiles have ${alphaBins} bins of accretion rate, but ${key} has ${alphaEdges.length} ` +
        `edges; set it to the ${alphaBins + 1} edges that the profiles were made with`,
      "the parameters",
      key,
    );
  }
  const edges = massBins + 1;
  // The edges of each bin of the accretion rate, one after another.
  const massEdges = Float64Array.from(
    { length: alphaBins * edges },
    (_, i) => slice.massEdges.data[i % edges * (alphaBins + 1) + Math.floor(i / edges)],
  );
  const bin = new Int32Array(halos.size);
  const { counts, lost } = sortIntoBins(halos, { alphaEdges, massEdges, least, most }, bin);
  if (lost > 0) {
    const columns = Array.from({ length: alphaBins }, (_, j) => massEdges.subarray(j * edges, (j + 1) * edges));
    throw lostError(Array.from(bin.keys()).filter((h) => bin[h] === LOST), halos, slice, alphaEdges, columns, first);
  }
  const painted = counts.reduce((sum, count) => sum + count, 0);
  return { bin, counts, painted };
}

/** `value` with two digits, rounded up, or down if `up` is false. */
function twoDigits(value: number, up: boolean): string {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return ((up ? Math.ceil(value / unit) : Math.floor(value / unit)) * unit).toExponential(1);
}

/** Rates in float32 have more digits than mean anything. */
const shortAlpha = (alpha: number): string => String(Number(alpha.toPrecision(6)));

function lostError(
  lost: readonly number[],
  halos: HaloCatalog,
  { z, lowestZ }: ProfileSlice,
  alphaEdges: Float64Array,
  columns: readonly Float64Array[],
  first: number,
): InputError {
  const shown = lost.slice(0, 5).map((h) =>
    `halo ${first + h} (${halos.masses[h].toExponential(4)} M_sun/h, alpha ${shortAlpha(halos.alphas[h])})`
  );
  const more = lost.length > 5 ? ` and ${lost.length - 5} more` : "";
  let [top, bottom] = [0, Infinity];
  let [leastAlpha, mostAlpha] = [Infinity, -Infinity];
  for (const h of lost) {
    const j = findBin(alphaEdges, halos.alphas[h]);
    if (j < 0 || j >= columns.length) {
      leastAlpha = Math.min(leastAlpha, halos.alphas[h]);
      mostAlpha = Math.max(mostAlpha, halos.alphas[h]);
      continue;
    }
    // Edges grow as exp(-alpha z); the parameters give them at the profiles' lowest redshift.
    const atLowest = halos.masses[h] * Math.exp(alphaEdges[j] * (z - lowestZ));
    if (halos.masses[h] < columns[j][0]) bottom = Math.min(bottom, atLowest);
    else top = Math.max(top, atLowest);
  }
  const key = top > 0
    ? "solver.halo_mass_bin_max"
    : bottom < Infinity
    ? "solver.halo_mass_bin_min"
    : "solver.halo_mass_accretion_alpha";
  const [low, high] = [leastAlpha, mostAlpha].map(shortAlpha);
  const alphaRange = low === high ? low : `${low} to ${high}`;
  const remedies = [
    // A little more than the largest, as the upper edge is not in the bin.
    top > 0 ? `solver.halo_mass_bin_max = ${twoDigits(1.001 * top, true)} or more` : "",
    bottom < Infinity
      ? `solver.halo_mass_bin_min = ${
        twoDigits(bottom, false)
      } or less (or leave such halos out by source.halo_mass_min)`
      : "",
    leastAlpha < Infinity ? `edges of solver.halo_mass_accretion_alpha that hold ${alphaRange}` : "",
  ];
  return new InputError(
    `Cannot bin halos at z = ${z}: ${lost.length} of ${halos.size} halos lie in no bin of mass and accretion rate: ${
      shown.join(", ")
    }${more}; ` +
      `make profiles with ${remedies.filter((r) => r !== "").join(", and ")}`,
    "the halo catalogue",
    key,
  );
}

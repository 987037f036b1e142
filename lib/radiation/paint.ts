import { empty, Field, NdArray, type Quantity } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import { spreadExcess, type SpreadReport } from "../morphology/mod.ts";
import { checkMesh } from "../radial/mod.ts";
import type { Snapshot } from "../simulation/mod.ts";
import {
  collisionalCouplingAt,
  finishCoupling,
  finishTemperature,
  meansOf,
  MeshHalos,
  type PaddedMeshes,
  paddedMeshes,
  type Rows,
  sAlphaAt,
  type Uniform,
} from "./_kernel.ts";
import { binHalos } from "./bins.ts";
import { type Background, background } from "./couplings.ts";
import { drawEfficiencies } from "./efficiency.ts";
import type { CoevalCube } from "./files.ts";
import type { ReionizationParameters } from "./parameter_table.ts";
import type { ProfileSlice } from "./profiles.ts";

/** Options of `paintSnapshot`. */
export interface PaintOptions {
  /**
   * [1] Accuracy to which the profiles of all bins are represented by fewer, relative to their norm; 1e-6 changes fields by
   * about that. Default: 1e-6.
   */
  tolerance?: number;
  /** Called with the name of each phase before it starts. */
  onPhase?: (phase: PaintPhase) => void;
  /** Called with the ionised fraction before its excess is spread; the field changes afterwards. */
  onBubbles?: (ionisedFraction: Field) => void;
}

/** Phases of painting, in order. */
export type PaintPhase = "bin halos" | "bubbles" | "spread" | "profiles" | "couplings";

/** What happened while a snapshot was painted. */
export interface PaintReport {
  /** Halos that were painted. */
  readonly halos: number;
  /** Bins of mass, accretion rate and efficiency that hold halos. */
  readonly bins: number;
  /** Forward Fourier transforms made for them. */
  readonly transforms: number;
  /** What was spread, or undefined if bubbles filled the whole box. */
  readonly spread?: SpreadReport;
  /** A sentence if the profiles' redshift is far from the snapshot's. */
  readonly warning?: string;
}

/** A painted cube; its fields lie in the kernels' memory until it is disposed of (the density is the snapshot's). */
export interface PaintedCube extends CoevalCube, Disposable {
  /** What happened. */
  readonly report: PaintReport;
}

/** [K] Heating below this at its first node is noise of an unconverged solver, and paints nothing. */
export const LEAST_HEATING_K = 1e-6;

/**
 * Paints one snapshot: ionised fraction, gas temperature, Lyman-alpha coupling and 21-cm brightness temperature.
 *
 * Each halo has the profile of its bin of mass and accretion rate. Bubbles ionise the nodes within their radius, so that
 * the sum is their volume, and what exceeds 1 is spread around (`morphology.spreadExcess`). Heating and Lyman-alpha
 * photons are summed over all periodic images (`radial`). Then T += T_ad (1+delta)^(2/3), x_alpha *= S_alpha/(4 pi), and
 * the brightness temperature follows from both couplings (`derivedField`). Method: BEoRN (Schaeffer et al. 2023), with
 * the corrections listed in docs/differences.md.
 *
 * Memory: 5 meshes of 4 bytes a cell and four octants at most, the density included: 2.9 GiB for 512^3 cells.
 *
 * @param snapshot Halos and density on a cubic mesh with an even number of cells along an axis.
 * @param profiles Profiles at the redshift to paint.
 * @param parameters All parameters.
 * @param options Accuracy and progress.
 * @throws {InputError} if a halo lies in no bin; {DomainError} for a mesh with odd or unsuited cells.
 * @throws {MemoryError} if the meshes do not fit.
 */
export function paintSnapshot(
  snapshot: Snapshot,
  profiles: ProfileSlice,
  parameters: ReionizationParameters,
  { tolerance = 1e-6, onPhase = () => {}, onBubbles }: PaintOptions = {},
): PaintedCube {
  const { density, halos } = snapshot;
  const n = checkMesh(density.cells, "simulation.Ncell");
  const { boxSize } = density;
  if (density.array.dtype !== "float32") {
    throw new DomainError(
      "Cannot paint: the density must be float32; convert it first",
      "float32",
      density.array.dtype,
    );
  }
  const b = background(profiles.z, parameters);

  onPhase("bin halos");
  const bins = binHalos(halos, profiles, parameters);
  drawEfficiencies(bins.bin, profiles, parameters);
  using placed = MeshHalos.at(n, boxSize, halos.positions, bins.bin);

  onPhase("bubbles");
  // Gives everything back if something fails on the way.
  using held = new DisposableStack();
  const field = (array: NdArray<"float32">, quantity: Quantity, unit: string) =>
    new Field({ array, boxSize, quantity, unit });
  const x = held.use(empty([n, n, n], "float32"));
  const ionisedFraction = field(x, "ionisedFraction", "1");
  const fits = placed.bubbles(profiles.bubbleRadius.data, boxSize / n, x.data);
  onBubbles?.(ionisedFraction);
  onPhase("spread");
  const spread = fits
    ? spreadExcess(x, { spreadingPixelThreshold: parameters.simulation.spreading_pixel_threshold })
    : undefined;

  onPhase("profiles");
  const meshes = paddedMeshes(n, held);
  const made = placed.profiles(...rowsOf(profiles, boxSize / n), LEAST_HEATING_K, tolerance, meshes);

  onPhase("couplings");
  const arrays = finish(n, b, parameters, meshes, x.data, density.array.data);
  const view = (data: Float32Array, quantity: Quantity, unit: string) =>
    field(new NdArray(data, [n, n, n], "float32"), quantity, unit);
  const owned = held.move();
  return {
    z: profiles.z,
    density,
    ionisedFraction,
    temperature: view(arrays.temperature, "temperature", "K"),
    lymanAlphaCoupling: view(arrays.coupling, "lymanAlphaCoupling", "1"),
    brightnessTemperature: view(arrays.brightness, "brightnessTemperature", "mK"),
    report: {
      halos: bins.painted,
      ...made,
      ...(spread ? { spread } : {}),
      ...(profiles.warning ? { warning: profiles.warning } : {}),
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
}

/** Profiles of heating and of Lyman-alpha photons, on radii in cells. */
export function rowsOf(profiles: ProfileSlice, cell: number): [heat: Rows, alpha: Rows] {
  const { temperatureRadii, temperature, xAlphaRadii, xAlpha } = profiles;
  const rows = (radii: Float64Array, { data }: NdArray<"float64">) => ({
    radii: radii.map((r) => r / cell),
    rows: data,
  });
  return [rows(temperatureRadii, temperature), rows(xAlphaRadii, xAlpha)];
}

/** What takes one value for the whole box, by the means of temperature [K] and ionised fraction. */
export function uniformOf(
  b: Background,
  { compute_s_alpha_fluctuations, compute_x_coll_fluctuations }: ReionizationParameters["simulation"],
  means: { temperature: number; ionised: number },
): Uniform {
  return {
    ...(compute_s_alpha_fluctuations ? {} : { sAlpha: sAlphaAt(b.z, means.temperature, means.ionised) }),
    ...(compute_x_coll_fluctuations
      ? {}
      : { collisions: collisionalCouplingAt(b, means.temperature, means.ionised, 0) }),
  };
}

/** Temperature, coupling and brightness `[n, n, n]`, each at the beginning of another mesh than what it is made of. */
function finish(
  n: number,
  b: Background,
  { simulation, source }: ReionizationParameters,
  { heat, photons, work }: PaddedMeshes,
  x: Float32Array,
  delta: Float32Array,
) {
  const [temperature, coupling, brightness] = [work, heat, photons].map((mesh) => mesh.subarray(0, n * n * n));
  const means = meansOf(n, finishTemperature(n, b, source.min_xHII_value, { heat, temperature, x, delta }));
  finishCoupling(n, b, uniformOf(b, simulation, means), { photons, temperature, coupling, x, delta });
  return { temperature, coupling, brightness };
}

/**
 * [byte] Memory of the kernels that painting a snapshot takes at most, its density included. On one rank: the meshes, four
 * spectra of profiles on one octant, and 5 % that cannot be used between them; measured for 64 to 512 cells along an axis.
 * On one of several (`paintSnapshotDistributed`): six meshes of its planes (density, ionised fraction, coefficients of the
 * halos or their spectrum, two sums of spectra, the work array of the transforms), its columns of four octants, which are as
 * much as one more, and tables that each rank has.
 *
 * @param cells [1] Cells along one axis.
 * @param halos [1] Halos of the whole box.
 * @param ranks [1] Ranks that paint it together. Default 1.
 * @example Twice the cells, and eight times the ranks
 * ```ts
 * import { paintBytes } from "@cosmesh/cosmesh/radiation";
 * console.log((paintBytes(512) / paintBytes(256)).toFixed(1)); // 7.6
 * console.log((paintBytes(512, 0, 8) / paintBytes(256)).toFixed(1)); // 1.3
 * ```
 */
export function paintBytes(cells: number, halos = 0, ranks = 1): number {
  if (ranks > 1) return paintBytesOfRank(cells, halos, ranks);
  const mesh = 4 * cells ** 3;
  const padded = 4 * cells * cells * (cells + 2);
  const octants = 4 * 4 * (cells / 2 + 1) ** 3;
  return Math.round(1.05 * (2 * mesh + 3 * padded + octants)) + 44 * halos + 24 * 2 ** 20;
}

function paintBytesOfRank(cells: number, halos: number, ranks: number): number {
  const half = cells / 2 + 1;
  const planes = Math.ceil(cells / ranks);
  const mesh = 4 * cells * cells * planes;
  const spectrum = 8 * cells * half * planes;
  // Columns of octants; weights of lattice sums and starts of rows.
  const octants = 4 * 4 * half * half * (planes + 1);
  const tables = 80 * cells * cells;
  return Math.round(1.05 * (2 * mesh + 4 * spectrum + octants + tables)) + 60 * Math.ceil(halos / ranks) + 24 * 2 ** 20;
}

import type { NdArray } from "../array/mod.ts";
import { ConvergenceError } from "../base/mod.ts";
import { allocate, call, release } from "../kernel/mod.ts";
import type { Background } from "./couplings.ts";

/** Bins along both axes; `massEdges` are `[alpha bin, edge]`, and only masses between `least` and `most` are painted. */
export interface BinEdges {
  alphaEdges: Float64Array;
  massEdges: Float64Array;
  least: number;
  most: number;
}

/** Bin of each halo, -1 if it is not painted and -2 if it is lost; gives the halos of each bin, and of none. */
export function sortIntoBins(
  { masses, alphas }: { masses: Float32Array | Float64Array; alphas: Float32Array | Float64Array },
  { alphaEdges, massEdges, least, most }: BinEdges,
  out: Int32Array,
): { counts: Uint32Array; lost: number } {
  const doubles = (values: Float32Array | Float64Array) =>
    values instanceof Float64Array ? values : new Float64Array(values);
  const alphaBins = alphaEdges.length - 1;
  const massBins = massEdges.length / alphaBins - 1;
  const counts = new Uint32Array(massBins * alphaBins + 1);
  call("bin halos", (k, a) =>
    k.radiation_bins(
      ...[a.in(doubles(masses)), a.in(doubles(alphas)), out.length, least, most] as const,
      ...[a.in(alphaEdges), alphaBins, a.in(massEdges), massBins, a.out(out), a.out(counts)] as const,
    ));
  return { counts: counts.subarray(0, -1), lost: counts[counts.length - 1] };
}

/** Halos on the mesh, in the kernels' memory. */
export class MeshHalos implements Disposable {
  #handle: number;

  private constructor(readonly cells: number, make: (handle: Uint32Array) => void) {
    const handle = new Uint32Array(1);
    make(handle);
    this.#handle = handle[0];
  }

  /** Takes the halos whose bin is 0 or more. */
  static at(cells: number, boxSize: number, positions: Float32Array | Float64Array, bins: Int32Array): MeshHalos {
    return new MeshHalos(cells, (handle) =>
      call("place halos", (k, a) => {
        const place = positions instanceof Float32Array ? k.radiation_halos_f32 : k.radiation_halos_f64;
        return place(a.in(positions), bins.length, cells, boxSize, a.in(bins), a.out(handle));
      }));
  }

  /** Takes halos at nodes: pairs x 2^16 + y and bin 2^s + z, 2^s at least `cells`; with the halos of each bin on all ranks. */
  static atNodes(cells: number, nodes: Uint32Array, counts: Uint32Array): MeshHalos {
    return new MeshHalos(cells, (handle) =>
      call(
        "place halos",
        (k, a) =>
          k.radiation_halos_nodes(a.in(nodes), nodes.length / 2, cells, a.in(counts), counts.length, a.out(handle)),
      ));
  }

  /** Address of the halos. */
  get handle(): number {
    return this.#handle;
  }

  /** Paints bubbles on the planes from `first` on that `out` holds; false if they exceed the mesh. */
  bubbles(radii: Float64Array, cell: number, out: Float32Array, first = 0): boolean {
    const fits = new Uint32Array(1);
    const planes = out.length / this.cells ** 2;
    call("paint bubbles", (k, a) =>
      k.radiation_bubbles(
        ...[this.#handle, a.in(radii), radii.length, cell, first, planes, a.out(out), a.out(fits)] as const,
      ));
    return fits[0] === 1;
  }

  /** Paints heating and Lyman-alpha photons on padded meshes; gives the occupied bins and the transforms made. */
  profiles(
    heat: Rows,
    alpha: Rows,
    heatLeast: number,
    tolerance: number,
    out: PaddedMeshes,
  ): { bins: number; transforms: number } {
    const report = new Uint32Array(2);
    call("paint profiles", (k, a) =>
      k.radiation_paint(
        ...[this.#handle, heat.rows.length / heat.radii.length] as const,
        ...[a.in(heat.radii), a.in(heat.rows), heat.radii.length, heatLeast] as const,
        ...[a.in(alpha.radii), a.in(alpha.rows), alpha.radii.length, tolerance] as const,
        ...[a.out(out.heat), a.out(out.photons), a.out(out.work), a.out(report)] as const,
      ));
    return { bins: report[0], transforms: report[1] };
  }

  [Symbol.dispose](): void {
    const handle = this.#handle;
    this.#handle = 0;
    if (handle !== 0) call("release halos", (k) => k.radiation_halos_free(handle));
  }
}

/** How far bubbles of each bin reach [cell], -1 for none, and whether all together fit into the mesh. */
export function bubbleReaches(
  cells: number,
  radii: Float64Array,
  counts: Uint32Array,
  cell: number,
): { reaches: Int32Array; fits: boolean } {
  const reaches = new Int32Array(radii.length);
  let fits = false;
  call("reach of bubbles", (k, a) => {
    fits = k.radiation_reaches(cells, a.in(radii), a.in(counts), radii.length, cell, a.out(reaches)) === 1;
  });
  return { reaches, fits };
}

/** Profiles `[bin, node]` on radii [cell]. */
export interface Rows {
  radii: Float64Array;
  rows: Float64Array;
}

/** Profiles of all bins that hold halos, in a basis, for meshes in parts; see `kernels/radiation/src/profiles.rs`. */
export class ProfileShapes implements Disposable {
  /** Bins that hold halos. */
  readonly bins: number;
  /** Basis profiles, each of which takes a transform, and those of them with a kernel of Lyman alpha. */
  readonly transforms: number;
  readonly leading: number;
  #handle: number;

  /** For a mesh of `n`^3 cells, and so many halos in each bin, on all ranks. */
  constructor(
    private readonly n: number,
    counts: Uint32Array,
    heat: Rows,
    alpha: Rows,
    heatLeast: number,
    tolerance: number,
  ) {
    const [handle, report] = [new Uint32Array(1), new Uint32Array(3)];
    call("paint profiles", (k, a) =>
      k.radiation_shapes(
        ...[n, a.in(counts), counts.length] as const,
        ...[a.in(heat.radii), a.in(heat.rows), heat.radii.length, heatLeast] as const,
        ...[a.in(alpha.radii), a.in(alpha.rows), alpha.radii.length, tolerance] as const,
        ...[a.out(handle), a.out(report)] as const,
      ));
    this.#handle = handle[0];
    [this.bins, this.transforms, this.leading] = report;
  }

  /** Multiple at which columns of octants begin in `finishKernel`, or bits differ from those of whole octants. */
  static get alignment(): number {
    let columns = NaN;
    call("paint profiles", (k) => void (columns = k.radiation_shapes_alignment() >>> 0));
    return columns;
  }

  /**
   * Kernels of the group of basis profiles that begins at `next`, transformed along two axes: `out` `[4, planes, q, q]` gets
   * the planes of octants from `first` on, q = n/2 + 1. Gives the end of the group, and 1 or 2 fields.
   */
  beginKernels(next: number, first: number, planes: number, out: Float32Array): { end: number; fields: number } {
    const group = new Uint32Array(2);
    call(
      "paint profiles",
      (k, a) => k.radiation_shapes_planes(this.#handle, next, this.n, first, planes, a.out(out), a.out(group)),
    );
    return { end: group[0], fields: group[1] };
  }

  /** Ends a kernel of the group: `data` `[q, columns]` are columns of its octant `[q, q q]` from `first` on. */
  finishKernel(next: number, which: number, first: number, columns: number, data: Float32Array): void {
    if (columns === 0) return;
    call(
      "paint profiles",
      (k, a) => k.radiation_shapes_columns(this.#handle, next, which, this.n, first, columns, a.inout(data)),
    );
  }

  /** What halos put into their cells for a basis profile, on the planes from `first` on that `out` holds. */
  scatter(halos: MeshHalos, profile: number, first: number, out: Float32Array): void {
    const planes = out.length / this.n ** 2;
    if (planes === 0) return;
    call(
      "paint profiles",
      (k, a) => k.radiation_scatter(this.#handle, halos.handle, profile, first, planes, a.out(out)),
    );
  }

  [Symbol.dispose](): void {
    const handle = this.#handle;
    this.#handle = 0;
    if (handle !== 0) call("release profiles", (k) => k.radiation_shapes_free(handle));
  }
}

/** A part of a half spectrum, and of the octants that multiply it. */
export interface SpectrumPart {
  /** Modes along the second axis: the first, and how many. */
  readonly first: number;
  readonly rows: number;
  /** Columns of octants: the first, and how many. */
  readonly column: number;
  readonly columns: number;
}

/** Adds a part of a spectrum times the kernels of one or two fields to their sums, or sets them. */
export function accumulate(
  n: number,
  { first, rows, column, columns }: SpectrumPart,
  spectrum: Float32Array,
  kernels: readonly Float32Array[],
  sums: readonly Float32Array[],
  sets: boolean,
): void {
  if (rows === 0) return;
  call("paint profiles", (k, a) => {
    const [heat, alpha = 0] = kernels.map((kernel) => a.in(kernel));
    const [heatSum, alphaSum = 0] = sums.slice(0, kernels.length).map((sum) => a.inout(sum));
    const from = a.in(spectrum);
    k.radiation_accumulate(n, first, rows, column, columns, from, heat, alpha, heatSum, alphaSum, Number(sets));
  });
}

/** Meshes whose rows of n numbers are followed by two more, as in-place transforms need. */
export interface PaddedMeshes {
  heat: Float32Array;
  photons: Float32Array;
  work: Float32Array;
}

/** Makes the three meshes; `held` gives them back. */
export function paddedMeshes(n: number, held: DisposableStack): PaddedMeshes {
  const make = (what: string) => {
    const mesh = allocate(Float32Array, n * n * (n + 2), `the mesh of ${what}`, { zero: false });
    held.defer(() => release(mesh));
    return mesh;
  };
  return { heat: make("heating"), photons: make("Lyman-alpha photons"), work: make("the transforms") };
}

function numbers(b: Background): Float64Array {
  return Float64Array.of(b.z, b.cmbTemperatureK, b.adiabaticTemperatureK, b.hydrogenDensity, b.amplitude);
}

/**
 * Temperature `[planes, n, n]` of heating, whose rows may be padded; limits the ionised fraction; gives the sums of both
 * over each plane, which `meansOf` takes.
 */
export function finishTemperature(
  n: number,
  b: Background,
  least: number,
  mesh: { heat: Float32Array; temperature: Float32Array; x: Float32Array; delta: Float32Array },
): Float64Array {
  const planes = mesh.x.length / (n * n);
  const sums = new Float64Array(2 * planes);
  if (planes === 0) return sums;
  call("temperature", (k, a) =>
    k.radiation_finish_temperature(
      ...[n, mesh.heat.length / (planes * n), planes, a.in(numbers(b)), least, a.in(mesh.heat)] as const,
      ...[a.out(mesh.temperature), a.inout(mesh.x), a.in(mesh.delta), a.out(sums)] as const,
    ));
  return sums;
}

/** Means of temperature and ionised fraction by the sums of all planes. */
export function meansOf(n: number, sums: Float64Array): { temperature: number; ionised: number } {
  const means = new Float64Array(2);
  call("means", (k, a) => k.radiation_means(n, a.in(sums), a.out(means)));
  return { temperature: means[0], ionised: means[1] };
}

/** Couplings that take one value for the whole box, where given. */
export interface Uniform {
  readonly sAlpha?: number;
  readonly collisions?: number;
}

/** Lyman-alpha coupling `[planes, n, n]` of photons, whose rows may be padded; the brightness temperature replaces them. */
export function finishCoupling(
  n: number,
  b: Background,
  { sAlpha = NaN, collisions = NaN }: Uniform,
  mesh: {
    photons: Float32Array;
    temperature: Float32Array;
    coupling: Float32Array;
    x: Float32Array;
    delta: Float32Array;
  },
): void {
  const planes = mesh.x.length / (n * n);
  if (planes === 0) return;
  call("coupling", (k, a) =>
    k.radiation_finish_coupling(
      ...[n, mesh.photons.length / (planes * n), planes, a.in(numbers(b)), sAlpha, collisions] as const,
      ...[a.inout(mesh.photons), a.in(mesh.temperature), a.out(mesh.coupling), a.in(mesh.x), a.in(mesh.delta)] as const,
    ));
}

/** Derived fields, by number as the kernel knows them. */
export const DERIVED = {
  collisionalCoupling: 0,
  totalCoupling: 1,
  brightness: 2,
  brightnessNeutral: 3,
  brightnessSaturated: 4,
} as const;

/** Computes a derived field of finished ones. */
export function derive(
  which: number,
  b: Background,
  collisions: number | undefined,
  fields: {
    temperature: NdArray<"float32">;
    coupling: NdArray<"float32">;
    x: NdArray<"float32">;
    delta: NdArray<"float32">;
  },
  out: NdArray<"float32">,
): void {
  call("derive", (k, a) =>
    k.radiation_derive(
      ...[
        which,
        a.in(numbers(b)),
        collisions ?? NaN,
        a.in(fields.temperature.data),
        a.in(fields.coupling.data),
      ] as const,
      ...[a.in(fields.x.data), a.in(fields.delta.data), out.size, a.out(out.data)] as const,
    ));
}

/** S_alpha of one temperature [K] and ionised fraction. */
export function sAlphaAt(z: number, temperatureK: number, x: number): number {
  let value = NaN;
  call("S_alpha", (k) => void (value = k.radiation_s_alpha(z, temperatureK, x)));
  return value;
}

/** Collisional coupling of one temperature [K], ionised fraction and overdensity. */
export function collisionalCouplingAt(b: Background, temperatureK: number, x: number, delta: number): number {
  let value = NaN;
  call(
    "collisional coupling",
    (k, a) => void (value = k.radiation_collisional_coupling(a.in(numbers(b)), temperatureK, x, delta)),
  );
  return value;
}

/** The status of a solution, unless a method with steps gave up. */
function solved(what: string, status: number): number {
  if (status !== 3) return status;
  throw new ConvergenceError(
    `Cannot compute profiles: the method with steps gave up on ${what}, as its steps became too small; ` +
      'take solver.ode_method "exact", or larger solver.ode_rtol and solver.ode_atol',
    ...[NaN, NaN, NaN] as const,
  );
}

/** Profiles that are being solved, in the kernels' memory: light cones, star formation and axes. */
export class ProfileKernel implements Disposable {
  #handle = 0;
  /** [1] Numbers of efficiencies, radii and Lyman-alpha radii. */
  readonly sizes: readonly [number, number, number];

  /** Prepares profiles; `numbers` are those of `_solver_numbers.ts`. */
  constructor(numbers: Float64Array, redshifts: Float64Array, alphaEdges: Float64Array) {
    const [handle, sizes] = [new Uint32Array(1), new Uint32Array(3)];
    call("prepare profiles", (k, a) =>
      k.radiation_solver(
        ...[a.in(numbers), numbers.length, a.in(redshifts), redshifts.length] as const,
        ...[a.in(alphaEdges), alphaEdges.length, a.out(handle), a.out(sizes)] as const,
      ));
    this.#handle = handle[0];
    this.sizes = [sizes[0], sizes[1], sizes[2]];
  }

  /** Efficiencies, radii [Mpc/h], Lyman-alpha radii [proper Mpc/h]; fills mass edges [M_sun/h]. */
  axes(massEdges: Float64Array): [Float64Array, Float64Array, Float64Array] {
    const [efficiencies, radii, lyman] = this.sizes.map((n) => new Float64Array(n));
    call(
      "axes of profiles",
      (k, a) =>
        k.radiation_solver_axes(this.#handle, a.out(efficiencies), a.out(radii), a.out(lyman), a.out(massEdges)),
    );
    return [efficiencies, radii, lyman];
  }

  /** Radii of bubbles [Mpc/h], `[bin, z]`. */
  bubbles(out: Float64Array): void {
    call("bubbles", (k, a) => solved("bubbles", k.radiation_solver_bubbles(this.#handle, a.out(out))));
  }

  /** X-ray heating [eV/s] and temperature [K] `[r, bin, z]` of the radii `first` to `end`. */
  heat(first: number, end: number, xray: Float64Array, temperature: Float64Array): void {
    call("heating", (k, a) => {
      const status = k.radiation_solver_heat(this.#handle, first, end, a.out(xray), a.out(temperature));
      return solved("temperatures", status);
    });
  }

  /** Lyman-alpha photons [1/(cm^2 s Hz)] `[lyr, bin, z]` of the radii `first` to `end`. */
  photons(first: number, end: number, out: Float64Array): void {
    call("Lyman-alpha photons", (k, a) => k.radiation_solver_photons(this.#handle, first, end, a.out(out)));
  }

  [Symbol.dispose](): void {
    const handle = this.#handle;
    this.#handle = 0;
    if (handle !== 0) call("release profiles", (k) => k.radiation_solver_free(handle));
  }
}

/** Functions of sources, by number as the kernel knows them. */
export const SOURCE = {
  starFormationEfficiency: 0,
  escapeFraction: 1,
  ionisingPhotonRate: 2,
  xraySpectrum: 3,
  lymanSpectrum: 4,
  hydrogen: 5,
  helium: 6,
  heliumIon: 7,
  accretionRate: 8,
  opticalDepth: 9,
  grown: 10,
  oldest: 11,
} as const;

/** Values of a function of sources for up to three arguments, each `[n]`. */
export function sourceValues(which: number, numbers: Float64Array, args: readonly Float64Array[]): Float64Array {
  const [x, y = x, w = x] = args;
  const out = new Float64Array(x.length);
  call("sources", (k, a) =>
    k.radiation_source(
      ...[which, a.in(numbers), numbers.length, out.length, a.in(x), a.in(y), a.in(w), a.out(out)] as const,
    ));
  return out;
}

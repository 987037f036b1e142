import { empty, NdArray, type Quantity } from "../array/mod.ts";
import { DomainError, DtypeError } from "../base/mod.ts";
import { DistributedPlan } from "../fft/mod.ts";
import type { HaloCatalog } from "../halo/mod.ts";
import { together } from "../mpi/mod.ts";
import { DistributedField, shareOf } from "../decomposition/mod.ts";
import { spreadExcessDistributed } from "../morphology/mod.ts";
import { checkMesh } from "../radial/mod.ts";
import {
  accumulate,
  bubbleReaches,
  finishCoupling,
  finishTemperature,
  meansOf,
  MeshHalos,
  ProfileShapes,
} from "./_kernel.ts";
import { nodesOf, routeHalos, type Slabs } from "./_slab_halos.ts";
import { octantRoom, SlabKernels } from "./_slab_kernels.ts";
import { binHalos } from "./bins.ts";
import { background } from "./couplings.ts";
import { drawEfficiencies } from "./efficiency.ts";
import { LEAST_HEATING_K, type PaintOptions, type PaintReport, rowsOf, uniformOf } from "./paint.ts";
import type { ReionizationParameters } from "./parameter_table.ts";
import type { ProfileSlice } from "./profiles.ts";

/** What each rank has of a snapshot. */
export interface SnapshotPart {
  /**
   * Halos of this rank, wherever they lie: ranks hold consecutive parts of one catalogue. Their order decides which
   * efficiency a halo draws.
   */
  readonly halos: HaloCatalog;
  /** Overdensity in slabs along x, float32. */
  readonly density: DistributedField;
}

/** A painted cube in slabs; its fields lie in the kernels' memory until it is disposed of (the density is the snapshot's). */
export interface PaintedParts extends Disposable {
  /** [1] Redshift of the profiles. */
  readonly z: number;
  /** Overdensity. */
  readonly density: DistributedField;
  /** Ionised fraction. */
  readonly ionisedFraction: DistributedField;
  /** [K] Gas temperature. */
  readonly temperature: DistributedField;
  /** Lyman-alpha coupling. */
  readonly lymanAlphaCoupling: DistributedField;
  /** [mK] 21-cm brightness temperature. */
  readonly brightnessTemperature: DistributedField;
  /** What happened, on all ranks together. */
  readonly report: PaintReport;
}

/** Options of `paintSnapshotDistributed`; all ranks give the same. */
export interface PaintDistributedOptions extends Omit<PaintOptions, "onBubbles"> {
  /** Called with the ionised fraction before its excess is spread; the field changes afterwards. */
  onBubbles?: (ionisedFraction: DistributedField) => void;
}

/**
 * Paints one snapshot that is divided among ranks in slabs along x: `paintSnapshot` over ranks. Collective.
 *
 * Halos go to the ranks of their planes, and to those that their bubbles reach into. Excess is spread as
 * `spreadExcessDistributed` says. Of each basis profile's kernel a rank makes some planes of the octant and multiplies its
 * own modes; the transforms are those of `DistributedPlan`. Means are summed plane by plane.
 *
 * The result is that of `paintSnapshot`, with the same bits on any number of ranks, where the transforms of parts have the
 * bits of those of the whole, as they do below 4096 cells along an axis; above, float32 rounding of the transforms, 1e-6.
 *
 * Memory of each rank: `paintBytes` with the number of ranks.
 *
 * @param snapshot This rank's part of the halos and of the density, on a mesh with an even number of cells along an axis.
 * @param profiles Profiles at the redshift to paint.
 * @param parameters All parameters.
 * @param options Accuracy and progress.
 * @throws {InputError} if a halo lies in no bin; {DomainError} for a mesh with odd or unsuited cells, or not in slabs;
 * {MemoryError} if the parts do not fit; {CommError} where another rank failed.
 * @example The embedded example, on any number of ranks
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { commWorld } from "@cosmesh/cosmesh/mpi";
 * import { distributedMoments } from "@cosmesh/cosmesh/decomposition";
 * import { paintSnapshotDistributed, readProfileSlice, reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * import { openSnapshots, readSnapshotParts } from "@cosmesh/cosmesh/simulation";
 * await ready();
 * const comm = commWorld();
 * using file = await openSnapshots("examples/nbody/inputs.h5");
 * using snapshot = await readSnapshotParts(file, 0, comm);
 * const profiles = await readProfileSlice("examples/nbody/profiles.h5", file.snapshots[0].z);
 * const parameters = reionizationParameters({ solver: { halo_mass_accretion_alpha: [0.7, 0.9] } });
 * using cube = paintSnapshotDistributed(snapshot, profiles, parameters);
 * const { mean } = distributedMoments(cube.ionisedFraction);
 * if (comm.isRoot) console.log(cube.report.halos, mean);
 * comm.finalize();
 * ```
 */
export function paintSnapshotDistributed(
  snapshot: SnapshotPart,
  profiles: ProfileSlice,
  parameters: ReionizationParameters,
  { tolerance = 1e-6, onPhase = () => {}, onBubbles }: PaintDistributedOptions = {},
): PaintedParts {
  const { density, halos } = snapshot;
  const { comm, boxSize, decomposition, box, cells: n } = density;
  together(comm, () => checkDensity(density));
  const [first, planes] = [box.start[0], box.shape[0]];
  const cell = boxSize / n;
  const b = background(profiles.z, parameters);
  const slabs = slabsOf(n, comm.size);
  // Gives everything back if something fails on the way.
  using held = new DisposableStack();
  using temporary = new DisposableStack();
  const field = (array: NdArray<"float32">, quantity: Quantity, unit: string) =>
    new DistributedField({ comm, decomposition, array, boxSize, quantity, unit });

  onPhase("bin halos");
  const sizes = comm.allgather(Float64Array.of(halos.size));
  const start = sizes.subarray(0, comm.rank).reduce((sum, size) => sum + size, 0);
  const radii = profiles.bubbleRadius.data;
  const { nodes, own } = together(comm, () => {
    const { bin } = binHalos(halos, profiles, parameters, start);
    drawEfficiencies(bin, profiles, parameters, start);
    const own = new Uint32Array(radii.length);
    for (let h = 0; h < bin.length; h++) if (bin[h] >= 0) own[bin[h]]++;
    return { own, nodes: nodesOf(halos.positions, bin, n, boxSize, radii.length) };
  });
  const counts = comm.allreduce(own);
  const { reaches, fits } = together(comm, () => bubbleReaches(n, radii, counts, cell));
  const near = routeHalos(comm, nodes, n, slabs, fits ? reaches : reaches.fill(0));

  onPhase("bubbles");
  const { placed, x } = together(comm, () => {
    const placed = temporary.use(MeshHalos.atNodes(n, near, counts));
    const x = held.use(empty([planes, n, n], "float32"));
    if (planes > 0) placed.bubbles(radii, cell, x.data, first);
    return { placed, x };
  });
  const ionisedFraction = field(x, "ionisedFraction", "1");
  onBubbles?.(ionisedFraction);
  onPhase("spread");
  const { spreading_pixel_threshold: spreadingPixelThreshold } = parameters.simulation;
  const spread = fits ? spreadExcessDistributed(ionisedFraction, { spreadingPixelThreshold }) : undefined;

  onPhase("profiles");
  const options = {
    kind: "real",
    dtype: "float32",
    grid: [comm.size, 1],
    order: "transposed",
    overwrite: true,
  } as const;
  const plan = temporary.use(new DistributedPlan(comm, [n, n, n], options));
  const { shapes, kernels, spectra } = together(comm, () => {
    const shapes = temporary.use(new ProfileShapes(n, counts, ...rowsOf(profiles, cell), LEAST_HEATING_K, tolerance));
    const size = 2 * plan.localSpectrumShape.reduce((product, length) => product * length, 1);
    const room = (length: number) => held.use(empty([length], "float32")).data;
    // A rank with few planes has room for some of them only with some more.
    const work = room(Math.max(size, octantRoom(n, comm.size, comm.rank)));
    const kernels = temporary.use(new SlabKernels(comm, n, shapes, slabs, work));
    return { shapes, kernels, spectra: [work, room(size), room(size)].map((data) => data.subarray(0, size)) };
  });
  const spectrum = (data: Float32Array) => new NdArray(data, plan.localSpectrumShape, "complex64");
  // The memory of a spectrum is large enough for the mesh that it is transformed from, or to.
  const mesh = (data: Float32Array) => new NdArray(data.subarray(0, x.size), x.shape, "float32");
  const [work, ...totals] = spectra;
  // Of one rank, transforms cannot work in the memory of their input.
  const second = comm.size > 1 ? work : together(comm, () => held.use(empty([work.length], "float32")).data);
  for (let next = 0; next < shapes.transforms;) {
    const group = kernels.make(next);
    group.kernels.forEach((kernel, i) => {
      const coefficients = mesh(second);
      shapes.scatter(placed, next + i, first, coefficients.data);
      plan.forward(coefficients, { out: spectrum(work) });
      accumulate(n, kernels.part, work, kernel, totals, next + i === 0);
    });
    next = group.end;
  }
  // The sums become heating and photons in place, or go to the next array.
  const [heat, photons] = comm.size > 1 ? totals.map(mesh) : [mesh(second), mesh(totals[0])];
  [[shapes.transforms, heat], [shapes.leading, photons]].forEach(([transforms, out], i) => {
    if (transforms === 0) (out as typeof heat).data.fill(0);
    else plan.inverse(spectrum(totals[i]), { norm: "forward", out: out as typeof heat });
  });
  temporary.dispose();

  onPhase("couplings");
  const temperature = mesh(work);
  const cube = { x: x.data, delta: density.array.data as Float32Array, temperature: temperature.data };
  const planeSums = finishTemperature(n, b, parameters.source.min_xHII_value, { ...cube, heat: heat.data });
  const all = comm.allgatherv(planeSums, { counts: slabs.planes.map(({ length }) => 2 * length) });
  const uniform = uniformOf(b, parameters.simulation, meansOf(n, all));
  // In place of the heating, which is not needed any more.
  const coupling = heat;
  finishCoupling(n, b, uniform, { ...cube, photons: photons.data, coupling: coupling.data });

  const painted = counts.reduce((sum, count) => sum + count, 0);
  const owned = held.move();
  return {
    z: profiles.z,
    density,
    ionisedFraction,
    temperature: field(temperature, "temperature", "K"),
    lymanAlphaCoupling: field(coupling, "lymanAlphaCoupling", "1"),
    brightnessTemperature: field(photons, "brightnessTemperature", "mK"),
    report: {
      ...{ halos: painted, bins: shapes.bins, transforms: shapes.transforms },
      ...(spread ? { spread } : {}),
      ...(profiles.warning ? { warning: profiles.warning } : {}),
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
}

function checkDensity({ array, decomposition: { grid }, cells }: DistributedField): void {
  checkMesh(cells, "simulation.Ncell");
  if (array.dtype !== "float32") {
    const message = `Cannot paint: the density must be float32, got ${array.dtype}; convert it first`;
    throw new DtypeError(message, "float32", array.dtype);
  }
  if (grid[1] === 1 && grid[2] === 1) return;
  const [rule, got] = ["slabs along x", `parts [${grid.join(", ")}]`];
  throw new DomainError(`Cannot paint: the density must be in ${rule}, got ${got}; redistribute it`, rule, got);
}

function slabsOf(n: number, ranks: number): Slabs {
  const planes = Array.from({ length: ranks }, (_, rank) => shareOf(n, ranks, rank));
  const owner = new Uint32Array(n);
  planes.forEach(({ start, length }, rank) => owner.fill(rank, start, start + length));
  return { planes, owner };
}

import { type NdArray, zeros } from "../array/mod.ts";
import { checkInteger, checkOneOf, checkPositive, ShapeError } from "../base/mod.ts";
import { agreeOn, type Comm, together } from "../mpi/mod.ts";
import {
  addGhosts,
  type Decomposition,
  DistributedField,
  ghostBox,
  type GhostWidth,
  redistribute,
  routeParticles,
} from "../decomposition/mod.ts";
import { coordinatesInCells, massesOf } from "./_coordinates.ts";
import { type Parts, slabs, toPart, widthNeeded, widthOf } from "./_ghosts.ts";
import { paintInPlanes } from "./_in_planes.ts";
import { addParticles, type RealArray } from "./_kernel.ts";
import type { PaintOptions } from "./paint.ts";
import { checkPositions, type Scheme, schemeOrder } from "./scheme.ts";

const OPERATION = "paint particles";

/** Options of `paintDistributed`; all ranks give the same, but for the weights. */
export interface DistributedPaintOptions extends PaintOptions {
  /** Scheme of assignment. */
  scheme: Scheme;
  /** How the mesh is divided. Default: slabs along x. */
  decomposition?: Decomposition;
  /**
   * How particles and cells come together. "route": each particle goes to the rank that owns its cell, whose ghost cells,
   * as many as the scheme touches, go to their owners. "ghosts": particles stay, and parts have as many ghosts as the
   * farthest of all ranks' particles needs: for particles near to the parts of their ranks. "planes": each particle goes to
   * all slabs that it touches, and these are painted plane by plane, which gives the same bits for any number of ranks, if
   * they hold consecutive parts of one list of particles. Default "route".
   */
  method?: "route" | "ghosts" | "planes";
}

/** This rank's particles in cells, with masses of the mesh's type; `dispose` gives them back. */
interface Particles extends Disposable {
  order: number;
  coordinates: RealArray;
  masses?: RealArray;
}

/**
 * Paints the particles of all ranks on one cubic mesh that is divided among them: `paint` over ranks. Collective.
 *
 * Particles may lie anywhere, whatever the rank that has them. The sum at a node has the same terms as that of `paint`, in
 * another order: it differs by rounding, also of coordinates, which are rounded in a part (64^3 particles on 64^3 cells, 3
 * ranks: relative L2 1e-7 to 6e-7 in float32, 2e-15 in float64). With "planes" it is the same bits for any number of ranks,
 * at two to three times the time.
 *
 * @param comm Ranks.
 * @param positions [Mpc/h] This rank's particles, `[particle, 3]`; those outside of the box are wrapped into it.
 * @param options Scheme, mesh, box, weights, decomposition, method.
 * @returns [1] Counts as a field in parts; `overdensity` turns them into n / mean - 1.
 * @throws {ShapeError} for other shapes; {DomainError} naming the first position or weight that is not finite; {CommError}
 * where another rank failed.
 * @example Each rank brings a particle
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { commWorld } from "@cosmesh/cosmesh/mpi";
 * import { paintDistributed } from "@cosmesh/cosmesh/paint";
 * await ready();
 * const comm = commWorld();
 * const positions = fromData([12.5, 50, 50], [1, 3], "float32");
 * const counts = paintDistributed(comm, positions, { scheme: "tsc", cells: 8, boxSize: 100 });
 * if (comm.size === 1) console.log(counts.array.data[counts.array.offset(1, 4, 4)]); // 0.75 ** 3
 * comm.finalize();
 * ```
 */
export function paintDistributed(
  comm: Comm,
  positions: RealArray,
  options: DistributedPaintOptions,
): DistributedField {
  const same = () => {
    const { scheme, cells, boxSize, dtype = positions.dtype, method = "route", decomposition = "slabs" } = options;
    const weights = options.weights ? "with" : "without";
    return `${scheme} on ${cells}^3 cells of ${dtype} in ${boxSize} Mpc/h, ${weights} weights, by ${method}, ${decomposition}`;
  };
  const { particles: given, method, parts, boxSize } = agreeOn(comm, OPERATION, same, () => {
    const method = checkOneOf(options.method ?? "route", "method", ["route", "ghosts", "planes"]);
    const cells = checkInteger(options.cells, "cells", 1);
    const boxSize = checkPositive(options.boxSize, "boxSize");
    const { decomposition = slabs(comm, cells) } = options;
    if (decomposition.shape.some((n) => n !== cells) || decomposition.size !== comm.size) {
      const rule = `a decomposition of ${cells}^3 cells among ${comm.size} ranks`;
      refuse(rule, `[${decomposition.shape.join(", ")}] among ${decomposition.size}`);
    }
    const particles = prepare(positions, options);
    return { method, boxSize, parts: { comm, decomposition, cells }, particles };
  }, ({ particles }) => particles[Symbol.dispose]());
  using particles = given;
  const array = method === "planes"
    ? inPlanes(parts, particles)
    : method === "ghosts"
    ? withGhosts(parts, particles, widthNeeded(parts, particles.coordinates, particles.order))
    : routed(parts, particles);
  const { decomposition } = parts;
  return new DistributedField({
    ...{ comm, decomposition, boxSize, quantity: "counts", unit: "1" },
    array: array as DistributedField["array"],
  });
}

function prepare(positions: RealArray, options: DistributedPaintOptions): Particles {
  const { weights, scheme, cells, boxSize, dtype = positions.dtype } = options;
  checkPositions(OPERATION, positions);
  const order = schemeOrder(scheme);
  const count = positions.shape[0];
  if (weights && weights.length !== count) refuse(`${count} weights, one for each particle`, `${weights.length}`);
  const coordinates = coordinatesInCells(OPERATION, positions, order, cells, boxSize, dtype);
  try {
    const masses = weights && massesOf(OPERATION, weights, dtype) as RealArray;
    return particlesOf(order, coordinates, masses);
  } catch (error) {
    coordinates.dispose();
    throw error;
  }
}

function particlesOf(order: number, coordinates: RealArray, masses: RealArray | undefined): Particles {
  return {
    order,
    coordinates,
    masses,
    [Symbol.dispose]() {
      coordinates.dispose();
      masses?.dispose();
    },
  };
}

/** Particles to the ranks of their cells, and the ghosts of the scheme to their owners. */
function routed(parts: Parts, { order, coordinates, masses }: Particles): RealArray {
  const columns = (masses ? [masses] : []) as NdArray[];
  const route = routeParticles(parts.comm, coordinates, parts.decomposition, parts.cells, columns);
  using particles = particlesOf(order, route.positions, route.columns[0] as RealArray | undefined);
  return withGhosts(parts, particles, widthOf(order));
}

/** Paints particles into this rank's part with ghosts, and brings these to their owners. Coordinates are changed. */
function withGhosts(parts: Parts, { order, coordinates, masses }: Particles, width: GhostWidth): RealArray {
  const { comm, decomposition } = parts;
  const { shape } = ghostBox(decomposition, comm.rank, width);
  using mesh = together(comm, () => zeros(shape, coordinates.dtype)) as RealArray;
  together(comm, () => {
    toPart(parts, coordinates, width);
    addParticles({ operation: OPERATION, order, positions: coordinates, boxSize: 0, mesh }, masses);
  });
  return addGhosts<"float32" | "float64">(comm, mesh, decomposition, width);
}

/** Paints slabs plane by plane, which are then divided as they should be. */
function inPlanes({ comm, decomposition, cells }: Parts, { order, coordinates, masses }: Particles): RealArray {
  const divided = slabs(comm, cells);
  const array = paintInPlanes(comm, OPERATION, order, coordinates, masses, divided);
  if (decomposition.grid.every((n, axis) => n === divided.grid[axis])) return array;
  try {
    const out = together(comm, () => zeros(decomposition.box(comm.rank).shape, array.dtype));
    redistribute<"float32" | "float64">(comm, array, divided, out, decomposition);
    return out;
  } finally {
    array.dispose();
  }
}

function refuse(rule: string, got: string): never {
  throw new ShapeError(`Cannot ${OPERATION}: it needs ${rule}, got ${got}`, rule, got);
}

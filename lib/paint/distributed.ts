import { empty, type NdArray, zeros } from "../array/mod.ts";
import { checkInteger, checkOneOf, checkPositive, ShapeError } from "../base/mod.ts";
import {
  addGhosts,
  type Comm,
  Decomposition,
  DistributedField,
  exchangeGhosts,
  ghostBox,
  type GhostWidth,
  redistributeField,
  type Route,
  routeParticles,
  together,
} from "../mpi/mod.ts";
import { coordinatesInCells, massesOf, moveInto, reachOf } from "./_coordinates.ts";
import { paintInPlanes } from "./_in_planes.ts";
import { addParticles, readParticles, type RealArray } from "./_kernel.ts";
import type { PaintOptions } from "./paint.ts";
import { checkPositions, type Scheme, schemeOrder } from "./scheme.ts";

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

/** Options of `interpolateDistributed`; all ranks give the same. */
export interface DistributedReadOptions {
  /** Scheme of assignment. Default "cic". */
  scheme?: Scheme;
  /** "route": particles go to the cells and their values back; "ghosts": cells around a part come to it. Default "route". */
  method?: "route" | "ghosts";
}

/**
 * Paints the particles of all ranks on one cubic mesh that is divided among them: `paint` over ranks. Collective.
 *
 * Particles may lie anywhere, whatever the rank that has them. The sum at a node has the same terms as that of `paint`, in
 * another order: it differs by rounding (on float32 meshes also of coordinates, which are rounded more finely in a part).
 * With "planes" it is the same bits for any number of ranks.
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
  const operation = "paint particles";
  const given = together(comm, () => {
    checkPositions(operation, positions);
    const { weights } = options;
    const method = checkOneOf(options.method ?? "route", "method", ["route", "ghosts", "planes"]);
    const order = schemeOrder(options.scheme);
    const cells = checkInteger(options.cells, "cells", 1);
    const boxSize = checkPositive(options.boxSize, "boxSize");
    const dtype = options.dtype ?? positions.dtype;
    const { decomposition = slabs(comm, cells) } = options;
    const array = zeros(decomposition.box(comm.rank).shape, dtype) as DistributedField["array"];
    const field = new DistributedField({ comm, decomposition, array, boxSize, quantity: "counts", unit: "1" });
    if (field.cells !== cells) refuse(operation, `a decomposition of ${cells}^3 cells`, `${field.cells}^3`);
    const count = positions.shape[0];
    if (weights && weights.length !== count) {
      refuse(operation, `${count} weights, one for each particle`, `${weights.length}`);
    }
    const masses = weights && massesOf(operation, weights, dtype);
    const coordinates = coordinatesInCells(operation, positions, cells, boxSize, dtype);
    return { method, order, coordinates, masses, field };
  });
  const { method, order, coordinates, masses, field } = given;
  try {
    if (method === "planes") {
      const divided = slabs(comm, field.cells);
      const array = paintInPlanes(comm, operation, order, coordinates, masses, divided) as DistributedField["array"];
      const painted = field.with({ decomposition: divided, array });
      field.array.dispose();
      if (sameGrid(divided, field.decomposition)) return painted;
      try {
        return redistributeField(painted, field.decomposition);
      } finally {
        array.dispose();
      }
    }
    if (method === "ghosts") add(operation, order, field, coordinates, masses, widthNeeded(field, coordinates, order));
    else {
      const columns = masses ? [masses] : [];
      const routed = routeParticles(comm, coordinates, field.decomposition, field.cells, columns as NdArray[]);
      const [weights] = routed.columns as RealArray[];
      try {
        add(operation, order, field, routed.positions, weights, widthOf(order));
      } finally {
        routed.positions.dispose();
        weights?.dispose();
      }
    }
    return field;
  } finally {
    coordinates.dispose();
    masses?.dispose();
  }
}

/** Paints particles into this rank's part with ghosts, and brings these to their owners. `coordinates` are changed. */
function add(
  operation: string,
  order: number,
  field: DistributedField,
  coordinates: RealArray,
  masses: RealArray | undefined,
  width: GhostWidth,
): void {
  const { comm, decomposition, array } = field;
  using mesh = together(comm, () => zeros(ghostBox(decomposition, comm.rank, width).shape, array.dtype)) as RealArray;
  together(comm, () => {
    move(field, coordinates, width);
    addParticles({ operation, order, positions: coordinates, boxSize: 0, mesh }, masses);
  });
  addGhosts<"float32" | "float64">(comm, mesh, decomposition, width, { into: array as RealArray });
}

/** Coordinates of the whole mesh become those of this rank's part with ghosts. */
function move({ comm, decomposition, box, cells }: DistributedField, coordinates: RealArray, width: GhostWidth): void {
  moveInto(coordinates, box, ghostBox(decomposition, comm.rank, width), dividedAxes(decomposition), cells);
}

/**
 * The mesh of a field at the particles of each rank: `interpolate` over ranks, the transpose of `paintDistributed`.
 * Collective. Values differ from those of `interpolate` by rounding.
 *
 * @param field Values on the mesh.
 * @param positions [Mpc/h] This rank's particles, `[particle, 3]`, anywhere; those outside of the box are wrapped into it.
 * @param options Scheme and method.
 * @returns Values at this rank's particles, in the field's unit and type, `[particle]`.
 * @throws {ShapeError} for other shapes; {DomainError} naming the first position that is not finite; {CommError} where
 * another rank failed.
 * @example
 * ```ts
 * import { Field, fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { scatterField, selfComm } from "@cosmesh/cosmesh/mpi";
 * import { interpolateDistributed } from "@cosmesh/cosmesh/paint";
 * await ready();
 * const array = fromData([0, 1, 0, 1, 0, 1, 0, 1], [2, 2, 2], "float64");
 * const field = scatterField(selfComm(), new Field({ array, boxSize: 2, quantity: "other", unit: "1" }));
 * console.log(interpolateDistributed(field, fromData([0, 0, 0.25], [1, 3], "float64")).data[0]); // 0.25
 * ```
 */
export function interpolateDistributed(
  field: DistributedField,
  positions: RealArray,
  options: DistributedReadOptions = {},
): DistributedField["array"] {
  const operation = "interpolate a field";
  const { comm, decomposition, array, cells, boxSize } = field;
  const { method, order, coordinates } = together(comm, () => {
    const method = checkOneOf(options.method ?? "route", "method", ["route", "ghosts"]);
    const order = schemeOrder(options.scheme ?? "cic");
    checkPositions(operation, positions);
    return { method, order, coordinates: coordinatesInCells(operation, positions, cells, boxSize, array.dtype) };
  });
  let [points, route]: [RealArray, Route | undefined] = [coordinates, undefined];
  try {
    if (method === "route") ({ positions: points, route } = routeParticles(comm, coordinates, decomposition, cells));
    const width = method === "route" ? widthOf(order) : widthNeeded(field, points, order);
    using mesh = exchangeGhosts<"float32" | "float64">(comm, array as RealArray, decomposition, width);
    const values = together(comm, () => {
      move(field, points, width);
      const out = empty([points.shape[0]], array.dtype) as RealArray;
      readParticles({ operation, order, positions: points, boxSize: 0, mesh }, out);
      return out;
    });
    if (!route) return values as DistributedField["array"];
    try {
      return route.back(values) as DistributedField["array"];
    } finally {
      values.dispose();
    }
  } finally {
    coordinates.dispose();
    if (points !== coordinates) points.dispose();
  }
}

/**
 * Ghosts for particles of a part's own cells. They touch nodes from floor(u) - 1 (NGP, CIC: floor(u)) to floor(u) + 2
 * (NGP, CIC: + 1); one more on each side is for coordinates that are rounded in the part.
 */
const widthOf = (order: number): [number, number] => order <= 2 ? [1, 2] : [2, 3];

/** Ghosts for the particles of all ranks where they are. */
function widthNeeded(
  { comm, decomposition, box, cells }: DistributedField,
  points: RealArray,
  order: number,
): GhostWidth {
  const { before, after } = reachOf(points, box, dividedAxes(decomposition), cells);
  const [most, last] = comm.allreduce(Float64Array.of(before, after), "max");
  const [less, more] = widthOf(order);
  return [most + less, last + more];
}

const slabs = (comm: Comm, cells: number) => new Decomposition([cells, cells, cells], [comm.size, 1, 1]);
const sameGrid = (a: Decomposition, b: Decomposition) => a.grid.every((parts, axis) => parts === b.grid[axis]);
const dividedAxes = ({ grid }: Decomposition) => [0, 1, 2].filter((axis) => grid[axis] > 1);

function refuse(operation: string, rule: string, got: string): never {
  throw new ShapeError(`Cannot ${operation}: it needs ${rule}, got ${got}`, rule, got);
}

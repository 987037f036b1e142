import type { DType, NdArray } from "../array/mod.ts";
import { checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import { agreeOn } from "../mpi/mod.ts";
import type { Comm } from "../mpi/mod.ts";
import type { Decomposition } from "./decomposition.ts";
import { checkDivision } from "./distributed_field.ts";
import { Route } from "./route.ts";

/** What `routeParticles` brings to a rank. */
export interface Routed<P extends DType, C extends readonly NdArray[]> {
  /** [Mpc/h] Positions of the particles of this rank's part, `[particle, 3]`, as they were given. */
  positions: NdArray<P>;
  /** Their columns, in the order in which they were given. */
  columns: C;
  /** The way they came; `back` answers them. */
  route: Route;
}

/**
 * Brings particles to the ranks that own the cells they lie in: cell (i, j, k) of a mesh holds positions from (i, j, k) to
 * (i + 1, j + 1, k + 1) cell lengths; positions outside of the box are wrapped. Collective.
 *
 * Particles arrive in the order of the ranks they come from, then in their order there: if ranks hold one list in its
 * order, parts of it in the order of ranks, then what a rank gets is in the order of that list for any number of ranks.
 *
 * @param comm Ranks.
 * @param positions [Mpc/h] This rank's particles, `[particle, 3]`; all ranks give one type.
 * @param decomposition How the mesh is divided.
 * @param boxSize [Mpc/h] Side of the periodic box.
 * @param columns Further arrays `[particle, ...]` that travel with them.
 * @returns Particles in this rank's part.
 * @throws {ShapeError} for other shapes; {DomainError} naming the first position that is not finite; {CommError} where
 * another rank failed.
 * @example
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { commWorld } from "@cosmesh/cosmesh/mpi";
 * import { Decomposition, routeParticles } from "@cosmesh/cosmesh/decomposition";
 * await ready();
 * const comm = commWorld();
 * const slabs = new Decomposition([64, 64, 64], [comm.size, 1, 1]);
 * const positions = fromData([1, 2, 3, 99, 2, 3], [2, 3], "float32");
 * const masses = fromData([1, 2], [2], "float64");
 * const routed = routeParticles(comm, positions, slabs, 100, [masses]);
 * routed.positions.shape; // on one rank [2, 3]
 * comm.finalize();
 * ```
 */
export function routeParticles<P extends "float32" | "float64", const C extends readonly NdArray[] = []>(
  comm: Comm,
  positions: NdArray<P>,
  decomposition: Decomposition,
  boxSize: number,
  columns: C = [] as unknown as C,
): Routed<P, C> {
  const same = () => `${decomposition} of ${boxSize} Mpc/h, ${columns.length} columns`;
  const destinations = agreeOn(comm, "route particles", same, () => {
    checkDivision("route particles", comm, decomposition);
    checkPositive(boxSize, "boxSize");
    const { shape } = positions;
    if (shape.length !== 2 || shape[1] !== 3) {
      const [rule, got] = ["[particle, 3]", `[${shape.join(", ")}]`];
      throw new ShapeError(`Cannot route particles: positions must have shape ${rule}, got ${got}`, rule, got);
    }
    return ownersOf(positions, decomposition, boxSize);
  });
  const route = new Route(comm, destinations);
  const made: NdArray[] = [];
  try {
    for (const rows of [positions, ...columns]) made.push(route.send(rows as NdArray));
  } catch (error) {
    made.forEach((array) => array.dispose());
    throw error;
  }
  const [first, ...rest] = made;
  return { positions: first as NdArray<P>, columns: rest as unknown as C, route };
}

/** Rank of the cell that each particle lies in. */
function ownersOf(positions: NdArray, decomposition: Decomposition, boxSize: number): Uint32Array {
  const { shape, grid } = decomposition;
  const owners = new Uint32Array(positions.shape[0]);
  // Ranks are in row-major order of the grid, so that each axis adds its part's number times a step.
  const tables = shape.map((n, axis) => {
    const step = grid.slice(axis + 1).reduce((product, parts) => product * parts, 1);
    const table = new Uint32Array(n);
    for (let part = 0; part < grid[axis]; part++) {
      const { start, shape: lengths } = decomposition.box(part * step);
      table.fill(part * step, start[axis], start[axis] + lengths[axis]);
    }
    return table;
  });
  const { data } = positions;
  for (let at = 0; at < data.length; at++) {
    if (data[at] - data[at] !== 0) throw notFinite(positions, Math.floor(at / 3));
  }
  for (let axis = 0; axis < 3; axis++) {
    if (grid[axis] === 1) continue;
    const [n, table] = [shape[axis], tables[axis]];
    const scale = n / boxSize;
    for (let i = 0, at = axis; i < owners.length; i++, at += 3) {
      let u = data[at] * scale;
      if (!(u >= 0 && u < n)) {
        u -= Math.floor(u / n) * n;
        if (!(u >= 0 && u < n)) u = 0;
      }
      owners[i] += table[u >>> 0];
    }
  }
  return owners;
}

function notFinite({ data }: NdArray, index: number): DomainError {
  const text = `position ${index} is (${data.slice(3 * index, 3 * index + 3).join(", ")})`;
  const message = `Cannot route particles: all positions must be finite, ${text}`;
  return new DomainError(message, "finite numbers", text);
}

import type { Comm } from "../mpi/mod.ts";
import { Decomposition, ghostBox, type GhostWidth } from "../decomposition/mod.ts";
import { moveInto, reachOf } from "./_coordinates.ts";
import type { RealArray } from "./_kernel.ts";

/** A mesh of `cells`^3 that is divided among ranks. */
export interface Parts {
  comm: Comm;
  decomposition: Decomposition;
  cells: number;
}

/** Slabs along x. */
export const slabs = (comm: Comm, cells: number): Decomposition =>
  new Decomposition([cells, cells, cells], [comm.size, 1, 1]);

const dividedAxes = ({ grid }: Decomposition) => [0, 1, 2].filter((axis) => grid[axis] > 1);

/**
 * Ghosts for particles of a part's own cells. They touch nodes from floor(u) - 1 (NGP, CIC: floor(u)) to floor(u) + 2
 * (NGP, CIC: + 1); one more on each side is for coordinates that are rounded in the part.
 */
export const widthOf = (order: number): [number, number] => order <= 2 ? [1, 2] : [2, 3];

/** Ghosts for the particles of all ranks where they are. Collective. */
export function widthNeeded({ comm, decomposition, cells }: Parts, coordinates: RealArray, order: number): GhostWidth {
  const { before, after } = reachOf(coordinates, decomposition.box(comm.rank), dividedAxes(decomposition), cells);
  const [most, last] = comm.allreduce(Float64Array.of(before, after), "max");
  const [less, more] = widthOf(order);
  return [most + less, last + more];
}

/** Coordinates of the whole mesh become those of this rank's part with ghosts. */
export function toPart({ comm, decomposition, cells }: Parts, coordinates: RealArray, width: GhostWidth): void {
  const [own, wide] = [decomposition.box(comm.rank), ghostBox(decomposition, comm.rank, width)];
  moveInto(coordinates, own, wide, dividedAxes(decomposition), cells);
}

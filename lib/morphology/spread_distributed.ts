import { DomainError, DtypeError } from "../base/mod.ts";
import { together } from "../mpi/mod.ts";
import { type DistributedField, shareOf } from "../decomposition/mod.ts";
import { SlabCells } from "./_kernel.ts";
import { mergeComponents } from "./_slab_components.ts";
import { type Planes, spreadTogether } from "./_slab_fill.ts";
import { notFinite, sizeLimit, type SpreadOptions, type SpreadReport } from "./spread.ts";

/** Cells from this on are marked. */
const THRESHOLD = 0.9999999;
/** Sent in place of a component: this rank's regions are done; it cannot go on. */
const [DONE, FAILED] = [-1, -2];

/** Sum of numbers, pairwise, as kernels do it. */
function pairwise(values: Float64Array): number {
  if (values.length <= 8) return values.reduce((sum, value) => sum + value, 0);
  const half = values.length >> 1;
  return pairwise(values.subarray(0, half)) + pairwise(values.subarray(half));
}

/**
 * Spreads, in place, what exceeds 1 in an ionised fraction that is divided among ranks: `spreadExcess` over ranks, with the
 * same bits on any number of them (as long as no region's excess is above 2^29 cells; above, to the rounding of that sum).
 * Collective.
 *
 * Components are found on each rank and merged across faces. Regions are treated one after the other, as each sees what
 * earlier ones filled: one whose surroundings lie on one rank by that rank alone, while the others wait; another one by all,
 * with distances from the runs of the region near to each rank's planes, or, more than 64 cells away, from distances within
 * planes that are completed along x in rows. So memory is divided among ranks, and the time of the first kind is not.
 *
 * Memory besides the field, per rank: 1 byte a cell (2 where excess travels 16 to 64 cells, with 64 planes more on both
 * sides), 8 beyond; 16 bytes a run.
 *
 * @param field Ionised fraction in slabs along x, float32, changed in place; may exceed 1.
 * @param options Size of small components.
 * @returns What it did, the same on all ranks.
 * @throws {DtypeError} if the field is not float32; {DomainError} if it is not in slabs, or a value is not finite (the field
 * is then unchanged); {CommError} where another rank failed.
 * @example On any number of ranks
 * ```ts
 * import { Field, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { scatterField } from "@cosmesh/cosmesh/decomposition";
 * import { spreadExcessDistributed } from "@cosmesh/cosmesh/morphology";
 * await ready();
 * using array = zeros([8, 8, 8], "float32");
 * array.data[0] = 7;
 * const whole = new Field({ array, boxSize: 10, quantity: "ionisedFraction", unit: "1" });
 * const field = scatterField(selfComm(), whole);
 * console.log(spreadExcessDistributed(field).moved); // 6
 * ```
 */
export function spreadExcessDistributed(
  field: DistributedField,
  options: Pick<SpreadOptions, "spreadingPixelThreshold"> = {},
): SpreadReport {
  const { comm, cells: n, box } = field;
  const [first, own] = [box.start[0], box.shape[0]];
  using held = new DisposableStack();
  const { x, limit, cells } = together(comm, () => {
    const x = checkSlabs(field);
    const limit = sizeLimit(options, n);
    return { x, limit, cells: own > 0 ? held.use(new SlabCells(x, n, first, THRESHOLD)) : undefined };
  });
  const planes: Planes = Array.from({ length: comm.size }, (_, rank) => shareOf(n, comm.size, rank));
  const sums = comm.allgatherv(cells?.sums ?? new Float64Array(), { counts: planes.map(({ length }) => length) });
  const sum = pairwise(sums);
  if (!Number.isFinite(sum)) throw firstFault(field, x, n, first);
  if (sum > n ** 3) {
    x.fill(1);
    return { components: 0, small: 0, large: 0, largest: 0, moved: 0, sum, full: true };
  }
  const active = planes.filter(({ length }) => length > 0).length;
  const regions = mergeComponents(comm, cells, active, limit);
  const { components, small, largest, whole } = regions;
  const fill = (region: number, excess = 0, bound = 0) =>
    spreadTogether(comm, cells, planes, n, region, { excess, bound });

  let moved = active > 1 ? fill(0) : 0;
  for (let leader = 0; leader < active; leader++) {
    let [fault, next]: [Error | undefined, number] = [undefined, active > 1 ? 1 : 0];
    for (let isLed = true; isLed;) {
      const order = new Float64Array(4);
      if (comm.rank === leader) {
        try {
          const stop = cells!.spread(next, whole, moved);
          next = stop.region + 1;
          const id = stop.region > regions.own ? DONE : regions.ids[stop.region];
          order.set([id, stop.moved, stop.excess, stop.bound]);
        } catch (error) {
          fault = error as Error;
          order[0] = FAILED;
        }
      }
      const [id, before, excess, bound] = comm.bcast(order, leader);
      if (id === FAILED) comm.agree(fault);
      moved = before;
      isLed = id !== DONE;
      if (isLed) moved += fill(regions.regionOf(id), excess, bound);
    }
  }
  return { components, small, large: components - small, largest, moved, sum, full: false };
}

/** The numbers of a field of float32 in slabs. */
function checkSlabs({ array, decomposition: { grid } }: DistributedField): Float32Array {
  if (array.dtype !== "float32") {
    throw new DtypeError(`Cannot spread excess: the field must be float32, got ${array.dtype}`, "float32", array.dtype);
  }
  if (grid[1] === 1 && grid[2] === 1) return array.data as Float32Array;
  const [rule, got] = ["slabs along x", `parts [${grid.join(", ")}]`];
  throw new DomainError(`Cannot spread excess: the field must be in ${rule}, got ${got}; redistribute it`, rule, got);
}

/** The error of the first rank with a value that is not finite, on all ranks. */
function firstFault({ comm }: DistributedField, x: Float32Array, n: number, first: number): Error {
  const own = x.every(Number.isFinite) ? Infinity : comm.rank;
  const [rank] = comm.allreduce(Float64Array.of(own), "min");
  const source = Number.isFinite(rank) ? rank : 0;
  const fault = comm.rank === source ? notFinite(x, n, first) : undefined;
  const { message, where } = comm.bcastObject(fault && { message: fault.message, where: fault.actual }, source) as {
    message: string;
    where: string;
  };
  return new DomainError(message, "finite", where);
}

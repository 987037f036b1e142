import { add, empty, NdArray, zeros } from "../array/mod.ts";
import { type Comm, together } from "../mpi/mod.ts";
import { type Decomposition, Route } from "../decomposition/mod.ts";
import { anchorOf } from "./_coordinates.ts";
import { addParticles, type RealArray } from "./_kernel.ts";

/** Nodes of a stencil before its anchor. */
const beforeOf = (order: number) => Math.floor((order - 1) / 2);

/**
 * Paints particles plane by plane: those of one anchor plane on a mesh of as many planes as a scheme touches, which are
 * then added in the order of anchors. So each node's sum depends on the particles and their order alone, not on the
 * decomposition. A particle goes to all slabs that it touches.
 *
 * @param coordinates [cell] Coordinates of this rank's particles, `[particle, 3]`; they and the masses are given back as
 * soon as they have been sent, as their memory is needed.
 * @param slabs Slabs along x.
 * @returns This rank's slab.
 */
export function paintInPlanes(
  comm: Comm,
  operation: string,
  order: number,
  coordinates: RealArray,
  masses: RealArray | undefined,
  slabs: Decomposition,
): RealArray {
  const { destinations, columns } = together(comm, () => rowsToSend(order, coordinates, masses, slabs));
  for (const column of [coordinates, masses]) if (column && !columns.includes(column)) column.dispose();
  const arrived: RealArray[] = [];
  try {
    const route = new Route(comm, destinations);
    for (const column of columns) {
      arrived.push(route.send(column));
      column.dispose();
    }
    const [points, weights] = arrived as [RealArray, RealArray | undefined];
    return together(comm, () => paintSlab(operation, order, points, weights, slabs, comm.rank));
  } finally {
    for (const column of [...columns, ...arrived]) column.dispose();
  }
}

/** Paints the particles that touch a rank's slab, and gives them back. */
function paintSlab(
  operation: string,
  order: number,
  points: RealArray,
  weights: RealArray | undefined,
  slabs: Decomposition,
  rank: number,
): RealArray {
  const n = slabs.shape[0];
  const before = beforeOf(order);
  const { start: [start], shape } = slabs.box(rank);
  using sorted = sortByAnchor(points, weights, order, n);
  points.dispose();
  weights?.dispose();
  using planes = empty([order, n, n], points.dtype) as RealArray;
  const mesh = zeros(shape, points.dtype) as RealArray;
  for (let anchor = start - (order - 1 - before); anchor < start + shape[0] + before && shape[0] > 0; anchor++) {
    const plane = ((anchor % n) + n) % n;
    const [first, end] = [sorted.starts[plane], sorted.starts[plane + 1]];
    if (first === end) continue;
    planes.data.fill(0);
    addParticles(
      { operation, order, positions: rowsOf(sorted.points, first, end), boxSize: 0, mesh: planes },
      sorted.weights && rowsOf(sorted.weights, first, end),
    );
    for (let i = 0; i < order; i++) {
      const at = anchor - before + i - start;
      if (at < 0 || at >= shape[0]) continue;
      const node = mesh.at(at);
      add(node, planes.at(i), { out: node });
    }
  }
  return mesh;
}

/** Coordinates and masses, a row for each slab that a particle touches, and where it goes. */
function rowsToSend(
  order: number,
  coordinates: RealArray,
  masses: RealArray | undefined,
  slabs: Decomposition,
): { destinations: Uint32Array; columns: RealArray[] } {
  const { rows, destinations } = touched(coordinates, order, slabs);
  const given = masses ? [coordinates, masses] : [coordinates];
  // Where each particle touches one slab, rows are the particles.
  const columns = rows.length === coordinates.shape[0] ? given : given.map((column) => take(column, rows));
  return { destinations, columns };
}

/** The slabs that particles of each anchor plane touch: `order` places for each plane, of which `counts` are used. */
function slabsOfAnchors(order: number, slabs: Decomposition): Record<"ranks" | "counts", Uint32Array> {
  const n = slabs.shape[0];
  const owners = new Uint32Array(n);
  for (let rank = 0; rank < slabs.size; rank++) {
    const { start: [start], shape: [length] } = slabs.box(rank);
    owners.fill(rank, start, start + length);
  }
  const [ranks, counts] = [new Uint32Array(order * n), new Uint32Array(n)];
  for (let anchor = 0; anchor < n; anchor++) {
    const first = anchor - beforeOf(order) + order * n;
    const touched = new Set(Array.from({ length: order }, (_, i) => owners[(first + i) % n]));
    ranks.set([...touched], order * anchor);
    counts[anchor] = touched.size;
  }
  return { ranks, counts };
}

/** A row for each slab that a particle touches. */
function touched(
  { data }: RealArray,
  order: number,
  slabs: Decomposition,
): Record<"rows" | "destinations", Uint32Array> {
  const n = slabs.shape[0];
  const { ranks, counts } = slabsOfAnchors(order, slabs);
  let length = 0;
  for (let at = 0; at < data.length; at += 3) length += counts[anchorOf(data[at], order, n)];
  const [rows, destinations] = [new Uint32Array(length), new Uint32Array(length)];
  for (let row = 0, to = 0; 3 * row < data.length; row++) {
    const anchor = anchorOf(data[3 * row], order, n);
    for (let i = 0; i < counts[anchor]; i++) {
      rows[to] = row;
      destinations[to++] = ranks[order * anchor + i];
    }
  }
  return { rows, destinations };
}

/** Rows of an array by their numbers. */
function take(column: RealArray, rows: Uint32Array): RealArray {
  const width = column.shape.length > 1 ? 3 : 1;
  const out = empty([rows.length, ...column.shape.slice(1)], column.dtype) as RealArray;
  for (let row = 0, at = 0; row < rows.length; row++) {
    for (let i = 0; i < width; i++) out.data[at++] = column.data[rows[row] * width + i];
  }
  return out;
}

/** Rows from `first` to `end`, sharing memory. */
function rowsOf({ data, shape: [, ...rest], dtype }: RealArray, first: number, end: number): RealArray {
  const width = rest[0] ?? 1;
  return new NdArray(
    data.subarray(first * width, end * width) as Float64Array,
    [end - first, ...rest],
    dtype as "float64",
  );
}

/** Particles by anchor plane, in each in their order; x becomes the place in the planes around the anchor. */
function sortByAnchor(
  points: RealArray,
  weights: RealArray | undefined,
  order: number,
  n: number,
): Disposable & { points: RealArray; weights?: RealArray; starts: Float64Array } {
  const count = points.shape[0];
  const starts = new Float64Array(n + 1);
  const anchors = new Uint32Array(count);
  for (let p = 0; p < count; p++) {
    anchors[p] = anchorOf(points.data[3 * p], order, n);
    starts[anchors[p] + 1]++;
  }
  for (let plane = 0; plane < n; plane++) starts[plane + 1] += starts[plane];
  const next = starts.slice();
  const out = empty(points.shape, points.dtype) as RealArray;
  const masses = weights && empty(weights.shape, weights.dtype) as RealArray;
  for (let p = 0; p < count; p++) {
    const at = next[anchors[p]]++;
    let distance = points.data[3 * p] - anchors[p];
    if (distance > n / 2) distance -= n;
    out.data[3 * at] = distance + beforeOf(order);
    out.data[3 * at + 1] = points.data[3 * p + 1];
    out.data[3 * at + 2] = points.data[3 * p + 2];
    if (masses) masses.data[at] = weights!.data[p];
  }
  return {
    points: out,
    weights: masses,
    starts,
    [Symbol.dispose]() {
      out.dispose();
      masses?.dispose();
    },
  };
}

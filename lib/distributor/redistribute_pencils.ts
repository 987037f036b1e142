import { type DType, empty, isComplex, type NdArray } from "../array/mod.ts";
import { ShapeError } from "../base/mod.ts";
import type { Comm } from "../mpi/mod.ts";
import { checkLayout, type Lines, lineShare, linesOf, type MeshShape, type PencilLayout } from "./pencil.ts";
import { together } from "../mpi/mod.ts";

/** The lines [start, end) of a layout that a rank has. */
interface Part {
  layout: PencilLayout;
  lines: Lines;
  start: number;
  end: number;
}

/** Values of z on the line (i, j) of a mesh that a part has. */
function zRange({ layout, start, end }: Part, [, ny, nz]: MeshShape, i: number, j: number): [number, number] {
  const clip = (from: number): [number, number] => [Math.max(0, start - from), Math.min(nz, end - from)];
  if (layout === "z_pencil") return i * ny + j >= start && i * ny + j < end ? [0, nz] : [0, 0];
  return clip(layout === "flat" ? (i * ny + j) * nz : layout === "y_pencil" ? i * nz : j * nz);
}

/** Values of x, or y, of which a part can have points. */
function bounds({ layout, start, end }: Part, [nx, ny, nz]: MeshShape, axis: 0 | 1): [number, number] {
  const per = { flat: [ny * nz, 0], z_pencil: [ny, 0], y_pencil: [nz, 0], x_pencil: [0, nz] }[layout][axis];
  const all = axis === 0 ? nx : ny;
  return per === 0 ? [0, all] : [Math.floor(start / per), Math.min(all, Math.ceil(end / per))];
}

/** Place of a point among the rows of a part, and the step to its neighbour along z. */
function place({ layout, start }: Part, [nx, ny, nz]: MeshShape, i: number, j: number, k: number): [number, number] {
  if (layout === "y_pencil") return [(i * nz + k - start) * ny + j, ny];
  if (layout === "x_pencil") return [(j * nz + k - start) * nx + i, nx];
  return [(i * ny + j) * nz + k - (layout === "flat" ? start : start * nz), 1];
}

/** Points that two parts have in common, as runs along z in row-major order. */
function* runs(a: Part, b: Part, shape: MeshShape): Generator<[i: number, j: number, k: number, length: number]> {
  const common = (axis: 0 | 1) => {
    const [one, two] = [a, b].map((part) => bounds(part, shape, axis));
    return [Math.max(one[0], two[0]), Math.min(one[1], two[1])];
  };
  const [[x0, x1], [y0, y1]] = [common(0), common(1)];
  for (let i = x0; i < x1; i++) {
    for (let j = y0; j < y1; j++) {
      const [one, two] = [zRange(a, shape, i, j), zRange(b, shape, i, j)];
      const [k, end] = [Math.max(one[0], two[0]), Math.min(one[1], two[1])];
      if (end > k) yield [i, j, k, end - k];
    }
  }
}

/**
 * Gives the rows of a mesh's points, which ranks have in one layout, to the ranks as they have them in another.
 *
 * @param comm Ranks; all of them call.
 * @param data Rows `[point, ..]` of this rank's points, in the order of `pencilIndices` of `from`.
 * @param shape Lengths of the three axes of the mesh.
 * @param from Layout of `data`.
 * @param to Layout of the result.
 * @returns Rows of this rank's points in the order of `pencilIndices` of `to`.
 * @throws {ShapeError} if `data` has another number of rows; {DomainError} for another layout; {CommError} where another
 * rank failed.
 * @example On one rank, another order of points
 * ```ts
 * import { fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { redistributePencils } from "@cosmesh/cosmesh/distributor";
 * await ready();
 * const rows = fromData([0, 1, 2, 3], [4], "float64");
 * redistributePencils(selfComm(), rows, [1, 2, 2], "flat", "y_pencil").data; // 0, 2, 1, 3
 * ```
 */
export function redistributePencils<D extends DType>(
  comm: Comm,
  data: NdArray<D>,
  shape: MeshShape,
  from: PencilLayout,
  to: PencilLayout,
): NdArray<D> {
  const partOf = (layout: PencilLayout, rank: number): Part => {
    const lines = linesOf(shape, layout);
    const { start, length } = lineShare(lines, layout, comm.size, rank);
    return { layout, lines, start, end: start + length };
  };
  const rowsOf = ({ lines, start, end }: Part) => (end - start) * lines.length;
  const row = data.shape.slice(1);
  const make = () => {
    checkLayout(shape, from, to);
    const rows = rowsOf(partOf(from, comm.rank));
    if (data.shape.length === 0 || data.shape[0] !== rows) {
      const got = `[${data.shape.join(", ")}]`;
      throw new ShapeError(`Cannot redistribute pencils: "data" must have ${rows} rows, got ${got}`, `${rows}`, got);
    }
    return empty([rowsOf(partOf(to, comm.rank)), ...row], data.dtype);
  };
  const result = together(comm, make);
  const [has, wants] = [partOf(from, comm.rank), partOf(to, comm.rank)];
  const width = row.reduce((size, length) => size * length, isComplex(data.dtype) ? 2 : 1);
  const ranks = Array.from({ length: comm.size }, (_, rank) => rank);
  const count = (a: Part, b: Part) => runs(a, b, shape).reduce((sum, [, , , length]) => sum + length, 0) * width;
  const outgoing = ranks.map((rank) => count(has, partOf(to, rank)));
  const incoming = ranks.map((rank) => count(partOf(from, rank), wants));
  const numbers = (length: number) => new (data.data.constructor as Float64ArrayConstructor)(length);
  const packed = numbers(data.data.length);
  const received = numbers(result.data.length);
  /** Rows of a part at a run of points, and the packed ones. */
  const each = (part: Part, pairs: [Part, Part][], copy: (place: number, packed: number) => void) => {
    let at = 0;
    for (const [a, b] of pairs) {
      for (const [i, j, k, length] of runs(a, b, shape)) {
        const [first, step] = place(part, shape, i, j, k);
        for (let n = 0; n < length; n++, at += width) copy((first + n * step) * width, at);
      }
    }
  };
  const [source, target] = [data.data as Float64Array, result.data as Float64Array];
  each(has, ranks.map((rank) => [has, partOf(to, rank)]), (from, at) => {
    for (let n = 0; n < width; n++) packed[at + n] = source[from + n];
  });
  comm.alltoallv(packed, outgoing, { from: incoming, into: received });
  each(wants, ranks.map((rank) => [partOf(from, rank), wants]), (place, at) => {
    for (let n = 0; n < width; n++) target[place + n] = received[at + n];
  });
  return result;
}

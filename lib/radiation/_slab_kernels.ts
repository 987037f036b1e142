import { empty, NdArray } from "../array/mod.ts";
import { type Comm, together } from "../mpi/mod.ts";
import { shareOf } from "../decomposition/mod.ts";
import { ProfileShapes, type SpectrumPart } from "./_kernel.ts";
import type { Slabs } from "./_slab_halos.ts";

/** Kernels made side by side. */
const KERNELS = 4;

/** Numbers of room that a rank needs for planes of octants. */
export function octantRoom(n: number, ranks: number, rank: number): number {
  const q = n / 2 + 1;
  return KERNELS * shareOf(q, ranks, rank).length * q * q;
}

/** Part of the spectrum of each rank: where frequencies are complete along x and divided along y. */
function partsOf(n: number, { planes }: Slabs): SpectrumPart[] {
  const half = n / 2;
  const q = half + 1;
  const { alignment } = ProfileShapes;
  return planes.map(({ start: first, length: rows }) => {
    if (rows === 0) return { first, rows, column: 0, columns: 0 };
    // Modes above n/2 are those below 0, whose kernels are those of positive ones.
    const last = first + rows - 1;
    const low = last <= half ? first : first > half ? n - last : Math.min(first, n - last);
    const high = last <= half ? last : first > half ? n - first : half;
    const column = Math.floor(low * q / alignment) * alignment;
    const end = Math.min(Math.ceil((high + 1) * q / alignment) * alignment, q * q);
    return { first, rows, column, columns: end - column };
  });
}

/**
 * Spectra of the kernels of basis profiles, of which each rank makes some planes of the octants, and gets the columns that
 * belong to its part of the half spectrum `[n, rows, n/2 + 1]`. Give it back with `using`.
 */
export class SlabKernels implements Disposable {
  /** This rank's part. */
  readonly part: SpectrumPart;
  readonly #parts: readonly SpectrumPart[];
  readonly #q: number;
  readonly #columns: NdArray<"float32">;

  /**
   * Takes memory; to be called on all ranks together.
   *
   * @param room `octantRoom` numbers, which `make` overwrites.
   */
  constructor(
    private readonly comm: Comm,
    n: number,
    private readonly shapes: ProfileShapes,
    slabs: Slabs,
    private readonly room: Float32Array,
  ) {
    this.#q = n / 2 + 1;
    this.#parts = partsOf(n, slabs);
    this.part = this.#parts[comm.rank];
    this.#columns = empty([KERNELS * this.#q * this.part.columns], "float32");
  }

  #planes(rank: number) {
    return shareOf(this.#q, this.comm.size, rank);
  }

  /**
   * Makes the kernels of the group of basis profiles that begins at `next`. Collective.
   *
   * @returns The end of the group, and for each of its profiles the kernels of one or two fields, valid until the next call.
   */
  make(next: number): { end: number; kernels: Float32Array[][] } {
    const { comm, part, shapes } = this;
    const q = this.#q;
    const own = this.#planes(comm.rank);
    const { end, fields } = together(
      comm,
      () => shapes.beginKernels(next, own.start, own.length, this.room),
    );
    const count = (end - next) * fields;
    const view = (data: Float32Array, rows: number, columns: number) =>
      new NdArray(data.subarray(0, count * rows * columns), [count, rows, columns], "float32");
    const columns = view(this.#columns.data, q, part.columns);
    comm.alltoallw(
      view(this.room, own.length, q * q),
      this.#parts.map(({ column, columns }) => ({ start: [0, 0, column], shape: [count, own.length, columns] })),
      columns,
      this.#parts.map((_, rank) => {
        const { start, length } = this.#planes(rank);
        return { start: [0, start, 0], shape: [count, length, part.columns] };
      }),
    );
    const size = q * part.columns;
    const kernel = (i: number) => columns.data.subarray(i * size, (i + 1) * size);
    together(comm, () => {
      for (let i = 0; i < count; i++) shapes.finishKernel(next, i, part.column, part.columns, kernel(i));
    });
    const kernels = Array.from(
      { length: end - next },
      (_, j) => Array.from({ length: fields }, (_, f) => kernel(j * fields + f)),
    );
    return { end, kernels };
  }

  [Symbol.dispose](): void {
    this.#columns.dispose();
  }
}

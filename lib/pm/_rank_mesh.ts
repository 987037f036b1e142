import { assign, empty, type NdArray, slice } from "../array/mod.ts";
import { addGhosts, Decomposition, exchangeGhosts, ghostBox } from "../decomposition/mod.ts";
import { DistributedPlan } from "../fft/mod.ts";
import type { RealArray, Triple } from "../fields/mod.ts";
import { type Box, type Comm, together } from "../mpi/mod.ts";
import type { Spectrum } from "./_kernel.ts";
import type { RadialTable } from "./_kernel_gaussian.ts";
import { filterModes, potentialOfModes } from "./_kernel_part.ts";
import { type Green, type Lattice, scalarShape } from "./_kernel_steps.ts";

/** Parts along x and y, whose product is the number of ranks: slabs [P, 1] or pencils. */
export type Layout = readonly [number, number];

type One = NdArray<"float32">;
const triple = ([x, y, z]: readonly number[]): Triple => [x, y, z];

/** A mesh of any three lengths that is divided among ranks along x and y: its transforms, and cells of neighbours. */
export class RankMesh implements Disposable {
  /** How cells are divided. */
  readonly decomposition: Decomposition;
  /** This rank's cells. */
  readonly box: Box;
  readonly #plan: DistributedPlan<"real", "float32">;
  /** As `decomposition`, of padded rows. */
  readonly #rows: Decomposition;
  /** This rank's cells with padded rows. */
  readonly #padded: One;

  /** Makes tables and room; all ranks call. */
  constructor(
    /** Ranks. */
    readonly comm: Comm,
    /** Cells of all. */
    readonly mesh: Triple,
    /** Precision. */
    readonly dtype: "float32" | "float64",
    layout?: Layout,
  ) {
    const options = { kind: "real", dtype: dtype as "float32", order: "transposed", overwrite: true } as const;
    using held = new DisposableStack();
    this.#plan = held.use(new DistributedPlan(comm, mesh, { ...options, grid: layout ?? "auto" }));
    this.decomposition = this.#plan.points;
    this.box = this.decomposition.box(comm.rank);
    this.#rows = new Decomposition(scalarShape(mesh), this.decomposition.grid);
    this.#padded = together(comm, () => held.use(empty(this.#rows.box(comm.rank).shape, dtype as "float32")));
    held.move();
  }

  /** Room for this rank's cells. */
  cells(): RealArray {
    return empty(this.box.shape, this.dtype) as RealArray;
  }

  /** Room for this rank's modes. */
  modes(): Spectrum {
    return empty(this.#plan.localSpectrumShape, this.#plan.spectrumDtype) as Spectrum;
  }

  /** Unnormalised transform; what it is made of is lost. */
  forward(cells: RealArray, out: Spectrum): void {
    this.#plan.forward(cells as One, { out: out as NdArray<"complex64"> });
  }

  /** Inverse transform; what it is made of is lost. */
  inverse(modes: Spectrum, out: RealArray): void {
    this.#plan.inverse(modes as NdArray<"complex64">, { out: out as One });
  }

  /** Modes of a density to those of its potential. */
  potential(green: Green, modes: Spectrum): void {
    potentialOfModes(this.mesh, this.#modes, green, modes);
  }

  /** Multiplies modes by a table. */
  filter(table: RadialTable, modes: Spectrum): void {
    filterModes(this.mesh, this.#modes, table, modes);
  }

  get #modes(): Box {
    return this.#plan.frequencies.box(this.comm.rank);
  }

  /** This rank's particles on its cells with `width` cells of neighbours on each side that is divided. */
  lattice(width: number): Lattice {
    const { start, shape } = ghostBox(this.decomposition, this.comm.rank, width);
    const [x, y] = this.box.start;
    return {
      mesh: triple(shape),
      sites: triple(this.box.shape),
      first: [x - start[0], y - start[1]],
      start: [x, y],
    };
  }

  /** Copies this rank's cells, and those of neighbours, into a mesh with padded rows of the shape of `lattice(width)`. */
  widen(cells: RealArray, width: number, out: RealArray): void {
    assign(slice(this.#padded, [], [], [0, this.mesh[2]]), cells as One);
    exchangeGhosts(this.comm, this.#padded, this.#rows, width, { into: out as One });
  }

  /** Adds cells of neighbours to where they belong; the reverse of `widen`. */
  collect(wide: RealArray, width: number, out: RealArray): void {
    addGhosts(this.comm, wide as One, this.#rows, width, { into: this.#padded });
    assign(out as One, slice(this.#padded, [], [], [0, this.mesh[2]]));
  }

  /** Copies what a wide mesh, or a stack of them, has of this rank's cells. */
  cut(wide: RealArray, width: number, out: RealArray): void {
    const { first, sites } = this.lattice(width);
    const [x, y, z] = [first[0], first[1], 0].map((at, i): [number, number] => [at, at + sites[i]]);
    assign(out as One, wide.shape.length === 3 ? slice(wide as One, x, y, z) : slice(wide as One, [], x, y, z));
  }

  /** Gives tables and room back; not collective. */
  [Symbol.dispose](): void {
    this.#plan.dispose();
    this.#padded.dispose();
  }
}

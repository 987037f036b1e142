import { empty, NdArray } from "../array/mod.ts";
import { DistributedPlan } from "../fft/mod.ts";
import { type Comm, together } from "../mpi/mod.ts";
import { Decomposition } from "../decomposition/mod.ts";
import type { RealArray } from "../paint/mod.ts";
import type { Spectrum } from "./_kernel.ts";

type Plan = DistributedPlan<"real", "float32">;

/** Transforms of a mesh in slabs along x, whose half spectrum is divided along y. */
export class SlabModes implements Disposable {
  /** Slabs of the mesh. */
  readonly decomposition: Decomposition;
  /** [1] First plane of this rank. */
  readonly first: number;
  /** [1] Planes of this rank. */
  readonly planes: number;
  /** [1] First mode of this rank along the second axis. */
  readonly firstMode: number;
  readonly #plan: Plan;

  /** Makes tables; all ranks call. */
  constructor(
    /** Ranks. */
    readonly comm: Comm,
    /** [1] Cells along one axis. */
    readonly cells: number,
    /** Precision. */
    readonly dtype: "float32" | "float64",
  ) {
    const shape = [cells, cells, cells];
    this.decomposition = new Decomposition(shape, [comm.size, 1, 1]);
    const { start, shape: own } = this.decomposition.box(comm.rank);
    [this.first, this.planes] = [start[0], own[0]];
    const options = {
      kind: "real",
      dtype: dtype as "float32",
      grid: [comm.size, 1],
      order: "transposed",
      overwrite: true,
    } as const;
    this.#plan = new DistributedPlan(comm, shape, options);
    this.firstMode = this.#plan.frequencies.box(comm.rank).start[1];
  }

  /** Room for `count` meshes, or one without that axis. */
  mesh(count?: number): RealArray {
    const shape = [this.planes, this.cells, this.cells];
    return empty(count === undefined ? shape : [count, ...shape], this.dtype) as RealArray;
  }

  /** Room for this rank's part of a spectrum. */
  spectrum(): Spectrum {
    return empty(this.#plan.localSpectrumShape, this.#plan.spectrumDtype) as Spectrum;
  }

  /** Several arrays at once, on all ranks or on none; `held` gives them back. */
  together<T extends readonly Disposable[]>(held: DisposableStack, make: () => T): T {
    return together(this.comm, () => {
      const made = make();
      made.forEach((array) => held.use(array));
      return made;
    });
  }

  /** Unnormalised forward transform; what it is made of is lost. */
  forward(mesh: RealArray, out: Spectrum): Spectrum {
    this.#plan.forward(mesh as NdArray<"float32">, { out: out as NdArray<"complex64"> });
    return out;
  }

  /** Inverse transform, divided by the number of cells; what it is made of is lost. */
  inverse(spectrum: Spectrum, out: RealArray): RealArray {
    this.#plan.inverse(spectrum as NdArray<"complex64">, { out: out as NdArray<"float32"> });
    return out;
  }

  /** Gives tables and work arrays back; not collective. */
  [Symbol.dispose](): void {
    this.#plan.dispose();
  }
}

/** Mesh `i` of several. */
export function meshAt(meshes: RealArray, i: number): RealArray {
  const [, ...shape] = meshes.shape;
  const size = shape.reduce((product, length) => product * length, 1);
  return new NdArray(meshes.data.subarray(i * size, (i + 1) * size) as Float32Array, shape, meshes.dtype) as RealArray;
}

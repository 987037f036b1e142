import { checkInteger, checkOneOf, DomainError, ShapeError } from "../base/mod.ts";
import { empty, type NdArray } from "../array/mod.ts";
import { type Comm, together } from "../mpi/mod.ts";
import type { Decomposition } from "../decomposition/mod.ts";
import { checkApart, checkArray, checkShape, scaleOf } from "./_check.ts";
import { checkGrid, chooseGrid } from "./_grid.ts";
import { Pipeline, type Problem } from "./_pipeline.ts";
import type { ComplexDType, ComplexOf, PlanKind, PointsOf, RealDType, RunOptions } from "./plan.ts";

/** Options of `DistributedPlan`; all ranks give the same. */
export interface DistributedPlanOptions<K extends PlanKind, D extends RealDType> {
  /**
   * Parts [P1, P2] along two axes, whose product is the number of ranks. "auto", the default: slabs [P, 1] while each
   * rank gets a plane, else the pair with the smallest parts.
   */
  grid?: "auto" | readonly [number, number];
  /** Default "complex". */
  kind?: K;
  /** Precision; default "float64". */
  dtype?: D;
  /** [1] Numbers at each point that are transformed together: arrays have a fourth axis of this length. Default: none. */
  batch?: number;
  /**
   * How frequencies are divided: "natural", as points are, or "transposed", where they are after the last transform,
   * which saves an exchange. Default "natural".
   */
  order?: "natural" | "transposed";
  /**
   * How parts travel: "alltoallw", as boxes that MPI reads and writes where they are, or "alltoallv", packed. Results are
   * the same. Default "auto": packed, but for boxes with runs of at least 512 bytes under Open MPI, which is faster with them.
   */
  exchange?: "auto" | "alltoallw" | "alltoallv";
  /**
   * Whether transforms may leave anything in their input, which saves a work array. Of kind "real" on several ranks, `out`
   * may then share memory with the input. Default false: the input is kept.
   */
  overwrite?: boolean;
}

/**
 * Fourier transform of a mesh that is divided among ranks: local transforms along the axes that are complete, with
 * exchanges in between.
 *
 * Points `[nx, ny, nz]` are divided into P1 parts along x and P2 along y. After z, parts of y are exchanged for parts of
 * z, and after y, parts of x for parts of y: frequencies end up complete along x ("transposed"), or are brought to where
 * the points were ("natural"), which is one exchange more. Slabs (P2 = 1) do y and z at once. Where there are more ranks
 * than lines, some have empty parts, and call all the same.
 *
 * All calls are collective. Errors are agreed on before numbers move, so that all ranks throw if one does.
 *
 * Forward transforms, and inverse ones of kind "real", have the same bits as those of `Plan` on one rank, for any grid,
 * order and exchange: each line is computed by the same steps, z before y before x (back: x before y before z). Inverse
 * complex ones differ from it, and between slabs and pencils, by rounding, as their axes come in another order. So does
 * all where a rank has so few long lines that `Plan` does them as matrices (up to 4, float64 2, of 64 points or more).
 *
 * Work arrays of a rank: one of the greatest part of the spectrum, two if there is more than one exchange, and packed
 * parts where they are packed; `workBytes` has their sum.
 *
 * @example On any number of ranks
 * ```ts
 * import { DistributedPlan } from "@cosmesh/cosmesh/fft";
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 *
 * await ready();
 * using plan = new DistributedPlan(selfComm(), [8, 8, 8], { kind: "real", order: "transposed" });
 * using mesh = zeros(plan.localShape, "float64"); // this rank's part, plan.points.box(rank)
 * using spectrum = plan.forward(mesh); // plan.frequencies.box(rank)
 * plan.inverse(spectrum, { out: mesh });
 * ```
 */
export class DistributedPlan<K extends PlanKind = "complex", D extends RealDType = "float64"> implements Disposable {
  /** Shape of the mesh, with the batch. */
  readonly shape: readonly number[];
  /** Parts along two axes. */
  readonly grid: readonly [number, number];
  /** Complex or real points. */
  readonly kind: K;
  /** Precision. */
  readonly dtype: D;
  /** Where frequencies are. */
  readonly order: "natural" | "transposed";
  /** How points are divided. */
  readonly points: Decomposition;
  /** How frequencies are divided: of kind "real", the half spectrum of the z axis. */
  readonly frequencies: Decomposition;
  #pipeline: Pipeline | undefined;
  /** Whether the output may share memory with the input: where numbers pass through a work array in between. */
  readonly #shares: boolean;

  /**
   * Makes tables, work arrays and the boxes of the exchanges.
   *
   * @param comm Ranks; all of them call.
   * @param shape Lengths of the three axes of the whole mesh.
   * @param options Grid, kind, precision, batch, order.
   * @throws {ShapeError} for other than three axes, or a grid that does not suit the ranks; {DomainError} for other wrong
   * options, or options that differ between ranks; {MemoryError} without room; {CommError} where another rank failed.
   */
  constructor(
    private readonly comm: Comm,
    shape: readonly number[],
    options: DistributedPlanOptions<K, D> = {},
  ) {
    const { kind, dtype, batch, order, exchange, grid, overwrite = false } = options;
    const given = together(comm, () => {
      const checked = {
        kind: checkOneOf(kind ?? "complex", "kind", ["complex", "real"]) as K,
        dtype: checkOneOf(dtype ?? "float64", "dtype", ["float32", "float64"]) as D,
        order: checkOneOf(order ?? "natural", "order", ["natural", "transposed"]) as "natural" | "transposed",
        exchange: checkOneOf(exchange ?? "auto", "exchange", ["auto", "alltoallw", "alltoallv"]) as Problem["exchange"],
        overwrite,
        shape: batch === undefined ? [...shape] : [...shape, checkInteger(batch, "batch", 1)],
      };
      checkThree(shape);
      return { ...checked, grid: grid && grid !== "auto" ? checkGrid(grid, comm.size) : chooseGrid(shape, comm.size) };
    });
    checkSame(comm, given);
    ({ kind: this.kind, dtype: this.dtype, order: this.order, shape: this.shape, grid: this.grid } = given);
    this.#shares = overwrite && this.kind === "real" && comm.size > 1;
    this.#pipeline = together(comm, () => new Pipeline(comm, given));
    ({ points: this.points, frequencies: this.frequencies } = this.#pipeline);
  }

  /** Element type of the frequencies. */
  get spectrumDtype(): ComplexOf<D> {
    return (this.dtype === "float32" ? "complex64" : "complex128") as ComplexOf<D>;
  }

  /** Element type of the points. */
  get pointsDtype(): PointsOf<K, D> {
    return (this.kind === "real" ? this.dtype : this.spectrumDtype) as PointsOf<K, D>;
  }

  /** Shape of this rank's points. */
  get localShape(): readonly number[] {
    return this.points.box(this.comm.rank).shape;
  }

  /** Shape of this rank's frequencies. */
  get localSpectrumShape(): readonly number[] {
    return this.frequencies.box(this.comm.rank).shape;
  }

  /** [byte] Work arrays of this rank, in the kernels' memory. */
  get workBytes(): number {
    return this.#pipeline?.workBytes ?? 0;
  }

  /**
   * Points to frequencies, sign -1. Collective; the input is kept, unless it is `out`.
   *
   * @param x This rank's points, of `localShape`.
   * @param options Norm as in `Plan`, of the whole mesh; `out` has `localSpectrumShape`; of complex plans in
   * natural order, it may be `x`: in place.
   * @returns This rank's frequencies.
   * @throws {DtypeError} {ShapeError} {DomainError} if `x` or `out` do not suit; {CommError} where those of another rank
   * do not.
   */
  forward(x: NdArray<PointsOf<K, D>>, options: RunOptions<ComplexOf<D>> = {}): NdArray<ComplexOf<D>> {
    const from = { dtype: this.pointsDtype, shape: this.localShape, what: "the input" };
    return this.#run(x, from, { dtype: this.spectrumDtype, shape: this.localSpectrumShape }, options, false);
  }

  /**
   * Frequencies to points, sign +1. Collective; the input is kept, unless it is `out`.
   *
   * @param x This rank's frequencies, of `localSpectrumShape`.
   * @param options Norm as in `Plan`, of the whole mesh; `out` has `localShape`, and may be `x` as in
   * `forward`.
   * @returns This rank's points.
   * @throws {DtypeError} {ShapeError} {DomainError} if `x` or `out` do not suit; {CommError} where those of another rank
   * do not.
   */
  inverse(x: NdArray<ComplexOf<D>>, options: RunOptions<PointsOf<K, D>> = {}): NdArray<PointsOf<K, D>> {
    const from = { dtype: this.spectrumDtype, shape: this.localSpectrumShape, what: "the spectrum" };
    return this.#run(x, from, { dtype: this.pointsDtype, shape: this.localShape }, options, true);
  }

  #run<A extends RealDType | ComplexDType, B extends RealDType | ComplexDType>(
    x: NdArray<A>,
    from: { dtype: A; shape: readonly number[]; what: string },
    to: { dtype: B; shape: readonly number[] },
    { norm, out: given }: RunOptions<B>,
    inverse: boolean,
  ): NdArray<B> {
    const discard = (out: NdArray<B>) => given || out.dispose();
    const check = () => {
      const pipeline = this.#live();
      checkArray(x, from.dtype, from.shape, from.what);
      if (given) {
        checkArray(given, to.dtype, to.shape, '"out"');
        const inPlace = this.kind === "complex" && this.order === "natural" && given.data === x.data as unknown;
        if (!inPlace && !this.#shares) {
          checkApart(x, given, "give another array, or make a complex plan in natural order");
        }
      }
      const scale = scaleOf(norm, inverse, this.shape.slice(0, 3).reduce((a, b) => a * b));
      return { pipeline, scale, out: given ?? empty(to.shape, to.dtype) };
    };
    const { pipeline, out, scale } = together(this.comm, check, ({ out }) => discard(out));
    try {
      pipeline.run(x, out, inverse, scale);
    } catch (error) {
      discard(out);
      throw error;
    }
    return out;
  }

  #live(): Pipeline {
    if (this.#pipeline) return this.#pipeline;
    const message = "Cannot transform: the plan was disposed of; make a new one";
    throw new DomainError(message, "a live plan", "a disposed one");
  }

  /** Gives tables and work arrays back; each rank by itself. */
  dispose(): void {
    this.#pipeline?.[Symbol.dispose]();
    this.#pipeline = undefined;
  }

  /** As `dispose`; called at the end of the block that declared the plan with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

function checkThree(shape: readonly number[]): void {
  checkShape(shape);
  if (shape.length === 3) return;
  const [rule, got] = ["three axes", `[${shape.join(", ")}]`];
  throw new ShapeError(`Cannot plan a distributed transform: "shape" must have ${rule}, got ${got}`, rule, got);
}

/** Ranks that were given other options than the first would wait for each other. */
function checkSame(comm: Comm, options: Problem): void {
  const { shape, grid, kind, dtype, order, exchange, overwrite } = options;
  const own = JSON.stringify({ shape, grid, kind, dtype, order, exchange, overwrite });
  const texts = comm.allgatherObject(own) as string[];
  const other = texts.findIndex((text) => text !== texts[0]);
  if (other < 0) return;
  throw new DomainError(
    `Cannot plan a distributed transform: all ranks must give the same options, got ${texts[0]} on rank 0 and ` +
      `${texts[other]} on rank ${other}`,
    texts[0],
    texts[other],
  );
}

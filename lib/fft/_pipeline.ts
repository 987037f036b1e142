import { empty, itemSize, type NdArray } from "../array/mod.ts";
import { type Comm, together } from "../mpi/mod.ts";
import { Decomposition } from "../decomposition/mod.ts";
import { viewAs } from "./_check.ts";
import { Exchange, type ExchangeMethod } from "./_exchange.ts";
import { type LocalPass, localPasses } from "./_local_pass.ts";
import type { ComplexDType, PlanKind, RealDType } from "./plan.ts";

/** What a distributed transform is of. */
export interface Problem<K extends PlanKind = PlanKind, D extends RealDType = RealDType> {
  /** Lengths of x, y and z, and of the batch if there is one. */
  shape: readonly number[];
  grid: readonly [number, number];
  kind: K;
  dtype: D;
  order: "natural" | "transposed";
  exchange: "auto" | ExchangeMethod;
  overwrite: boolean;
}

/** A step of the forward transform, with how the spectrum is divided after it. */
interface Step {
  readonly work: LocalPass | Exchange;
  readonly after: Decomposition;
}

/** Steps of a transform, and arrays for what lies between them. */
export class Pipeline implements Disposable {
  /** How points are divided. */
  readonly points: Decomposition;
  /** How frequencies are divided. */
  readonly frequencies: Decomposition;
  readonly #steps: Step[] = [];
  readonly #areas: NdArray<ComplexDType>[] = [];

  constructor(private readonly comm: Comm, private readonly problem: Problem) {
    const { shape, grid: [p1, p2], kind, order } = problem;
    const half = kind === "real" ? shape.with(2, Math.floor(shape[2] / 2) + 1) : shape;
    const divided = (whole: readonly number[], parts: number[]) =>
      new Decomposition(whole, whole.map((_, axis) => parts[axis] ?? 1));
    // Layouts in which z, y and x are complete.
    const [z, y, x] = [[p1, p2, 1], [p1, 1, p2], [1, p1, p2]].map((parts) => divided(half, parts));
    this.points = divided(shape, [p1, p2, 1]);
    this.frequencies = order === "natural" ? z : x;
    try {
      this.#transform(z, p2 > 1 ? [2] : p1 > 1 ? [1, 2] : [0, 1, 2], kind);
      if (p2 > 1) {
        this.#exchange(z, y);
        this.#transform(y, p1 > 1 ? [1] : [0, 1]);
      }
      if (p1 > 1) {
        this.#exchange(p2 > 1 ? y : z, x);
        this.#transform(x, [0]);
      }
      if (order === "natural" && p1 * p2 > 1) this.#exchange(x, z);
      this.#makeAreas();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #transform(after: Decomposition, axes: number[], kind: PlanKind = "complex"): void {
    const { shape } = (kind === "real" ? this.points : after).box(this.comm.rank);
    for (const work of localPasses(shape, axes, kind, this.problem.dtype)) this.#steps.push({ work, after });
  }

  #exchange(before: Decomposition, after: Decomposition): void {
    this.#steps.push({
      work: new Exchange(this.comm, before, after, this.#spectrumDtype, this.problem.exchange),
      after,
    });
  }

  get #spectrumDtype(): ComplexDType {
    return this.problem.dtype === "float32" ? "complex64" : "complex128";
  }

  /** Two arrays at most, which take turns. */
  #makeAreas(): void {
    const moves = [false, true].map((inverse) => this.#moves(inverse).filter((move) => move).length);
    const size = Math.max(...this.#steps.map(({ after }) => sizeOfPart(after, this.comm.rank)));
    for (let i = 0; i < Math.min(2, Math.max(...moves) - 1); i++) this.#areas.push(empty([size], this.#spectrumDtype));
  }

  /** Indices of the steps in the order of a direction. */
  #order(inverse: boolean): number[] {
    const indices = this.#steps.map((_, i) => i);
    return inverse ? indices.reverse() : indices;
  }

  /** Whether the steps of a direction go to another array; the others work in place. */
  #moves(inverse: boolean): boolean[] {
    // Of one rank there may be no other step that goes to `out`.
    const keeps = !this.problem.overwrite || this.comm.size === 1;
    return this.#order(inverse).map((index, i) =>
      (i === 0 && keeps) || this.#steps[index].work instanceof Exchange || (index === 0 && this.problem.kind === "real")
    );
  }

  /** [byte] Work arrays of this rank. */
  get workBytes(): number {
    const passes = this.#steps.map(({ work }) => work.workBytes);
    return this.#areas.reduce((sum, { size, dtype }) => sum + size * itemSize(dtype), 0) +
      passes.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** From `x`, which is kept unless it may be overwritten, to `out`, all ranks together. */
  run(x: NdArray, out: NdArray, inverse: boolean, scale: number): void {
    const order = this.#order(inverse);
    const moves = this.#moves(inverse);
    const scaled = inverse ? 0 : this.#steps.findLastIndex(({ work }) => !(work instanceof Exchange));
    const lastMove = moves.lastIndexOf(true);
    let [now, area] = [x, 0];
    order.forEach((index, i) => {
      const { work, after } = this.#steps[index];
      const from = now;
      if (i === lastMove) now = out;
      else if (moves[i]) {
        const parts = inverse && work instanceof Exchange ? this.#steps[index - 1].after : after;
        now = viewAs(this.#areas[area++ % 2], parts.box(this.comm.rank).shape, this.#areas[0].dtype);
      }
      if (work instanceof Exchange) work.run(from, now, inverse);
      else together(this.comm, () => work.run(from, now, inverse, index === scaled ? scale : 1, from !== x));
    });
  }

  /** Gives tables and work arrays back. */
  [Symbol.dispose](): void {
    for (const { work } of this.#steps) work[Symbol.dispose]();
    this.#areas.forEach((area) => area.dispose());
    this.#steps.length = this.#areas.length = 0;
  }
}

const sizeOfPart = (parts: Decomposition, rank: number): number =>
  parts.box(rank).shape.reduce((size, length) => size * length, 1);

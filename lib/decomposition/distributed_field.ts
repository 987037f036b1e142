import { checkPositive, ShapeError } from "../base/mod.ts";
import { empty, Field, type FieldParts, type NdArray, type Quantity } from "../array/mod.ts";
import { checkRank } from "../mpi/mod.ts";
import type { Comm } from "../mpi/mod.ts";
import { Decomposition, redistribute } from "./decomposition.ts";
import { agreeOn } from "../mpi/mod.ts";
import { together } from "../mpi/mod.ts";
import type { Box } from "../mpi/mod.ts";

/** Parts of a `DistributedField` that `with` can replace. */
export interface DistributedFieldParts extends Omit<FieldParts, "array"> {
  /** Ranks that share the field. */
  comm: Comm;
  /** How the mesh `[n, n, n]` is divided among them. */
  decomposition: Decomposition;
  /** Values on this rank's part of the mesh. */
  array: NdArray<"float32"> | NdArray<"float64">;
}

/**
 * A `Field` of which each rank holds a part: values on a cubic periodic mesh, divided into slabs, pencils or bricks.
 * Immutable; `with` makes a changed one. Making one exchanges nothing; functions of it are collective.
 *
 * @example A field of zeros in slabs, and its sum
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { commWorld } from "@cosmesh/cosmesh/mpi";
 * import { Decomposition, DistributedField, distributedMoments } from "@cosmesh/cosmesh/decomposition";
 * await ready();
 * const comm = commWorld();
 * const decomposition = new Decomposition([8, 8, 8], [comm.size, 1, 1]);
 * const array = zeros(decomposition.box(comm.rank).shape, "float32");
 * const field = new DistributedField({ comm, decomposition, array, boxSize: 100, quantity: "other", unit: "1" });
 * console.log(distributedMoments(field).sum); // 0
 * comm.finalize();
 * ```
 */
export class DistributedField implements DistributedFieldParts {
  readonly comm: Comm;
  readonly decomposition: Decomposition;
  readonly array: NdArray<"float32"> | NdArray<"float64">;
  /** [Mpc/h] Side of the periodic box. */
  readonly boxSize: number;
  /** Meaning of the numbers. */
  readonly quantity: Quantity;
  /** Unit of the numbers. */
  readonly unit: string;

  /**
   * A field of these parts.
   *
   * @throws {ShapeError} if the mesh is not a cube, is not divided among as many ranks as there are, or the array is not
   * this rank's part; {DomainError} if `boxSize` is not above 0.
   */
  constructor({ comm, decomposition, array, boxSize, quantity, unit }: DistributedFieldParts) {
    const [nx, ny, nz] = checkDivision("make a field", comm, decomposition).shape;
    const refuse = (rule: string, expected: string, actual: readonly number[]) => {
      const got = `[${actual.join(", ")}]`;
      throw new ShapeError(`Cannot make a field: ${rule} must have shape ${expected}, got ${got}`, expected, got);
    };
    if (nx !== ny || ny !== nz) refuse("the mesh", "[n, n, n]", decomposition.shape);
    const { shape } = decomposition.box(comm.rank);
    if (array.shape.length !== 3 || array.shape.some((n, i) => n !== shape[i])) {
      refuse("this rank's part", `[${shape.join(", ")}]`, array.shape);
    }
    this.comm = comm;
    this.decomposition = decomposition;
    this.array = array;
    this.boxSize = checkPositive(boxSize, "boxSize");
    this.quantity = quantity;
    this.unit = unit;
  }

  /** [1] Cells along one axis of the whole mesh. */
  get cells(): number {
    return this.decomposition.shape[0];
  }

  /** Part of the mesh that this rank holds. */
  get box(): Box {
    return this.decomposition.box(this.comm.rank);
  }

  /** A field with some parts replaced; the array is shared, not copied. */
  with(parts: Partial<DistributedFieldParts>): DistributedField {
    const { comm, decomposition, array, boxSize, quantity, unit } = this;
    return new DistributedField({ comm, decomposition, array, boxSize, quantity, unit, ...parts });
  }
}

/** Checks that a decomposition of a mesh of three axes suits the ranks; `operation` starts the message. */
export function checkDivision(operation: string, comm: Comm, decomposition: Decomposition): Decomposition {
  const { shape, size } = decomposition;
  if (shape.length === 3 && size === comm.size) return decomposition;
  const [rule, got] = [`three axes in ${comm.size} parts`, `[${shape.join(", ")}] in ${size}`];
  throw new ShapeError(`Cannot ${operation}: the decomposition must be of ${rule}, got ${got}`, rule, got);
}

/** Slabs along x of a mesh. */
export function slabsOf(comm: Comm, shape: readonly number[]): Decomposition {
  return new Decomposition(shape, [comm.size, 1, 1]);
}

/** The type of `alltoallw`'s arguments, which have one element type. */
type One = NdArray<"float64">;

/**
 * Gives the parts of a field that one rank holds to all. Collective.
 *
 * @param comm Ranks.
 * @param field The field; used on `root` only.
 * @param decomposition How it is to be divided. Default: slabs along x.
 * @param root [1] Rank that has it.
 * @returns The field, divided; on each rank an array of its own.
 * @throws {ShapeError} if the decomposition does not suit mesh or ranks; {CommError} where another rank failed.
 * @example
 * ```ts
 * import { Field, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { gatherField, scatterField } from "@cosmesh/cosmesh/decomposition";
 * await ready();
 * const array = zeros([4, 4, 4], "float32");
 * const whole = new Field({ array, boxSize: 10, quantity: "other", unit: "1" });
 * const divided = scatterField(selfComm(), whole);
 * console.log(gatherField(divided)!.cells); // 4
 * ```
 */
export function scatterField(
  comm: Comm,
  field: Field | undefined,
  decomposition?: Decomposition,
  root = 0,
): DistributedField {
  const isRoot = comm.rank === checkRank(root, "root", comm.size);
  const operation = "scatter a field";
  const { data, ...parts } = agreeOn(comm, operation, () => `root ${root}, ${decomposition ?? "slabs"}`, () => {
    if (!isRoot) return { data: undefined };
    if (!field) throw new TypeError(`Cannot scatter a field: rank ${root} must have one`);
    const { array, boxSize, quantity, unit, cells } = field;
    return { data: array, dtype: array.dtype, boxSize, quantity, unit, cells };
  });
  const { dtype, cells, boxSize, quantity, unit } = comm.bcastObject(parts, root) as
    & Omit<FieldParts, "array">
    & { dtype: "float32"; cells: number };
  const made = together(comm, () => {
    const divided = decomposition ?? slabsOf(comm, [cells, cells, cells]);
    const array = empty(divided.box(comm.rank).shape, dtype);
    const made = new DistributedField({ comm, decomposition: divided, array, boxSize, quantity, unit });
    if (made.cells === cells) return made;
    const [rule, got] = [`of ${cells}^3 cells`, `${made.cells}^3`];
    throw new ShapeError(`Cannot scatter a field: the decomposition must be ${rule}, got ${got}`, rule, got);
  }, disposeField);
  const boxes = boxesOf(made);
  using none = empty([0, 0, 0], dtype);
  const own = { start: [0, 0, 0], shape: made.box.shape };
  comm.alltoallw(
    (data ?? none) as One,
    boxes.map((box) => isRoot ? box : undefined),
    made.array as One,
    boxes.map((_, rank) => rank === root ? own : undefined),
  );
  return made;
}

const disposeField = ({ array }: DistributedField) => array.dispose();

/** The part of each rank. */
const boxesOf = ({ comm, decomposition }: DistributedField): Box[] =>
  Array.from({ length: comm.size }, (_, rank) => decomposition.box(rank));

/**
 * Brings a field together on one rank. Collective.
 *
 * @param field Field in parts.
 * @param root [1] Rank that gets it.
 * @returns The whole field on `root`, undefined elsewhere.
 * @throws {MemoryError} if `root` has no room for it; {CommError} where another rank failed.
 */
export function gatherField(field: DistributedField, root = 0): Field | undefined {
  const { comm, cells, array: { dtype }, boxSize, quantity, unit } = field;
  const isRoot = comm.rank === checkRank(root, "root", comm.size);
  const same = () => `${dtype}, root ${root}`;
  const whole = agreeOn(comm, "gather a field", same, () => isRoot ? empty([cells, cells, cells], dtype) : undefined);
  using none = empty([0, 0, 0], dtype);
  const boxes = boxesOf(field);
  const own = { start: [0, 0, 0], shape: field.box.shape };
  comm.alltoallw(
    field.array as One,
    boxes.map((_, rank) => rank === root ? own : undefined),
    (whole ?? none) as One,
    boxes.map((box) => isRoot ? box : undefined),
  );
  return whole && new Field({ array: whole as Field["array"], boxSize, quantity, unit });
}

/**
 * Divides a field in another way. Collective.
 *
 * @param field Field in parts.
 * @param to How it is to be divided.
 * @returns A field with arrays of its own, also if it is divided so already.
 * @throws {ShapeError} if the decomposition is of another mesh, or other ranks; {MemoryError} without room; {CommError}
 * where another rank failed.
 */
export function redistributeField(field: DistributedField, to: Decomposition): DistributedField {
  const { comm, decomposition } = field;
  const made = agreeOn(comm, "redistribute", () => `${field.array.dtype} ${to}`, () => {
    const made = field.with({ decomposition: to, array: empty(to.box(comm.rank).shape, field.array.dtype) as One });
    if (made.cells === field.cells) return made;
    const [rule, got] = [`of ${field.cells}^3 cells`, `${made.cells}^3`];
    throw new ShapeError(`Cannot redistribute: the decomposition must be ${rule}, got ${got}`, rule, got);
  }, disposeField);
  redistribute(comm, field.array as One, decomposition, made.array as One, to);
  return made;
}

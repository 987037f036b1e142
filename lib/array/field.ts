import { checkPositive, DomainError, ShapeError } from "../base/mod.ts";
import type { NdArray } from "./nd_array.ts";

/** What the numbers of a field mean. */
export type Quantity =
  | "overdensity"
  | "counts"
  | "density"
  | "temperature"
  | "ionisedFraction"
  | "lymanAlphaCoupling"
  | "brightnessTemperature"
  | "other";

/** Parts of a `Field` that `with` can replace. */
export interface FieldParts {
  /** Values on the mesh, `[nx, ny, nz]`; node (i, j, k) lies at (i, j, k) boxSize / n. */
  array: NdArray<"float32"> | NdArray<"float64">;
  /** [Mpc/h] Side of the periodic box. */
  boxSize: number;
  /** Meaning of the numbers. */
  quantity: Quantity;
  /** Unit of the numbers, as written to files: "K", "mK", "1". */
  unit: string;
}

/** Values on a cubic periodic mesh with a box, a meaning and a unit. Immutable; `with` makes a changed one. */
export class Field implements FieldParts {
  readonly array: NdArray<"float32"> | NdArray<"float64">;
  readonly boxSize: number;
  readonly quantity: Quantity;
  readonly unit: string;

  /**
   * A field of these parts.
   *
   * @throws {ShapeError} if the array is not a cube; {DomainError} if `boxSize` is not above 0.
   */
  constructor({ array, boxSize, quantity, unit }: FieldParts) {
    const [nx, ny, nz] = array.shape;
    if (array.shape.length !== 3 || nx !== ny || ny !== nz) {
      const actual = `[${array.shape.join(", ")}]`;
      throw new ShapeError(
        `Cannot make a field: the mesh must have shape [n, n, n], got ${actual}`,
        "[n, n, n]",
        actual,
      );
    }
    this.array = array;
    this.boxSize = checkPositive(boxSize, "boxSize");
    this.quantity = quantity;
    this.unit = unit;
  }

  /** [1] Cells along one axis. */
  get cells(): number {
    return this.array.shape[0];
  }

  /** A field with some parts replaced; the array is shared, not copied. */
  with(parts: Partial<FieldParts>): Field {
    return new Field({ array: this.array, boxSize: this.boxSize, quantity: this.quantity, unit: this.unit, ...parts });
  }
}

/** Checks that fields share box and mesh; `operation` starts the message. */
export function checkSameMesh(operation: string, ...fields: readonly Field[]): void {
  const [first, ...others] = fields;
  for (const other of others) {
    if (other.boxSize !== first.boxSize || other.cells !== first.cells) {
      const describe = (f: Field) => `${f.cells}^3 cells in ${f.boxSize} Mpc/h`;
      throw new DomainError(
        `Cannot ${operation}: the fields must share mesh and box, got ${describe(first)} and ${describe(other)}`,
        describe(first),
        describe(other),
      );
    }
  }
}

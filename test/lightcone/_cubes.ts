import { Field, fromData, type Quantity } from "../../lib/array/mod.ts";
import type { CoevalFields } from "../../lib/lightcone/mod.ts";

/** A field from a function of the cell. */
export function field(
  n: number,
  valueAt: (x: number, y: number, z: number) => number,
  { boxSize = 40, dtype = "float32", quantity = "brightnessTemperature", unit = "mK" }: {
    boxSize?: number;
    dtype?: "float32" | "float64";
    quantity?: Quantity;
    unit?: string;
  } = {},
): Field {
  const data = Float64Array.from(
    { length: n ** 3 },
    (_, i) => valueAt(Math.floor(i / (n * n)), Math.floor(i / n) % n, i % n),
  );
  return new Field({ array: fromData(data, [n, n, n], dtype) as Field["array"], boxSize, quantity, unit });
}

/** A peculiar velocity from a function of the cell. */
export function velocity(n: number, valueAt: (x: number, y: number, z: number) => number, boxSize = 40): Field {
  return field(n, valueAt, { boxSize, dtype: "float64", quantity: "other", unit: "km/s" });
}

/** Numbers without a pattern. */
export function noise(i: number): number {
  return ((i * 7919 + 104_729) % 10_007) / 10_007;
}

/** A source that computes its fields, and notes what was read and what is held. */
export class Cubes {
  readonly log: string[] = [];
  held = 0;
  most = 0;
  constructor(readonly redshifts: number[], readonly make: (z: number) => Record<string, Field>) {}
  read(index: number): CoevalFields<"dTb" | "xHII"> {
    const z = this.redshifts[index];
    const fields = this.make(z);
    this.log.push(`read ${z}`);
    this.most = Math.max(this.most, ++this.held);
    const dispose = () => {
      this.log.push(`dispose ${z}`);
      this.held--;
      Object.values(fields).forEach(({ array }) => array.dispose());
    };
    return { ...fields, z, [Symbol.dispose]: dispose } as unknown as CoevalFields<"dTb" | "xHII">;
  }
}

import { empty, type NdArray, type Quantity } from "../array/mod.ts";
import { type Bracket, brackets } from "./_brackets.ts";
import { blendSlices } from "./_kernel.ts";
import type { LightconeGeometry } from "./geometry.ts";
import type { CoevalSource, LightconeOptions } from "./source.ts";

/** What a light-cone shows, and where its slices lie. */
export interface LightconeParts extends LightconeGeometry {
  /** Values `[x, y, slice]`: the two axes across the line of sight, in the order of the coeval fields, then along it. */
  readonly array: NdArray<"float32">;
  /** [Mpc/h] Side of the coeval box: width of the light-cone, and length after which its structures return. */
  readonly boxSize: number;
  /** Meaning of the numbers. */
  readonly quantity: Quantity;
  /** Unit of the numbers. */
  readonly unit: string;
}

/** A light-cone in the kernels' memory, until it is disposed of. */
export class Lightcone implements LightconeParts, Disposable {
  readonly array: NdArray<"float32">;
  readonly boxSize: number;
  readonly quantity: Quantity;
  readonly unit: string;
  readonly redshifts: Float64Array;
  readonly distances: Float64Array;
  readonly frequencies: Float64Array;

  /** A light-cone of these parts. */
  constructor(parts: LightconeParts) {
    ({
      array: this.array,
      boxSize: this.boxSize,
      quantity: this.quantity,
      unit: this.unit,
      redshifts: this.redshifts,
      distances: this.distances,
      frequencies: this.frequencies,
    } = parts);
  }

  /** [1] Cells across the line of sight, on each axis. */
  get cells(): number {
    return this.array.shape[0];
  }

  /** Gives the memory of the array back. */
  [Symbol.dispose](): void {
    this.array.dispose();
  }
}

/** A light-cone for each name. */
export type Lightcones<F extends string> = { readonly [name in F]: Lightcone };

/**
 * Light-cones of several quantities from coeval fields, in one pass from the lowest redshift up: fields of two redshifts
 * are in memory at a time, each is read once.
 *
 * Slices are one cell of the coeval mesh apart (see `lightconeGeometry`). Slice j is cell j mod n along the line of
 * sight of the two fields around its redshift, each weighted linearly in redshift (the farther one by
 * `t = (z - z1)/(z2 - z1)`), across the whole box; it is float32. Beyond n slices the box repeats itself.
 *
 * @param source Coeval fields, rising in redshift.
 * @param options Cosmology, quantities, axis, range, interpolation.
 * @throws {DomainError} if there are fewer than two redshifts, they do not rise, the range leaves them, or fields differ in
 * mesh or box.
 * @throws {MemoryError} if a light-cone does not fit; `streamLightcone` writes it to a file instead.
 * @example Two fields of constants: halfway in redshift the light-cone is halfway
 * ```ts
 * import { Field, fromData } from "@cosmesh/cosmesh/array";
 * import { einsteinDeSitter } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { makeLightcone } from "@cosmesh/cosmesh/lightcone";
 * await ready();
 * const field = (value: number) => {
 *   const array = fromData(new Float32Array(512).fill(value), [8, 8, 8], "float32");
 *   return new Field({ array, boxSize: 40, quantity: "brightnessTemperature", unit: "mK" });
 * };
 * const redshifts = [7, 9];
 * const source = { redshifts, read: (i: number) => ({ z: redshifts[i], dTb: field(10 * i) }) };
 * const { dTb } = await makeLightcone(source, { cosmology: einsteinDeSitter, quantities: ["dTb"] });
 * const middle = dTb.redshifts.findIndex((z) => z >= 8);
 * console.log(dTb.array.shape, dTb.array.data[middle]); // [ 8, 8, 45 ] about 5
 * ```
 */
export async function makeLightcone<F extends string>(
  source: CoevalSource<NoInfer<F>>,
  options: LightconeOptions<F>,
): Promise<Lightcones<F>> {
  const cones = new Map<F, Lightcone>();
  try {
    for await (const bracket of brackets(source, options)) {
      for (const name of options.quantities) {
        const cone = cones.get(name) ?? allocate(bracket, name);
        cones.set(name, cone);
        const [low, high] = [bracket.low[name].array, bracket.high[name].array];
        blendSlices(bracket.axis, low, high, bracket.first, bracket.weights, cone.array, bracket.first);
      }
    }
  } catch (error) {
    cones.forEach((cone) => cone[Symbol.dispose]());
    throw error;
  }
  return Object.fromEntries(cones) as Lightcones<F>;
}

function allocate<F extends string>({ low, geometry }: Bracket<F>, name: F): Lightcone {
  const { cells, boxSize, quantity, unit } = low[name];
  const array = empty([cells, cells, geometry.redshifts.length], "float32");
  return new Lightcone({ array, boxSize, quantity, unit, ...geometry });
}

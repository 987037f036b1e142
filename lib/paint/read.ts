import { empty, type Field } from "../array/mod.ts";
import { readParticles, type RealArray } from "./_kernel.ts";
import { checkPositions, type Scheme, schemeOrder } from "./scheme.ts";

/**
 * The field at each particle: the sum over the nodes around it of weight times value, the transpose of `paint`
 * (sum of paint(w) m = sum of w interpolate(m), to rounding).
 *
 * Scratch memory for particles in no order, as for painting with weights.
 *
 * @param field Values on the mesh.
 * @param positions [Mpc/h] Positions, `[particle, 3]`; those outside of the box are wrapped into it.
 * @param options Scheme of assignment; default "cic".
 * @returns Values in the field's unit and type, `[particle]`.
 * @throws {ShapeError} for other shapes; {DomainError} naming the first position that is not finite.
 * @example A ramp is met exactly between its nodes
 * ```ts
 * import { Field, fromData, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { interpolate } from "@cosmesh/cosmesh/paint";
 *
 * await ready();
 * const array = zeros([4, 4, 4], "float64");
 * array.data.forEach((_, i) => array.data[i] = i % 4);
 * const ramp = new Field({ array, boxSize: 4, quantity: "other", unit: "1" });
 * console.log(interpolate(ramp, fromData([0, 0, 1.25], [1, 3], "float64")).data[0]); // 1.25
 * ```
 */
export function interpolate(
  field: Field,
  positions: RealArray,
  { scheme = "cic" }: { scheme?: Scheme } = {},
): Field["array"] {
  const operation = "interpolate a field";
  const order = schemeOrder(scheme);
  checkPositions(operation, positions);
  const out = empty([positions.shape[0]], field.array.dtype) as Field["array"];
  try {
    readParticles({ operation, order, positions, boxSize: field.boxSize, mesh: field.array }, out);
  } catch (error) {
    out.dispose();
    throw error;
  }
  return out;
}

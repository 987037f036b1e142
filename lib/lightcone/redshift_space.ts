import { checkSameMesh, type Field } from "../array/mod.ts";
import { checkInteger, checkOneOf, checkRange, DomainError, LIGHT_SPEED_KM_S } from "../base/mod.ts";
import { type Cosmology, expansionRate, expansionSlope } from "../cosmology/mod.ts";
import { checkAxis } from "./_check.ts";
import { moveAlong, type Shift } from "./_kernel.ts";

/** What `toRedshiftSpace` is to do. */
export interface RedshiftSpaceOptions {
  /** [1] Redshift of the fields. */
  z: number;
  /** Universe, for H(z). */
  cosmology: Cosmology;
  /** Axis of the line of sight, 0, 1 or 2; the observer is far away on its lower side. Default 2. */
  axis?: 0 | 1 | 2;
  /** Exact sums over cells, or particles as tools21cm has them. Default "cells". */
  method?: "cells" | "particles";
  /** [1] Particles per cell of the method "particles". Default 20. */
  particlesPerCell?: number;
}

/** Quantities whose content does not add up when places fall together. */
const INTENSIVE: readonly string[] = ["temperature", "ionisedFraction", "lymanAlphaCoupling"];

/**
 * A field in redshift space: what each cell holds is moved along the line of sight to where its peculiar velocity v makes
 * it appear, by `(1 + z') v/H(z')` comoving, `1 + z' = (1 + z)/(1 - v/c)` (mesh-to-particle-to-mesh scheme of Mao et al.
 * 2012, MNRAS 422, 926; to second order in v/c, which leaves 1e-6 of the shift at 300 km/s). A positive velocity recedes
 * and moves towards higher cells.
 *
 * The velocity is linear between the cells' centres and periodic, so the shifted place is linear on each half of a cell,
 * and "cells" sums the parts of these intervals that fall into each cell exactly, also where skewers cross themselves.
 * "particles" moves `particlesPerCell` equal parts of each cell and drops each into one cell. The sum along each skewer
 * stays to rounding.
 *
 * Of an overdensity, 1 + delta is moved. 21-cm brightness is moved as it is (optically thin gas), counts and densities
 * too. Other quantities (a temperature) are not conserved along a skewer and are refused.
 *
 * @param field What to move.
 * @param velocity Peculiar velocity [km/s] along the axis, of the same mesh and box.
 * @param options Redshift, cosmology, axis, method.
 * @returns The field with the same meaning, unit and element type, in the kernels' memory.
 * @throws {DomainError} for other mesh or box, a velocity in another unit, a quantity that does not add up, numbers that
 * are not finite, or options out of their range.
 * @example A uniform velocity is a shift: in a universe of matter at z = 8, 150 km/s are half a Mpc/h
 * ```ts
 * import { Field, fromData, zeros } from "@cosmesh/cosmesh/array";
 * import { einsteinDeSitter } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { toRedshiftSpace } from "@cosmesh/cosmesh/lightcone";
 * await ready();
 * const signal = fromData([8, 0, 0, 0, 0, 0, 0, 0], [2, 2, 2], "float64");
 * const speed = fromData(new Float64Array(8).fill(150), [2, 2, 2], "float64");
 * const dtb = new Field({ array: signal, boxSize: 4, quantity: "brightnessTemperature", unit: "mK" });
 * const velocity = new Field({ array: speed, boxSize: 4, quantity: "other", unit: "km/s" });
 * const moved = toRedshiftSpace(dtb, velocity, { z: 8, cosmology: einsteinDeSitter });
 * console.log(moved.array.data.subarray(0, 2)); // about 6 and 2: a quarter of the cell's side
 * ```
 */
export function toRedshiftSpace(field: Field, velocity: Field, options: RedshiftSpaceOptions): Field {
  checkSameMesh("move to redshift space", field, velocity);
  const { axis, shift } = shiftOf(field, velocity, options);
  const array = moveAlong(axis, field.array, velocity.array, shift);
  return array === undefined ? refuse(field, velocity) : field.with({ array });
}

/** Checks what to move, and how; gives the axis and the numbers for the kernel. */
export function shiftOf(
  field: Pick<Field, "quantity" | "cells" | "boxSize">,
  velocity: Pick<Field, "unit">,
  options: RedshiftSpaceOptions,
): { axis: 0 | 1 | 2; shift: Shift } {
  const { z, cosmology, method = "cells", particlesPerCell = 20 } = options;
  const axis = checkAxis(options.axis);
  checkRange(z, "z", 0, 1e8);
  checkOneOf(method, "method", ["cells", "particles"]);
  checkInteger(particlesPerCell, "particlesPerCell", 1);
  if (velocity.unit !== "km/s") {
    throw new DomainError(
      `Cannot move to redshift space: the velocity must be peculiar and in km/s, its unit says "${velocity.unit}"; ` +
        `convert it, or write with({ unit: "km/s" }) if the numbers are`,
      "km/s",
      velocity.unit,
    );
  }
  if (INTENSIVE.includes(field.quantity)) {
    throw new DomainError(
      `Cannot move ${field.quantity} to redshift space: where places fall together it does not add up; ` +
        "move brightnessTemperature, overdensity, counts or density",
      "a quantity that adds up",
      field.quantity,
    );
  }
  // dr = (1+z')/H(z') v; d ln[(1+z')/H(z')] = (1 + dln E/dln a) v/c to first order.
  const shift = {
    cells: (1 + z) / (100 * expansionRate(cosmology, z)) * (field.cells / field.boxSize),
    second: (1 + expansionSlope(cosmology, z)) / LIGHT_SPEED_KM_S,
    mean: field.quantity === "overdensity" ? 1 : 0,
    particles: method === "particles" ? particlesPerCell : 0,
  };
  return { axis, shift };
}

function refuse(field: Field, velocity: Field): never {
  // Finite velocities fail only if they move farther than 1e9 cells.
  const rule = "finite numbers, and velocities of peculiar motion";
  for (const [name, { array: { data } }] of [["field", field], ["velocity", velocity]] as const) {
    const at = data.findIndex((value) => !(Math.abs(value) < (name === "field" ? Infinity : 1e9)));
    if (at < 0) continue;
    const n = field.cells;
    const place = [Math.floor(at / (n * n)), Math.floor(at / n) % n, at % n].join(", ");
    throw new DomainError(
      `Cannot move to redshift space: the ${name} must have ${rule}, got ${data[at]} at [${place}]`,
      rule,
      String(data[at]),
    );
  }
  throw new DomainError(`Cannot move to redshift space: there must be ${rule}`, rule, "larger ones");
}

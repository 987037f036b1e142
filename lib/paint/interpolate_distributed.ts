import { empty } from "../array/mod.ts";
import { checkOneOf } from "../base/mod.ts";
import { agreeOn, together } from "../mpi/mod.ts";
import { type DistributedField, exchangeGhosts, type Route, routeParticles } from "../decomposition/mod.ts";
import { coordinatesInCells } from "./_coordinates.ts";
import { toPart, widthNeeded, widthOf } from "./_ghosts.ts";
import { readParticles, type RealArray } from "./_kernel.ts";
import { checkPositions, type Scheme, schemeOrder } from "./scheme.ts";

/** Options of `interpolateDistributed`; all ranks give the same. */
export interface DistributedReadOptions {
  /** Scheme of assignment. Default "cic". */
  scheme?: Scheme;
  /** "route": particles go to the cells and their values back; "ghosts": cells around a part come to it. Default "route". */
  method?: "route" | "ghosts";
}

/**
 * The mesh of a field at the particles of each rank: `interpolate` over ranks, the transpose of `paintDistributed`.
 * Collective. Values differ from those of `interpolate` by rounding.
 *
 * @param field Values on the mesh.
 * @param positions [Mpc/h] This rank's particles, `[particle, 3]`, anywhere; those outside of the box are wrapped into it.
 * @param options Scheme and method.
 * @returns Values at this rank's particles, in the field's unit and type, `[particle]`.
 * @throws {ShapeError} for other shapes; {DomainError} naming the first position that is not finite; {CommError} where
 * another rank failed.
 * @example
 * ```ts
 * import { Field, fromData } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { scatterField } from "@cosmesh/cosmesh/decomposition";
 * import { interpolateDistributed } from "@cosmesh/cosmesh/paint";
 * await ready();
 * const array = fromData([0, 1, 0, 1, 0, 1, 0, 1], [2, 2, 2], "float64");
 * const field = scatterField(selfComm(), new Field({ array, boxSize: 2, quantity: "other", unit: "1" }));
 * console.log(interpolateDistributed(field, fromData([0, 0, 0.25], [1, 3], "float64")).data[0]); // 0.25
 * ```
 */
export function interpolateDistributed(
  field: DistributedField,
  positions: RealArray,
  options: DistributedReadOptions = {},
): DistributedField["array"] {
  const operation = "interpolate a field";
  const { comm, decomposition, array, cells, boxSize } = field;
  const same = () => `${options.scheme ?? "cic"} by ${options.method ?? "route"}`;
  const { method, order, coordinates } = agreeOn(comm, operation, same, () => {
    const method = checkOneOf(options.method ?? "route", "method", ["route", "ghosts"]);
    const order = schemeOrder(options.scheme ?? "cic");
    checkPositions(operation, positions);
    return { method, order, coordinates: coordinatesInCells(operation, positions, order, cells, boxSize, array.dtype) };
  }, ({ coordinates }) => coordinates.dispose());
  let [points, route]: [RealArray, Route | undefined] = [coordinates, undefined];
  try {
    if (method === "route") ({ positions: points, route } = routeParticles(comm, coordinates, decomposition, cells));
    const width = method === "route" ? widthOf(order) : widthNeeded(field, points, order);
    using mesh = exchangeGhosts<"float32" | "float64">(comm, array as RealArray, decomposition, width);
    const values = together(comm, () => {
      toPart(field, points, width);
      const out = empty([points.shape[0]], array.dtype) as RealArray;
      readParticles({ operation, order, positions: points, boxSize: 0, mesh }, out);
      return out;
    });
    if (!route) return values as DistributedField["array"];
    try {
      return route.back(values) as DistributedField["array"];
    } finally {
      values.dispose();
    }
  } finally {
    coordinates.dispose();
    if (points !== coordinates) points.dispose();
  }
}

import { empty, type NdArray } from "../array/mod.ts";
import { checkInteger } from "../base/mod.ts";
import { turn } from "./_kernel.ts";
import type { Frame, ParticleTable } from "./galaxy.ts";

/** Particles as an observer at z = -infinity has them. Give them back with `using` or `dispose()`. */
export interface FramedParticles extends Disposable {
  /** [kpc] `[particle, 3]`. */
  readonly coords: NdArray<"float64">;
  /** [km/s] `[particle, 3]`; left out if the table has none. */
  readonly velocity?: NdArray<"float64">;
  /** Gives the memory back. */
  dispose(): void;
}

/**
 * Positions and velocities in a frame, `x' = (x - center) matrix` and `v' = (v - velocity) matrix`.
 *
 * @param table Stars or gas.
 * @param frame Frame of `orientGalaxy`.
 * @param first [1] First particle. Default 0.
 * @param count [1] How many. Default: all after it.
 * @throws {ShapeError} if there are not so many particles.
 * @throws {MemoryError} if there is no room.
 * @example
 * ```ts
 * import { applyFrame, orientGalaxy, readRubixGalaxy } from "@cosmesh/cosmesh/galaxy";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * using galaxy = await readRubixGalaxy("test/ifu/reference/galaxy.h5");
 * using stars = applyFrame(galaxy.stars, orientGalaxy(galaxy, { rotation: "edge-on" }), 0, 100);
 * console.log(stars.coords.shape); // [ 100, 3 ]
 * ```
 */
export function applyFrame(
  table: ParticleTable,
  frame: Frame,
  first = 0,
  count: number = table.count - first,
): FramedParticles {
  checkInteger(first, "first");
  checkInteger(count, "count");
  const made: NdArray<"float64">[] = [];
  const dispose = () => made.forEach((array) => array.dispose());
  const turned = (column: "coords" | "velocity", origin: Float64Array) => {
    const array = empty([count, 3], "float64");
    made.push(array);
    table.read(column, first, array.data);
    turn(array.data, origin, frame.matrix);
    return array;
  };
  try {
    return {
      coords: turned("coords", frame.center),
      ...table.columns.includes("velocity") ? { velocity: turned("velocity", frame.velocity) } : {},
      dispose,
      [Symbol.dispose]: dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

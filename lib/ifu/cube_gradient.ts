import { InputError, ShapeError } from "../base/mod.ts";
import type { Galaxy } from "../galaxy/mod.ts";
import type { TemplateGrid } from "../stellar/mod.ts";
import { seenAdjoint } from "./_seen.ts";
import { viewOf } from "./_view.ts";
import type { IfuSettings } from "./config.ts";
import type { Cube } from "./cube.ts";
import { fluxFactor } from "./flux.ts";
import { clearCube } from "./observe.ts";
import { paintCubeAdjoint, type StarGradient } from "./paint_cube_adjoint.ts";

/** How far a cube is from another, and what stars change in it. */
export interface CubeGradient {
  /** Sum over voxels of the squared difference, over the target's variance if it has one. */
  readonly loss: number;
  /** Derivatives of the loss by mass, metallicity, age and velocity of each star. */
  readonly gradient: StarGradient;
}

/**
 * The loss `sum (F - T)^2` of a cube F of a configuration, without noise, from a target T, and its derivatives by stars; with the
 * variance V of the target `sum (F - T)^2/V`, voxels without variance, and those outside of the aperture, are left out. All steps have transposes, so the cost is that of
 * two or three cubes, whatever the number of stars.
 *
 * @param settings What the configuration asks for.
 * @param galaxy Its stars, at which derivatives are taken; positions, and with them dust, are fixed.
 * @param templates Spectra of populations.
 * @param target Of the shape and unit that the configuration gives.
 * @throws {ShapeError} if the target has another shape. {InputError} if it has another unit. Else as `observe`.
 * @example By code that holds a configuration, as `IfuPipeline.gradient`
 * ```ts
 * import { IfuPipeline } from "@cosmesh/cosmesh/ifu";
 * const config = { data: { synthetic: { stars: 100 } }, telescope: { name: "SAMI", wave_res: 20 } };
 * using target = await new IfuPipeline(config).run();
 * const fewer = new IfuPipeline({ ...config, data: { synthetic: { stars: 100, seed: 2 } } });
 * const { loss, gradient } = await fewer.gradient(target.cube);
 * console.log(loss > 0, gradient.mass.length); // true 100
 * ```
 */
export function cubeGradient(
  settings: IfuSettings,
  galaxy: Galaxy,
  templates: TemplateGrid,
  target: Cube,
): CubeGradient {
  using view = viewOf(settings, galaxy, templates);
  const { instrument, parts } = view;
  const { cube: model } = clearCube(settings, view);
  using cube = model;
  const { flux, unit } = cube;
  const [expected, actual] = [flux, target.flux].map(({ shape }) => `[${shape.join(", ")}]`);
  if (actual !== expected) {
    throw new ShapeError(
      `Cannot compare cubes: the target must have shape ${expected}, got ${actual}`,
      expected,
      actual,
    );
  }
  if (target.unit !== unit) {
    const why = `the target must be in ${unit}, got ${target.unit}; set output.unit`;
    throw new InputError(`Cannot compare cubes: ${why}`, settings.source, "output.unit");
  }
  const factor = unit === "Lsun/Angstrom" ? 1 : fluxFactor({ distanceMpc: instrument.distanceMpc });
  const bar = flux.data;
  const [goal, variance] = [target.flux.data, target.variance?.data];
  const waves = flux.shape[2];
  let loss = 0;
  for (let i = 0; i < bar.length; i++) {
    const weight = variance === undefined ? 1 : variance[i] > 0 ? 1 / variance[i] : 0;
    const off = cube.aperture[Math.floor(i / waves)] ? bar[i] - goal[i] : 0;
    loss += weight * off * off;
    bar[i] = 2 * factor * weight * off;
  }
  const cotangent = seenAdjoint(flux, instrument);
  try {
    return { loss, gradient: paintCubeAdjoint({ ...parts, cotangent }) };
  } finally {
    cotangent.dispose();
  }
}

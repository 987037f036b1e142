import { checkInteger, checkOneOf, InputError } from "../base/mod.ts";
import type { MeshOptions } from "./load_options.ts";

/** [1] Boxes that differ by rounding of the code's own unit are the same. */
const SAME_BOX = 1e-5;

/** Checks that a file was made for the mesh of the run; `key` is what the message calls the setting. */
export function checkCells(path: string, key: string, made: number, wanted: number | undefined): void {
  if (wanted === undefined || made === wanted) return;
  throw new InputError(
    `Cannot use "${path}": its mesh has ${made}^3 cells, but ${key} is ${wanted}; set ${key} to ${made}, ` +
      `or degrade by another factor`,
    path,
    key,
  );
}

/** Checks that a file was made for the box of the run. */
export function checkBox(path: string, key: string, made: number, wanted: number | undefined): void {
  if (wanted === undefined || Math.abs(made / wanted - 1) < SAME_BOX) return;
  throw new InputError(
    `Cannot use "${path}": its box is ${made} Mpc/h, but ${key} is ${wanted}; set ${key} to ${made}, ` +
      `or give another simulation`,
    path,
    key,
  );
}

/** Cells left along one axis, and where the halos must be moved to fit them. */
export interface MeshPlan {
  cells: number;
  degrade: number;
  /** [Mpc/h] */
  shift: number;
}

/** Works out mesh and shift of a file's mesh of `native` cells along each axis. */
export function planMesh(
  path: string,
  native: number,
  { boxSize, cells: wanted, degrade = 1, registration }: MeshOptions & { boxSize: number; cells?: number },
  defaultRegistration: "centre" | "corner",
): MeshPlan {
  checkInteger(degrade, "degrade", 1);
  const at = checkOneOf(registration ?? defaultRegistration, "registration", ["centre", "corner"]);
  if (native % degrade !== 0) {
    throw new InputError(
      `Cannot use "${path}": its ${native} cells along each axis must be a multiple of degrade, got ${degrade}; ` +
        `give a divisor of ${native}`,
      path,
      "degrade",
    );
  }
  const cells = native / degrade;
  checkCells(path, "cells", cells, wanted);
  // Value i of the coarse mesh is the mean of fine ones around (i degrade + (degrade - 1)/2 + offset) L/native.
  const offset = at === "centre" ? 0.5 : 0;
  return { cells, degrade, shift: -((degrade - 1) / 2 + offset) * boxSize / native };
}

/** Options without those that are undefined, so that these do not replace defaults. */
export function given<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

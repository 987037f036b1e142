import { checkInteger } from "../base/mod.ts";
import { fillWindow } from "./_kernel.ts";
import { type Scheme, schemeOrder } from "./scheme.ts";

/**
 * Window of a scheme along one axis, W(m) = (sin(pi m/n) / (pi m/n))^p with p = 1 (NGP) to 4 (PCS), the Fourier
 * transform of its weights (Hockney & Eastwood 1981; Jing 2005, eq. 18). The window of a mode is the product over the
 * axes, and a power spectrum is divided by its square.
 *
 * @param scheme Scheme of assignment.
 * @param cells [1] Cells along the axis.
 * @returns [1] W for m = 0 ... floor(cells / 2); W(-m) = W(m).
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { assignmentWindow } from "@cosmesh/cosmesh/paint";
 *
 * await ready();
 * console.log(assignmentWindow("cic", 64)[32]); // (2 / pi)^2 = 0.405
 * ```
 */
export function assignmentWindow(scheme: Scheme, cells: number): Float64Array {
  const out = new Float64Array(Math.floor(checkInteger(cells, "cells", 1) / 2) + 1);
  fillWindow(schemeOrder(scheme), cells, out);
  return out;
}

/**
 * What multiplies a power spectrum to undo a scheme along one axis: 1 / W(m)^2.
 *
 * @param scheme Scheme of assignment.
 * @param cells [1] Cells along the axis.
 * @returns [1] Factors for m = 0 ... floor(cells / 2).
 */
export function deconvolutionFactor(scheme: Scheme, cells: number): Float64Array {
  return assignmentWindow(scheme, cells).map((w) => 1 / (w * w));
}

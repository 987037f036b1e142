import type { NdArray } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import { checkCube, checkDtype } from "./_check.ts";
import { findComponents, type RealMesh } from "./_kernel.ts";

/** Options of `connectedComponents`. */
export interface ComponentOptions {
  /** [unit of the field] Cells with a value of at least this are marked. Needed for a field, not used for a mask. */
  threshold?: number;
}

/** Connected components of a mesh. */
export interface Components {
  /** Label of each cell, `[n, n, n]`, from 1; 0 for unmarked cells. In the kernels' memory: dispose of it. */
  labels: NdArray<"uint32">;
  /** [cell] Size of each component: that of label l is `sizes[l - 1]`. */
  sizes: Uint32Array;
}

/**
 * Connected components of the marked cells of a periodic cubic mesh. Cells that share a face, an edge or a corner (26
 * neighbours) are connected, also across the faces of the mesh. Labels are numbered by the first cell of each component
 * in C order. A cell that is NaN is not marked.
 *
 * @param mesh `[n, n, n]`: a mask whose cells above 0 are marked, or a field with `threshold`.
 * @param options Threshold of a field.
 * @returns Labels and sizes.
 * @throws {ShapeError} if the mesh is not a cube; {DtypeError} for another element type.
 * @throws {DomainError} if the threshold is missing or not finite.
 * @example Two components, one across a face
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { connectedComponents } from "@cosmesh/cosmesh/morphology";
 * await ready();
 * using mask = zeros([4, 4, 4], "uint8");
 * for (const z of [0, 1, 3]) mask.data[z] = 1;
 * mask.data[mask.offset(2, 2, 2)] = 1;
 * const { labels, sizes } = connectedComponents(mask);
 * console.log(sizes); // [3, 1]
 * labels.dispose();
 * ```
 */
export function connectedComponents(
  mesh: NdArray<"uint8"> | RealMesh,
  options: ComponentOptions = {},
): Components {
  const n = checkCube("find components", "mesh", mesh);
  checkDtype("find components", "mesh", mesh, "uint8", "float32", "float64");
  const threshold = mesh.dtype === "uint8" ? 1 : options.threshold;
  if (threshold === undefined || !Number.isFinite(threshold)) {
    throw new DomainError(
      `Cannot find components: a field needs a finite "threshold", got ${threshold}`,
      "a finite number",
      String(threshold),
    );
  }
  return findComponents(mesh, n, threshold);
}

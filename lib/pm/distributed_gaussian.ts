import type { NdArray } from "../array/mod.ts";
import { checkOneOf, DomainError, DtypeError } from "../base/mod.ts";
import type { LinearPower } from "../cosmology/mod.ts";
import { metadata, type RealArray, type Triple } from "../fields/mod.ts";
import { type Comm, together } from "../mpi/mod.ts";
import { randomNormal } from "../rng/mod.ts";
import { amplitudesOf, type PowerPoints } from "./_amplitudes.ts";
import { type Layout, RankMesh } from "./_rank_mesh.ts";
import { DistributedDensity } from "./distributed_particles.ts";
import type { GaussianOptions } from "./gaussian.ts";
import { checkNoise } from "./noise.ts";

/** Options of `gaussianInitialConditionsDistributed`; all ranks give the same, but for the noise. */
export interface DistributedGaussianOptions extends Omit<GaussianOptions, "noise"> {
  /** Instead of `key`: white noise of one's own, this rank's part of the mesh, of the field's type. */
  noise?: RealArray;
  /**
   * [1] Parts along x and y, whose product is the number of ranks: slabs [P, 1] or pencils. Default: slabs while each rank
   * has a plane.
   */
  layout?: Layout;
}

/** Checks what one rank can check alone. */
function check({ key, noise, mesh, boxSize, observer, dtype }: DistributedGaussianOptions) {
  const meta = metadata({ mesh, boxSize, ...observer ? { observer } : {}, status: "initialField" });
  if ((key === undefined) === (noise === undefined)) {
    const actual = key === undefined ? "neither" : "both";
    const message = `Cannot make initial conditions: give "key" or "noise", got ${actual}`;
    throw new DomainError(message, "one of them", actual);
  }
  const type = checkOneOf(dtype ?? noise?.dtype ?? "float32", "dtype", ["float32", "float64"]) as "float32";
  if (noise && noise.dtype !== type) {
    const message = `Cannot make initial conditions: noise must be of ${type} as "dtype" says, got ${noise.dtype}`;
    throw new DtypeError(message, type, noise.dtype);
  }
  return { meta, dtype: type as "float32" | "float64" };
}

/**
 * A Gaussian field of linear overdensity at a = 1 of which each rank holds a part of the mesh: `gaussianInitialConditions` over
 * ranks. Collective.
 *
 * Number i of the key's stream belongs to cell i of the whole mesh (C order), so every layout has the same white noise, bit by bit.
 * The field has the bits of that of one rank too, but where transforms do few long lines as matrices (see `DistributedPlan`).
 *
 * @param comm Ranks.
 * @param power Linear power, or points of it.
 * @param options Mesh, box, layout, and key or noise.
 * @returns The field in parts, as the layout says.
 * @throws {DomainError} {ShapeError} {DtypeError} as `gaussianInitialConditions`, {ShapeError} for a layout that does not suit the
 * number of ranks; {MemoryError} without room; {CommError} where another rank failed.
 * @example
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { commWorld } from "@cosmesh/cosmesh/mpi";
 * import { gaussianInitialConditionsDistributed } from "@cosmesh/cosmesh/pm";
 * await ready();
 * const comm = commWorld();
 * const box = { mesh: [32, 32, 16], boxSize: [200, 200, 100] } as const;
 * using field = gaussianInitialConditionsDistributed(comm, linearPower(planck18), { ...box, key: 0 });
 * console.log(field.array.shape); // on four ranks [8, 32, 16]
 * comm.finalize();
 * ```
 */
export function gaussianInitialConditionsDistributed(
  comm: Comm,
  power: LinearPower | PowerPoints,
  options: DistributedGaussianOptions,
): DistributedDensity {
  const { key, noise } = options;
  const { meta, dtype } = together(comm, () => check(options));
  using ranks = new RankMesh(comm, meta.mesh, dtype, options.layout);
  using held = new DisposableStack();
  using temporary = new DisposableStack();
  const { array, modes, table } = together(comm, () => {
    const array = held.use(ranks.cells());
    const modes = temporary.use(ranks.modes());
    if (noise) {
      checkNoise(noise, ranks.box.shape as unknown as Triple);
      (array.data as Float64Array).set(noise.data as Float64Array);
    } else {
      const { start: [x, y], shape: [planes] } = ranks.box;
      const [, ny, nz] = meta.mesh;
      for (let i = 0; i < planes; i++) {
        randomNormal(array.at(i) as NdArray<"float32">, { key: key!, offset: ((x + i) * ny + y) * nz });
      }
    }
    return { array, modes, table: amplitudesOf(power, meta).table };
  });
  ranks.forward(array, modes);
  ranks.filter(table, modes);
  ranks.inverse(modes, array);
  held.move();
  return new DistributedDensity(comm, ranks.decomposition, array, meta, "overdensity");
}

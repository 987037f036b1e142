import { Field, zeros } from "../array/mod.ts";
import { checkInteger, checkPositive } from "../base/mod.ts";
import { artificialHalos, type HaloCatalog } from "../halo/mod.ts";
import { checkFalling } from "./_choose.ts";
import { LoaderSource } from "./_source.ts";
import type { SnapshotSource } from "./snapshot.ts";

/** Options of `openArtificial`. */
export interface ArtificialOptions {
  /** [Mpc/h] Side of the box. */
  boxSize: number;
  /** [1] Cells along one axis. */
  cells: number;
  /** [1] Redshifts, falling. Default: 24.5 to 6 in steps of 0.5. */
  redshifts?: readonly number[];
  /** [1] Number of halos. Default: 100. */
  count?: number;
  /** [1] Seed of the positions. Default: 12345. */
  seed?: number;
  /** [M_sun/h] Mass of each halo at z = 6. Default: 1e12. */
  massAtSix?: number;
  /** [1] Accretion rate. Default: 0.79. */
  alpha?: number;
  /** Makes the halos of a redshift, in place of those described by `count`, `seed`, `massAtSix` and `alpha`. */
  halos?: (z: number) => HaloCatalog;
}

const REDSHIFTS = Array.from({ length: 38 }, (_, i) => 24.5 - i / 2);

/**
 * A source of halos that no simulation made, for trials: the same places at all redshifts, uniform in the box, one mass
 * M(z) = massAtSix exp(-alpha (z - 6)), and a density that is the mean everywhere. Velocities are none.
 *
 * @param options Box, mesh, redshifts and halos.
 * @throws {InputError} if redshifts do not fall.
 * @example
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { openArtificial } from "@cosmesh/cosmesh/simulation";
 * await ready();
 * using run = openArtificial({ boxSize: 50, cells: 16, count: 10, redshifts: [8, 6] });
 * using last = await run.read(1);
 * console.log(last.halos.size, last.halos.masses[0]); // 10 1000000000000
 * ```
 */
export function openArtificial(options: ArtificialOptions): SnapshotSource {
  const { redshifts = REDSHIFTS, count = 100, seed = 12345, massAtSix, alpha } = options;
  const boxSize = checkPositive(options.boxSize, "boxSize");
  const cells = checkInteger(options.cells, "cells", 1);
  checkInteger(count, "count");
  const path = "artificial halos";
  checkFalling(path, "redshifts", redshifts);
  const halosOf = options.halos ?? ((z) => artificialHalos({ count, boxSize, z, key: seed, massAtSix, alpha }));
  return new LoaderSource({
    path,
    boxSize,
    cells,
    snapshots: redshifts.map((z, number) => {
      return { name: `z = ${z}`, number, z, halos: options.halos ? options.halos(z).size : count };
    }),
    halos: ({ z }) => Promise.resolve({ path, ...halosOf(z) }),
    meshes: () => {
      const array = zeros([cells, cells, cells], "float32");
      return Promise.resolve({ density: new Field({ array, boxSize, quantity: "overdensity", unit: "1" }) });
    },
  });
}

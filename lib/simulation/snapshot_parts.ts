import { type HaloCatalog, haloCatalog } from "../halo/mod.ts";
import { type Comm, togetherAsync } from "../mpi/mod.ts";
import { scatterField, shareOf } from "../decomposition/mod.ts";
import type { ReadOptions, Snapshot, SnapshotParts, SnapshotSource } from "./snapshot.ts";

/** Numbers of a catalogue's column, by rows of `width`. */
type Column = Float32Array | Float64Array;

/**
 * Reads a snapshot that is divided among ranks: meshes in slabs along x, halos in consecutive parts of the catalogue. Files of
 * `openSnapshots` and initial conditions are read, or made, in parts, so that no rank holds all. From other sources rank 0
 * reads all, 4 bytes a cell for each mesh and the catalogue, and gives the others their parts. Collective.
 *
 * @param source Source, opened on each rank.
 * @param index [1] Place in `source.snapshots`.
 * @param comm Ranks.
 * @param options As of `source.read`.
 * @throws as `source.read`, on the ranks where that fails; {CommError} on the others.
 * @example The embedded example, on any number of ranks
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { openSnapshots, readSnapshotParts } from "@cosmesh/cosmesh/simulation";
 * await ready();
 * using file = await openSnapshots("examples/nbody/inputs.h5");
 * using parts = await readSnapshotParts(file, 0, selfComm());
 * console.log(parts.halos.size, parts.density.box.shape); // all of them on one rank
 * ```
 */
export async function readSnapshotParts(
  source: SnapshotSource,
  index: number,
  comm: Comm,
  options: ReadOptions = {},
): Promise<SnapshotParts> {
  if (source.readParts) return await source.readParts(index, comm, options);
  using whole = await togetherAsync(
    comm,
    async () => comm.isRoot ? await source.read(index, options) : undefined,
  );
  const info = comm.bcastObject(whole && { z: whole.z, notes: whole.notes, hasVelocity: whole.velocity !== undefined });
  const { z, notes, hasVelocity } = info as Pick<Snapshot, "z" | "notes"> & { hasVelocity: boolean };
  using held = new DisposableStack();
  const divided = (field: Snapshot["density"] | undefined) => {
    const parts = scatterField(comm, field);
    held.use(parts.array);
    return parts;
  };
  const halos = scatterHalos(comm, whole?.halos);
  const density = divided(whole?.density);
  const velocity = hasVelocity ? divided(whole?.velocity) : undefined;
  const owned = held.move();
  return {
    ...{ z, halos, density },
    ...(velocity ? { velocity } : {}),
    ...(notes ? { notes } : {}),
    [Symbol.dispose]: () => owned.dispose(),
  };
}

/** Consecutive parts of a catalogue that rank 0 has. */
function scatterHalos(comm: Comm, halos: HaloCatalog | undefined): HaloCatalog {
  const info = comm.bcastObject(
    halos && {
      ...{ size: halos.size, z: halos.z, boxSize: halos.boxSize },
      single: [halos.positions, halos.masses, halos.alphas].map((column) => column instanceof Float32Array),
    },
  ) as { size: number; z: number; boxSize: number; single: boolean[] };
  const { size, z, boxSize, single } = info;
  const column = (all: Column | undefined, which: number, width: number): Column => {
    const counts = Array.from({ length: comm.size }, (_, rank) => width * shareOf(size, comm.size, rank).length);
    const length = counts[comm.rank];
    return comm.scatterv<Column>(all, single[which] ? new Float32Array(length) : new Float64Array(length), counts);
  };
  return haloCatalog({
    positions: column(halos?.positions, 0, 3),
    masses: column(halos?.masses, 1, 1),
    alphas: column(halos?.alphas, 2, 1),
    ...{ z, boxSize },
  });
}

/** What must hold of snapshots that are read by several ranks, beside those of one. */

import assert from "node:assert/strict";
import { FormatError } from "../../lib/base/mod.ts";
import { linearPower, planck18 } from "../../lib/cosmology/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import type { DistributedField } from "../../lib/decomposition/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import {
  openArtificial,
  openInitialConditions,
  openSnapshots,
  readSnapshotParts,
  type Snapshot,
  type SnapshotSource,
} from "../../lib/simulation/mod.ts";
import { assertAllFail } from "../decomposition/_distributed_field_checks.ts";
import { reference } from "../radiation/_files.ts";
import type { Check } from "../support/ranks.ts";

await ready({ threads: 1 });

/** Halos of all ranks one after another, and slabs, are those of a whole snapshot. */
function assertParts(
  comm: Comm,
  parts: Awaited<ReturnType<typeof readSnapshotParts>>,
  whole: Snapshot,
  exact: boolean,
) {
  assert.equal(parts.z, whole.z);
  assert.deepEqual(parts.notes, whole.notes);
  for (const column of ["masses", "alphas"] as const) {
    assert.deepEqual(comm.allgatherv(parts.halos[column] as Float64Array), whole.halos[column]);
  }
  const positions = comm.allgatherv(parts.halos.positions as Float64Array);
  const { boxSize } = whole.halos;
  positions.forEach((x, i) => {
    const distance = Math.abs(x - whole.halos.positions[i]);
    assert.ok(Math.min(distance, boxSize - distance) <= (exact ? 0 : 1e-5 * boxSize));
  });
  const near = (part: DistributedField, { array: { data } }: { array: { data: ArrayLike<number> } }, rms: number) => {
    const start = part.box.start[0] * part.cells ** 2;
    part.array.data.forEach((v, i) => assert.ok(Math.abs(v - data[start + i]) <= (exact ? 0 : 1e-5 * rms)));
  };
  near(parts.density, whole.density, 1);
  assert.equal(parts.velocity === undefined, whole.velocity === undefined);
  if (parts.velocity) near(parts.velocity, whole.velocity!, 300);
}

async function compare(comm: Comm, source: SnapshotSource, exact: boolean) {
  for (const index of source.snapshots.keys()) {
    using whole = await source.read(index, { velocityAxis: 1 });
    assert.ok(whole.halos.size > 20);
    using parts = await readSnapshotParts(source, index, comm, { velocityAxis: 1 });
    assertParts(comm, parts, whole, exact);
  }
}

export const checks: Check[] = [
  ["parts of a file, and of a source that gives only whole snapshots, are those of one rank", async (comm) => {
    using file = await openSnapshots(reference("inputs.h5"));
    await compare(comm, file, true);
    using artificial = openArtificial({ cells: 16, boxSize: 50, seed: 3, redshifts: [9, 8] });
    assert.equal(artificial.readParts, undefined);
    await compare(comm, artificial, true);
  }],

  ["parts of initial conditions are those of one rank, to rounding", async (comm) => {
    const options = { cells: 16, boxSize: 16, redshifts: [9, 7], key: 4, minMass: 2e9, environmentRadius: 2 } as const;
    for (const order of [1, 2] as const) {
      using source = openInitialConditions(linearPower(planck18), { ...options, order });
      await compare(comm, source, false);
    }
  }],

  ["what cannot be read is refused on all ranks", async (comm) => {
    using source = openArtificial({ cells: 8, boxSize: 50, seed: 3, redshifts: [9] });
    const error = new FormatError("Cannot read it", "a file", "here");
    const failing: SnapshotSource = {
      ...{ path: "", boxSize: 1, cells: 8, hasVelocities: false, snapshots: source.snapshots },
      read: () => {
        throw error;
      },
      [Symbol.dispose]: () => {},
    };
    const outcome = await readSnapshotParts(failing, 0, comm).then(() => undefined, (error: Error) => error);
    assertAllFail(
      () => {
        throw outcome;
      },
      comm.isRoot,
      FormatError,
      /Cannot read it/,
    );
  }],
];

/** What must hold of redshift space over ranks, beside that of one. */

import assert from "node:assert/strict";
import { Field, fromData } from "../../lib/array/mod.ts";
import { DomainError } from "../../lib/base/mod.ts";
import { planck18 } from "../../lib/cosmology/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { Decomposition, scatterField } from "../../lib/decomposition/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import { toRedshiftSpace, toRedshiftSpaceDistributed } from "../../lib/lightcone/mod.ts";
import type { Check } from "../support/ranks.ts";

await ready({ threads: 1 });

const n = 10;
/** A whole field of numbers that are all different. */
const whole = (factor: number, unit: string) => {
  const values = Float32Array.from({ length: n ** 3 }, (_, i) => factor * (((i * 7919) % 1009) / 1009 - 0.3));
  const array = fromData(values, [n, n, n], "float32");
  return new Field({ array, boxSize: 20, quantity: unit === "mK" ? "brightnessTemperature" : "other", unit });
};
const divide = (comm: Comm, field: Field, grid: number[] = [comm.size, 1, 1]) =>
  scatterField(comm, comm.isRoot ? field : undefined, new Decomposition([n, n, n], grid));

export const checks: Check[] = [
  ["fields in redshift space are those of one rank, bit by bit, along each axis", (comm) => {
    const [signal, velocity] = [whole(30, "mK"), whole(800, "km/s")];
    for (const axis of [0, 1, 2] as const) {
      for (const method of ["cells", "particles"] as const) {
        const options = { z: 8, cosmology: planck18, axis, method };
        using expected = toRedshiftSpace(signal, velocity, options).array;
        for (const grid of [[comm.size, 1, 1], [1, comm.size, 1]]) {
          const parts = [signal, velocity].map((field) => divide(comm, field, grid));
          const moved = toRedshiftSpaceDistributed(parts[0], parts[1], options);
          assert.deepEqual([moved.unit, moved.quantity], ["mK", "brightnessTemperature"]);
          const { start, shape } = moved.box;
          moved.array.data.forEach((value, i) => {
            const [y, z] = [Math.floor(i / n) % shape[1], i % n];
            const x = Math.floor(i / n / shape[1]);
            assert.equal(value, expected.data[((start[0] + x) * n + start[1] + y) * n + z]);
          });
          [...parts, moved].forEach(({ array }) => array.dispose());
        }
      }
    }
    [signal, velocity].forEach(({ array }) => array.dispose());
  }],

  ["what cannot be moved is refused on all ranks", (comm) => {
    const options = { z: 8, cosmology: planck18 };
    const [signal, velocity] = [divide(comm, whole(30, "mK")), divide(comm, whole(800, "km/s"))];
    assert.throws(() => toRedshiftSpaceDistributed(signal, signal, options), /must be peculiar and in km\/s/);
    const small = velocity.with({ boxSize: 10 });
    assert.throws(() => toRedshiftSpaceDistributed(signal, small, options), /the velocity must have 10\^3 cells of 20/);
    velocity.array.data.fill(NaN);
    const bad = (error: unknown) => error instanceof DomainError && /must have finite numbers/.test(error.message);
    assert.throws(() => toRedshiftSpaceDistributed(signal, velocity, options), bad);
  }],
];

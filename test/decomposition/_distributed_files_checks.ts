/** What must hold of fields in files, written and read by any number of ranks. */

import assert from "node:assert/strict";
import { Field, type NdArray } from "../../lib/array/mod.ts";
import { FormatError, InputError } from "../../lib/base/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import {
  Decomposition,
  gatherField,
  readDistributed,
  scatterField,
  writeDistributed,
} from "../../lib/decomposition/mod.ts";
import type { Check } from "../support/ranks.ts";
import { gridsOf, wholeField } from "./_distributed_field_checks.ts";

await ready({ threads: 1 });

/** Runs with a folder that all ranks see. */
async function withFolder(comm: Comm, run: (folder: string) => Promise<void>): Promise<void> {
  const folder = comm.bcastObject(comm.isRoot ? Deno.makeTempDirSync() : undefined) as string;
  try {
    await run(folder);
  } finally {
    comm.barrier();
    if (comm.isRoot) Deno.removeSync(folder, { recursive: true });
  }
}

/** Errors of all ranks; undefined where there is none. */
async function errorOf(run: () => Promise<unknown>): Promise<Error | undefined> {
  try {
    await run();
  } catch (error) {
    return error as Error;
  }
}

export const checks: Check[] = [
  ["fields are written by all ranks, and open as one file", (comm) =>
    withFolder(comm, async (folder) => {
      const n = 5;
      const [a, b] = [wholeField(n, "float32"), wholeField(n, "float64").with({ quantity: "temperature", unit: "K" })];
      for (const [i, grid] of [[comm.size, 1, 1], gridsOf(comm.size).at(-1)!].entries()) {
        const parts = new Decomposition([n, n, n], grid);
        const [one, other] = [a, b].map((field) => scatterField(comm, comm.isRoot ? field : undefined, parts));
        const path = `${folder}/out.${i}.h5`;
        await writeDistributed(path, { delta: one, "gas/T": other });
        {
          using file = await openHdf5(path);
          assert.deepEqual(file.names(), ["delta", "gas"]);
          const whole = file.readArray("gas/T", { unit: "K" });
          assert.deepEqual([whole.dtype, whole.shape, whole.data], ["float64", [n, n, n], b.array.data]);
          assert.deepEqual(file.attributes("delta"), { boxSize: 10, quantity: "other", unit: "mK" });
        }
        comm.barrier();
        // Each rank alone has another number of ranks than wrote.
        const alone = comm.split(comm.rank)!;
        const { delta, ...rest } = await readDistributed(path, alone);
        assert.deepEqual([delta.array.data, Object.keys(rest)], [a.array.data, ["gas/T"]]);
        alone.free();
        const turned = new Decomposition([n, n, n], [1, 1, comm.size]);
        const fields = await readDistributed(path, comm, { decomposition: turned, datasets: ["gas/T"] });
        assert.deepEqual(Object.keys(fields), ["gas/T"]);
        const { array, unit, quantity, boxSize, decomposition: { grid: found } } = fields["gas/T"];
        assert.deepEqual([unit, quantity, boxSize, found], ["K", "temperature", 10, [1, 1, comm.size]]);
        assert.deepEqual(array.shape, turned.box(comm.rank).shape);
        assert.deepEqual(gatherField(fields["gas/T"])?.array.data, comm.isRoot ? b.array.data : undefined);
      }
    })],

  ["files can be moved together, and one that is missing is named", (comm) =>
    withFolder(comm, async (folder) => {
      const whole = wholeField(4);
      Deno.mkdirSync(`${folder}/a`, { recursive: true });
      comm.barrier();
      await writeDistributed(`${folder}/a/x.h5`, { x: scatterField(comm, comm.isRoot ? whole : undefined) });
      if (comm.isRoot) Deno.renameSync(`${folder}/a`, `${folder}/b`);
      comm.barrier();
      const { x } = await readDistributed(`${folder}/b/x.h5`, comm);
      assert.equal((x.array as NdArray).dtype, "float64");
      const names = [...Deno.readDirSync(`${folder}/b`)].map(({ name }) => name).toSorted();
      const parts = Array.from({ length: comm.size }, (_, rank) => `x.000${rank}.h5`);
      assert.deepEqual(names, [...parts, "x.h5"]);
      comm.barrier();
      if (comm.isRoot) Deno.removeSync(`${folder}/b/x.0000.h5`);
      comm.barrier();
      const error = await errorOf(() => readDistributed(`${folder}/b/x.h5`, comm));
      assert.ok(error instanceof FormatError, String(error));
      assert.match(
        error.message,
        /dataset "x" lies in the file "x\.0000\.h5", which is missing; it must be beside this one/,
      );
    })],

  ["if one rank cannot write, all throw, and the older output stays", (comm) =>
    withFolder(comm, async (folder) => {
      const last = comm.size - 1;
      const whole = wholeField(4);
      const field = scatterField(comm, comm.isRoot ? whole : undefined);
      await writeDistributed(`${folder}/x.h5`, { x: field });
      // A folder stands where that rank's file must be written first.
      if (comm.rank === last) Deno.mkdirSync(`${folder}/x.000${last}.h5.new`);
      comm.barrier();
      const changed = scatterField(comm, comm.isRoot ? new Field({ ...whole, boxSize: 20 }) : undefined);
      const error = await errorOf(() => writeDistributed(`${folder}/x.h5`, { x: changed }));
      assert.ok(error !== undefined && (comm.rank === last) === error instanceof InputError, String(error));
      assert.match(error.message, new RegExp(comm.rank === last ? "Cannot write" : `on rank ${last}: Cannot write`));
      const { x } = await readDistributed(`${folder}/x.h5`, comm);
      assert.equal(x.boxSize, 10);
      const left = [...Deno.readDirSync(folder)].filter(({ name, isFile }) => isFile && /new|tmp/.test(name));
      assert.deepEqual(left, []);
      const none = await errorOf(() => readDistributed(`${folder}/y.h5`, comm));
      assert.match(String(none), /y\.h5": there is no such file/);
    })],
];

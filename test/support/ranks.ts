import { type Comm, runRanks } from "../../lib/mpi/mod.ts";

/** What must hold on any number of ranks, with what it shows. */
export type Check = [name: string, run: (comm: Comm) => void | Promise<void>];

/** [s] Ranks that take longer are stuck. */
const TIMEOUT = 60;

/**
 * Tests the `checks` that a module exports on ranks that are threads: one run of all checks for each number of ranks,
 * and a test for each check. Only if the run fails, the checks run one by one, so that each has its own outcome.
 *
 *     testOnRanks(new URL("./_checks.ts", import.meta.url), checks);
 *
 * @param hosts Name of the machine of each rank, as of `runRanks`, by number of ranks.
 */
export function testOnRanks(
  module: URL,
  checks: readonly Check[],
  { ranks = [1, 2, 3, 4], hosts }: { ranks?: readonly number[]; hosts?: (ranks: number) => string[] } = {},
): void {
  const job = new URL("./_ranks_job.ts", import.meta.url);
  for (const n of ranks) {
    const run = (names: string[]) =>
      runRanks(job, {
        ranks: n,
        threads: 1,
        timeout: TIMEOUT,
        hosts: hosts?.(n),
        data: { module: module.href, names },
      });
    let passed = false;
    Deno.test(`${n} thread ranks: all checks of ${module.pathname.split("/").at(-1)}`, async () => {
      await run(checks.map(([name]) => name));
      passed = true;
    });
    for (const [name] of checks) {
      Deno.test(`${n} thread ranks: ${name}`, async () => {
        if (!passed) await run([name]);
      });
    }
  }
}

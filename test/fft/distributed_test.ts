import { ready } from "../../lib/kernel/mod.ts";
import { selfComm } from "../../lib/mpi/mod.ts";
import { testOnRanks } from "../support/ranks.ts";
import { checks } from "./_distributed_checks.ts";

await ready({ threads: 1 });

for (const [name, run] of checks) Deno.test(`one rank: ${name}`, () => run(selfComm()));
testOnRanks(new URL("./_distributed_checks.ts", import.meta.url), checks, { ranks: [2, 3, 4] });

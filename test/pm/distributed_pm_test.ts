import { selfComm } from "../../lib/mpi/mod.ts";
import { testOnRanks } from "../support/ranks.ts";
import { checks } from "./_distributed_pm_checks.ts";

for (const [name, check] of checks) Deno.test(`one rank: ${name}`, () => check(selfComm()));
testOnRanks(new URL("./_distributed_pm_checks.ts", import.meta.url), checks, { ranks: [2, 3, 4] });

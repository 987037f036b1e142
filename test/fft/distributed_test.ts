import { selfComm } from "../../lib/mpi/mod.ts";
import { checks } from "./_distributed_checks.ts";

for (const [name, run] of checks) Deno.test(`DistributedPlan on one rank: ${name}`, () => run(selfComm()));

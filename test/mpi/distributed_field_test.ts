import { selfComm } from "../../lib/mpi/mod.ts";
import { checks } from "./_distributed_field_checks.ts";

for (const [name, check] of checks) Deno.test(`one rank: ${name}`, () => check(selfComm()));

import { testOnRanks } from "../support/ranks.ts";
import { checks } from "./_checks.ts";

testOnRanks(new URL("./_checks.ts", import.meta.url), checks);

import { testOnRanks } from "../support/ranks.ts";
import { checks } from "./_together_checks.ts";

testOnRanks(new URL("./_together_checks.ts", import.meta.url), checks, { ranks: [1, 2, 3] });

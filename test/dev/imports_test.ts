import assert from "node:assert/strict";
import { importProblems } from "../../tasks/dev/check_imports.ts";
import { importsOf, readSources } from "../../tasks/dev/source_text.ts";

Deno.test("imports keep to the order of folders", () => assert.deepEqual(importProblems(readSources()), []));

const problem = (path: string, text: string) => importProblems(new Map([[path, text]])).join("\n");

Deno.test("importProblems() finds each kind of fault", () => {
  const cases: [path: string, text: string, found: RegExp][] = [
    ["lib/fft/plan.ts", 'import { a } from "../power/mod.ts";', /lib\/fft stands before lib\/power/],
    ["lib/fft/plan.ts", 'export type { A } from "../plot/mod.ts";', /lib\/fft stands before lib\/plot/],
    ["lib/plot/slice.ts", 'import { a } from "../fft/mod.ts";', /lib\/plot stands before lib\/fft/],
    ["lib/fft/plan.ts", 'import { a } from "../array/field.ts";', /outside of lib\/array only its mod\.ts/],
    ["tasks/run.ts", 'import { a } from "../lib/fft/_kernel.ts";', /outside of lib\/fft only its mod\.ts/],
    ["lib/fft/plan.ts", 'await import("../../tasks/run.ts");', /nothing imports tasks\//],
    ["examples/fft.ts", 'import "../tasks/run.ts";', /nothing imports tasks\//],
    ["lib/fft/plan.ts", 'import { fft } from "../../mod.ts";', /nothing in lib\/ may import the front door/],
    ["lib/fft/plan.ts", 'import {\n  call,\n} from "../kernel/mod.ts";', /kernels are called in lib\/fft\/_kernel\.ts/],
    ["lib/cli/a.ts", 'import { join } from "@std/path";', /names of the import map are unknown/],
    ["lib/cli/a.ts", 'import { join } from "npm:deno-std@^1.4.0";', /needs its exact version/],
    ["lib/newest/a.ts", "export const a = 1;", /lib\/newest is not in the list/],
  ];
  for (const [path, text, found] of cases) assert.match(problem(path, text), found);
  const versions = new Map([["lib/io/a.ts", 'import "npm:a@1.0.0";'], ["lib/io/b.ts", 'import "npm:a@1.0.1/node";']]);
  assert.match(importProblems(versions).join(), /elsewhere it is version 1\.0\.0/);
});

Deno.test("importProblems() accepts what is allowed", () => {
  for (
    const [path, text] of [
      ["lib/power/_kernel_bins.ts", 'import { call } from "../kernel/mod.ts";'],
      ["lib/power/_kernel.ts", 'import { call } from "../kernel/mod.ts";\nimport { fft } from "../fft/mod.ts";'],
      ["lib/cli/a.ts", 'import { runTasks } from "../runner/mod.ts";\nimport { createHash } from "node:crypto";'],
      ["test/fft/a_test.ts", 'import { a } from "../../lib/fft/_kernel.ts";'],
      ["bench/fft_bench.ts", 'import { a } from "../lib/fft/_kernel.ts";'],
      ["lib/io/a.ts", '/**\n * import { a } from "@cosmesh/cosmesh/io";\n */\nexport const a = 1;'],
    ]
  ) assert.equal(problem(path, text), "");
});

Deno.test("importsOf() reads every form of an import", () => {
  const text = `import a from "./a.ts";
import * as b from "./b.ts";
import type { C, type D } from "./c.ts";
import "./d.ts";
export * from "./e.ts";
export * as f from "./f.ts";
const g = await import("npm:g@1.0.0");`;
  assert.deepEqual(importsOf(text).map(({ specifier }) => specifier.replace(/^\.\//, "")), [
    ...["a.ts", "b.ts", "c.ts", "d.ts", "e.ts", "f.ts"],
    "npm:g@1.0.0",
  ]);
  assert.deepEqual(importsOf(text)[2].names, ["C", "D"]);
});

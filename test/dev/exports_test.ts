import assert from "node:assert/strict";
import { exportProblems, readManifest } from "../../tasks/dev/check_exports.ts";
import { readSources } from "../../tasks/dev/source_text.ts";

Deno.test("deno.json, mod.ts and the folders of lib/ agree", () => {
  assert.deepEqual(exportProblems(readSources(), readManifest()), []);
});

Deno.test("exportProblems() finds a missing door, namespace, export and version", () => {
  const sources = new Map([
    ["mod.ts", 'export * as fft from "./lib/fft/mod.ts";\nexport { a } from "./lib/io/read.ts";'],
    ["lib/base/mod.ts", ""],
    ["lib/base/version.ts", 'export const VERSION = "0.1.0";'],
    ["lib/fft/mod.ts", ""],
    ["lib/io/read.ts", ""],
  ]);
  const exports = {
    ".": "./mod.ts",
    "./base": "./lib/base/mod.ts",
    "./io": "./lib/io/mod.ts",
    "./old": "./lib/old/mod.ts",
  };
  assert.deepEqual(exportProblems(sources, { version: "0.2.0", exports }), [
    'deno.json: exports must have "./fft": "./lib/fft/mod.ts"',
    "lib/io/mod.ts is missing",
    'deno.json: exports has "./old", for which there is no folder',
    "mod.ts: namespaces must be base, io, fft, in this order",
    'mod.ts: "./lib/io/read.ts" is not the door of a folder',
    'lib/base/version.ts: VERSION must be "0.2.0", as in deno.json',
  ]);
});

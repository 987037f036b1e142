import assert from "node:assert/strict";
import { dirname, fromFileUrl, join } from "@std/path";
import { unitProblems } from "../tasks/dev/check_docs.ts";
import { apiText, type Door, publicApi } from "../tasks/dev/public_api.ts";

const doors = publicApi();
const here = dirname(fromFileUrl(import.meta.url));

Deno.test("the exported names are those of test/api.txt", async () => {
  const frozen = await Deno.readTextFile(join(here, "api.txt"));
  const remedy = "if the change is meant, run `deno task api` and put it into CHANGELOG.md";
  assert.equal(apiText(await doors), frozen, remedy);
});

Deno.test("numeric parameters and options are documented with their unit", async () => {
  assert.deepEqual(unitProblems(await doors), []);
});

Deno.test("unitProblems() finds parameters of functions and methods, and options", () => {
  const number = { kind: "keyword", value: "number" };
  const location = { filename: "file:///elsewhere/a.ts", line: 0 };
  const jsDoc = {
    tags: [{ kind: "param", name: "a", doc: "Scale factor" }, { kind: "param", name: "k", doc: "[h/Mpc] k" }],
  };
  const params = [{ kind: "identifier", name: "a", tsType: number }, { left: { name: "k", tsType: number } }];
  const method = { name: "at", jsDoc, location, functionDef: { params } };
  const door: Door = {
    name: ".",
    symbols: [
      { name: "growth", declarations: [{ name: "growth", kind: "function", jsDoc, location, def: { params } }] },
      { name: "Growth", declarations: [{ name: "Growth", kind: "class", location, def: { methods: [method] } }] },
      {
        name: "GrowthOptions",
        declarations: [{
          name: "GrowthOptions",
          kind: "interface",
          location,
          def: { properties: [{ name: "z", kind: "", tsType: number, location, jsDoc: { doc: "Redshift" } }] },
        }],
      },
    ],
  };
  const found = unitProblems([door]).map((line) => line.replace(/^\S+ /, "").replace(/:.*/, ""));
  assert.deepEqual(found, ["growth @param a", "Growth.at @param a", "GrowthOptions.z"]);
});

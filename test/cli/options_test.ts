import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { columns, type Option, optionsHelp, parametersHelp, parseOptions } from "../../lib/cli/mod.ts";

const TABLE: Option[] = [
  { name: "out", kind: "text", value: "DIR", description: "Folder of results" },
  { name: "set", kind: "text", many: true, value: "KEY=VALUE", description: "One value" },
  { name: "threads", kind: "count", value: "N", description: "Threads" },
  { name: "quiet", short: "q", kind: "flag", description: "Prints nothing" },
];

Deno.test("parseOptions() reads flags, texts, lists, numbers and words in any order", () => {
  const given = parseOptions([
    "a.toml",
    "--set",
    "a.b=1",
    "-q",
    "--out=x y",
    "--set=c.d=[1, 2]",
    "--threads",
    "3",
    "007",
  ], TABLE);
  assert.deepEqual(given.words, ["a.toml", "007"]);
  assert.deepEqual(given.texts("set"), ["a.b=1", "c.d=[1, 2]"]);
  assert.deepEqual([given.text("out"), given.count("threads"), given.flag("quiet")], ["x y", 3, true]);
  const empty = parseOptions([], TABLE);
  assert.deepEqual([empty.text("out"), empty.count("threads"), empty.flag("quiet")], [undefined, undefined, false]);
  assert.deepEqual(parseOptions(["--set", "a.b=-1"], TABLE).texts("set"), ["a.b=-1"]);
});

Deno.test("parseOptions() refuses what it does not know or cannot use", () => {
  const cases: [string[], string][] = [
    [["--thread", "2"], 'Cannot use --thread: there is no such option; did you mean "--threads"?'],
    [["--colour"], "Cannot use --colour: there is no such option; see --help"],
    [["--sett=a.b=1"], 'Cannot use --sett: there is no such option; did you mean "--set"?'],
    [["-x"], "Cannot use -x: there is no such option; see --help"],
    [["--out"], "Cannot use --out: DIR must follow it"],
    [["--out", "--quiet"], "Cannot use --out: DIR must follow it"],
    [["--out", "a", "--out", "b"], "Cannot use --out: it was given twice"],
    [["--quiet=yes"], "Cannot use --quiet: it takes no value"],
    [["--threads", "0"], "Cannot use --threads 0: it must be a whole number of at least 1"],
    [["--threads", "2.5"], "Cannot use --threads 2.5: it must be a whole number of at least 1"],
  ];
  for (const [args, message] of cases) {
    assert.throws(() => parseOptions(args, TABLE), (error: unknown) => {
      assert.ok(isToolkitError(error, "InputError"), String(error));
      assert.equal(error.message, message);
      return true;
    });
  }
});

Deno.test("help is in two columns, wrapped", () => {
  assert.equal(
    optionsHelp(TABLE.slice(1)),
    "  --set KEY=VALUE  One value\n  --threads N      Threads\n  -q, --quiet      Prints nothing",
  );
  assert.equal(columns([["a", "one two three"]], 13), "  a  one two\n     three");
});

Deno.test("parametersHelp() shows unit, rule and default of each key", () => {
  const text = parametersHelp([
    {
      group: "sim",
      key: "Lbox",
      kind: "number",
      unit: "Mpc/h",
      least: 0,
      aboveLeast: true,
      default: 100,
      description: "Side",
    },
    { group: "input", key: "profiles", kind: "path", default: null, description: "Profiles" },
    { group: "sim", key: "kind", kind: "text", choices: ["a", "b"], description: "Which" },
    { group: "sim.log", key: "format", kind: "text", default: null, description: "Form", unused: "there is one" },
    { group: "", key: "folder", kind: "path", default: null, description: "Folder" },
  ]);
  assert.equal(
    text,
    "[sim]\n  Lbox [Mpc/h]  Side (a number above 0; default 100)\n" +
      '  kind          Which ("a" or "b"; required)\n\n[input]\n  profiles  Profiles (a path; optional)\n\n' +
      "[sim.log]\n  format  Form (changes nothing)\n\n  folder  Folder (a path; optional)",
  );
});

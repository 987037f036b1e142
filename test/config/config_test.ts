import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import {
  checkConfig,
  type Document,
  nearest,
  type Parameter,
  parseText,
  readConfig,
  unusedKeys,
  type Values,
  withSetting,
} from "../../lib/config/mod.ts";

const TABLE: Parameter[] = [
  { group: "input", key: "snapshots", kind: "path", description: "Halo catalogues" },
  { group: "input", key: "profiles", kind: "path", default: null, description: "Profiles" },
  {
    group: "simulation",
    key: "Ncell",
    kind: "integer",
    least: 4,
    most: 1024,
    default: 128,
    unit: "1",
    description: "Cells",
  },
  { group: "simulation", key: "Lbox", kind: "number", least: 0, aboveLeast: true, default: 100, description: "Box" },
  { group: "simulation", key: "fields", kind: "texts", default: ["xHII"], description: "Fields" },
  { group: "source", key: "type", kind: "text", choices: ["SED", "Ross"], default: "SED", description: "Model" },
  { group: "source", key: "alpha", kind: ["number", "text"], choices: ["mean"], default: "mean", description: "Slope" },
  { group: "source", key: "redshifts", kind: "numbers", least: 0, default: [9, 8], description: "Redshifts" },
  { group: "source", key: "tides", kind: "boolean", default: false, description: "Tides" },
];

const TOML = `pipeline = "toy"

[input]
snapshots = "data/s.h5"

[simulation]
Ncell = 64
Lbox = 50.0
`;

async function toml(text: string): Promise<Document> {
  return { root: await parseText(text, "toml", "runs/run.toml"), source: "runs/run.toml", text, folder: "runs" };
}

async function check(text: string, ...settings: string[]): Promise<Values> {
  let document = await toml(text);
  for (const setting of settings) document = await withSetting(document, setting);
  return checkConfig(document, TABLE, ["pipeline"]);
}

async function refusal(text: string, ...settings: string[]): Promise<string> {
  try {
    await check(text, ...settings);
  } catch (error) {
    assert.ok(isToolkitError(error, "InputError"), String(error));
    return error.message;
  }
  throw new Error("nothing was refused");
}

Deno.test("checkConfig() fills in defaults and takes paths from the folder of the file", async () => {
  assert.deepEqual(await check(TOML), {
    input: { snapshots: "runs/data/s.h5", profiles: null },
    simulation: { Ncell: 64, Lbox: 50, fields: ["xHII"] },
    source: { type: "SED", alpha: "mean", redshifts: [9, 8], tides: false },
  });
  assert.equal((await check(TOML.replace("data/s.h5", "/data/s.h5"))).input.snapshots, "/data/s.h5");
});

Deno.test("withSetting() reads values as TOML, text also without quotes, and a path from the present folder", async () => {
  const settings = ["simulation.Ncell=32", "source.redshifts=[7, 6.5]", "source.type=Ross", "source.alpha=0.5"];
  const values = await check(TOML, ...settings, "source.tides=true", "input.profiles=p.h5", 'input.snapshots="a=b.h5"');
  assert.deepEqual(values.source, { type: "Ross", alpha: 0.5, redshifts: [7, 6.5], tides: true });
  assert.deepEqual(values.input, { snapshots: "a=b.h5", profiles: "p.h5" });
  assert.equal(values.simulation.Ncell, 32);
  assert.match(await refusal(TOML, "Ncell=3"), /^Cannot use --set Ncell=3: write it as group\.key=value, for example/);
});

Deno.test("checkConfig() names file, line and key, and the nearest known key", async () => {
  const cases: [string, string][] = [
    [
      TOML.replace("Ncell", "Ncel"),
      'Cannot use runs/run.toml:7: "simulation.Ncel" is not known; did you mean "simulation.Ncell"?',
    ],
    [
      TOML.replace("[simulation]", "[simulations]"),
      'Cannot use runs/run.toml:6: "simulations" is not known; did you mean "simulation"?',
    ],
    [TOML + "alpha = 1", 'Cannot use runs/run.toml:9: "simulation.alpha" is not known; it belongs to "source"'],
    [
      TOML.replace("64", '"many"'),
      'Cannot use runs/run.toml:7: "simulation.Ncell" must be a whole number of at least 4 and at most 1024, got "many"',
    ],
    [
      TOML.replace("64", "2000"),
      'Cannot use runs/run.toml:7: "simulation.Ncell" must be a whole number of at least 4 and at most 1024, got 2000',
    ],
    [TOML.replace("50.0", "0"), 'Cannot use runs/run.toml:8: "simulation.Lbox" must be a number above 0, got 0'],
    [
      TOML.replace("50.0", "inf"),
      'Cannot use runs/run.toml:8: "simulation.Lbox" must be a number above 0, got Infinity',
    ],
    [
      TOML.replace('snapshots = "data/s.h5"', ""),
      'Cannot use runs/run.toml:3: "input.snapshots" is missing; it must be a path',
    ],
    ["[simulation]\nNcell = 8", 'Cannot use runs/run.toml: "input.snapshots" is missing; it must be a path'],
    ["simulation = 3", 'Cannot use runs/run.toml:1: "simulation" must be a table of keys, got 3'],
    [TOML + '[source]\ntype = "sed"', 'Cannot use runs/run.toml:10: "source.type" must be "SED" or "Ross", got "sed"'],
    [
      TOML + "[source]\nalpha = true",
      'Cannot use runs/run.toml:10: "source.alpha" must be a number or "mean", got true',
    ],
    [
      TOML + "[source]\nredshifts = [9, -1]",
      'Cannot use runs/run.toml:10: "source.redshifts" must be a list of numbers of at least 0, got [9,-1]',
    ],
  ];
  for (const [text, message] of cases) assert.equal(await refusal(text), message);
});

Deno.test("checkConfig() names the option when the value came from --set", async () => {
  assert.equal(
    await refusal(TOML, "simulation.Ncell=2"),
    'Cannot use --set simulation.Ncell=2: "simulation.Ncell" must be a whole number of at least 4 and at most 1024, got 2',
  );
  assert.equal(
    await refusal(TOML, "simulation.Nmesh=2"),
    'Cannot use --set simulation.Nmesh=2: "simulation.Nmesh" is not known; did you mean "simulation.Ncell"?',
  );
});

Deno.test("readConfig() gives the same from TOML, YAML and JSON", async () => {
  const folder = await Deno.makeTempDir();
  const texts = {
    "a.toml":
      '[input]\nsnapshots = "s.h5"\n[simulation]\nLbox = 1e2\nfields = ["xHII", "dTb"]\n[source]\ntides = true\n',
    "b.yaml": "input:\n  snapshots: s.h5\nsimulation:\n  Lbox: 1e2\n  fields: [xHII, dTb]\nsource:\n  tides: true\n",
    "c.json": '{"input": {"snapshots": "s.h5"}, "simulation": {"Lbox": 1e2, "fields": ["xHII", "dTb"]}, ' +
      '"source": {"tides": true}}',
  };
  const all: Values[] = [];
  for (const [name, text] of Object.entries(texts)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
    all.push(checkConfig(await readConfig(`${folder}/${name}`), TABLE));
  }
  assert.equal(all[0].input.snapshots, `${folder}/s.h5`);
  assert.equal(all[0].simulation.Lbox, 100);
  assert.deepEqual(all[1], all[0]);
  assert.deepEqual(all[2], all[0]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("readConfig() says where the text breaks the rules of its format", async () => {
  const folder = await Deno.makeTempDir();
  const cases: [string, string, RegExp][] = [
    ["a.toml", "[g]\nx = 1\nx = 2\n", /a\.toml: it is not TOML: trying to redefine .* at line 3, column 1$/],
    ["b.yaml", "g: [1\nx: 2\n", /b\.yaml: it is not YAML: .* at line 2, column 1$/],
    ["c.json", '{"g": {"x": 1,\n}}', /c\.json: it is not JSON: /],
    ["d.json", "[1, 2]", /d\.json: it must hold tables of keys$/],
    ["e.ini", "x = 1", /e\.ini: its name must end in \.toml, \.yaml, \.yml or \.json$/],
    ["none.toml", "", /none\.toml: there is no such file$/],
  ];
  for (const [name, text, message] of cases) {
    if (text !== "") await Deno.writeTextFile(`${folder}/${name}`, text);
    await assert.rejects(readConfig(`${folder}/${name}`), (error: unknown) => {
      assert.ok(isToolkitError(error, "InputError"));
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("readConfig() gives lines of keys in YAML and JSON too", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/b.yaml`, "input:\n  snapshots: s.h5\nsimulation:\n  Ncel: 4\n");
  await Deno.writeTextFile(`${folder}/c.json`, '{\n"input": {"snapshots": "s.h5"},\n"simulation": {\n"Ncel": 4}}');
  for (const [name, line] of [["b.yaml", 4], ["c.json", 4]]) {
    const document = await readConfig(`${folder}/${name}`);
    assert.throws(() => checkConfig(document, TABLE), { message: new RegExp(`${name}:${line}: "simulation.Ncel"`) });
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("nearest() finds what a typing error explains, and nothing further away", () => {
  assert.equal(nearest("ncell", ["Lbox", "Ncell", "cores"]), "Ncell");
  assert.equal(nearest("cels", ["Lbox", "Ncell", "cores"]), "Ncell");
  assert.equal(nearest("temperature", ["Lbox", "Ncell", "cores"]), undefined);
});

/** Tables in tables, and a key outside of tables. */
const NESTED: Parameter[] = [
  { group: "", key: "output_path", kind: "path", default: null, description: "Folder" },
  {
    group: "logger",
    key: "format",
    kind: "text",
    default: null,
    description: "Format",
    unused: "messages have one form",
  },
  { group: "telescope", key: "name", kind: "text", default: "MUSE", description: "Name" },
  {
    group: "telescope.psf",
    key: "name",
    kind: "text",
    choices: ["gaussian", "moffat"],
    default: null,
    description: "Form",
  },
  {
    group: "telescope.psf",
    key: "fwhm",
    kind: "number",
    least: 0,
    aboveLeast: true,
    default: 0.8,
    description: "Width",
  },
  { group: "galaxy.rotation", key: "matrix", kind: "rows", default: null, description: "Matrix" },
  { group: "bands", key: "files", kind: "paths", default: [], description: "Filters" },
];

const nested = async (text: string, format: "toml" | "yaml" | "json" = "toml"): Promise<Document> => (
  { root: await parseText(text, format, `run.${format}`), source: `run.${format}`, text, folder: "runs" }
);

Deno.test("checkConfig() reads tables in tables alike in all formats, and matrices by rows", async () => {
  const documents = [
    await nested(
      'output_path = "out"\n[telescope]\nname = "X"\npsf.fwhm = 1.5\n[galaxy.rotation]\nmatrix = [[1, 0], [0, 1]]\n',
    ),
    await nested(
      'output_path = "out"\n[telescope.psf]\nfwhm = 1.5\n[telescope]\nname = "X"\n[galaxy]\nrotation = { matrix = [1, 0, 0, 1] }\n',
    ),
    await nested(
      "output_path: out\ntelescope:\n  name: X\n  psf:\n    name: null\n    fwhm: 1.5\ngalaxy: {rotation: {matrix: [[1, 0], [0, 1]]}}\n",
      "yaml",
    ),
    await nested(
      '{"output_path": "out", "telescope": {"name": "X", "psf": {"fwhm": 1.5}}, "galaxy": {"rotation": {"matrix": [[1, 0], [0, 1]]}}}',
      "json",
    ),
  ];
  for (const document of documents) {
    assert.deepEqual(checkConfig(document, NESTED), {
      "": { output_path: "runs/out" },
      logger: { format: null },
      telescope: { name: "X" },
      "telescope.psf": { name: null, fwhm: 1.5 },
      "galaxy.rotation": { matrix: [1, 0, 0, 1] },
      bands: { files: [] },
    });
  }
  const files = checkConfig(await nested('bands.files = ["a.csv", "/b.csv"]\n'), NESTED).bands.files;
  assert.deepEqual(files, ["runs/a.csv", "/b.csv"]);
});

Deno.test("checkConfig() names lines and nearest keys of tables in tables", async () => {
  const toml = '[telescope]\nname = "X"\n\n[telescope.psf]\nname = "moffat"\nfwhm = 1.5\n';
  const yaml = "telescope:\n  name: X\n  psf:\n    name: moffat\n    fwhm: 1.5\n";
  const cases: [string, "toml" | "yaml", string][] = [
    [
      toml.replace("fwhm", "fwmh"),
      "toml",
      'Cannot use run.toml:6: "telescope.psf.fwmh" is not known; did you mean "telescope.psf.fwhm"?',
    ],
    [
      yaml.replace("fwhm", "fwmh"),
      "yaml",
      'Cannot use run.yaml:5: "telescope.psf.fwmh" is not known; did you mean "telescope.psf.fwhm"?',
    ],
    [
      toml.replace("telescope.psf", "telescope.pfs"),
      "toml",
      'Cannot use run.toml:4: "telescope.pfs" is not known; did you mean "telescope.psf"?',
    ],
    [toml.replace("1.5", "0"), "toml", 'Cannot use run.toml:6: "telescope.psf.fwhm" must be a number above 0, got 0'],
    [
      toml.replace("moffat", "airy"),
      "toml",
      'Cannot use run.toml:5: "telescope.psf.name" must be "gaussian" or "moffat", got "airy"',
    ],
    [
      toml + "matrix = [1]",
      "toml",
      'Cannot use run.toml:7: "telescope.psf.matrix" is not known; it belongs to "galaxy.rotation"',
    ],
    [
      'bands: {files: ["a", ""]}\n',
      "yaml",
      'Cannot use run.yaml:1: "bands.files" must be a list of paths, got ["a",""]',
    ],
    ["telescope: {psf: 3}\n", "yaml", 'Cannot use run.yaml:1: "telescope.psf" must be a table of keys, got 3'],
    ["logge: 3\n", "yaml", 'Cannot use run.yaml:1: "logge" is not known; did you mean "logger"?'],
    ["\noutput_path: 3\n", "yaml", 'Cannot use run.yaml:2: "output_path" must be a path, got 3'],
  ];
  for (const [text, format, message] of cases) {
    const document = await nested(text, format);
    assert.throws(() => checkConfig(document, NESTED), { message });
  }
});

Deno.test("withSetting() reaches into tables in tables", async () => {
  const document = await nested('[telescope]\nname = "X"\n[telescope.psf]\nname = "moffat"\n');
  const set = await withSetting(document, "telescope.psf.fwhm=0.7");
  assert.deepEqual(checkConfig(set, NESTED)["telescope.psf"], { name: "moffat", fwhm: 0.7 });
  assert.deepEqual(checkConfig(document, NESTED)["telescope.psf"], { name: "moffat", fwhm: 0.8 });
  const bad = await withSetting(document, "telescope.psf.fwhm=-1");
  assert.throws(() => checkConfig(bad, NESTED), {
    message: 'Cannot use --set telescope.psf.fwhm=-1: "telescope.psf.fwhm" must be a number above 0, got -1',
  });
});

Deno.test("unusedKeys() names what is accepted without effect, where it was given", async () => {
  assert.deepEqual(unusedKeys(await nested('[logger]\nformat = "%s"\n'), NESTED), [
    '"logger.format" changes nothing: messages have one form',
  ]);
  assert.deepEqual(unusedKeys(await nested("logger: {format: null}\n", "yaml"), NESTED), []);
});

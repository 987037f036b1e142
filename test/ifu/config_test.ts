import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { type IfuConfig, type IfuSettings, ifuSettings, readIfuConfig } from "../../lib/ifu/config.ts";
import { translateRubix } from "../../lib/ifu/rubix_config.ts";
import { inFolder } from "../runner/support.ts";

const settings = async (config: IfuConfig): Promise<IfuSettings> => await ifuSettings(await readIfuConfig(config));

async function refusal(config: IfuConfig): Promise<string> {
  try {
    await settings(config);
  } catch (error) {
    assert.ok(isToolkitError(error, "InputError"), String(error));
    assert.ok(!error.message.includes("\n"));
    return error.message;
  }
  throw new Error("nothing was refused");
}

/** The example of RUBIX's own documentation, as a Python dict of version 0.0.5. */
const RUBIX = {
  pipeline: { name: "calc_ifu" },
  logger: { log_level: "DEBUG", log_file_path: null, format: "%(asctime)s - %(name)s - %(levelname)s - %(message)s" },
  data: {
    name: "IllustrisAPI",
    args: { api_key: "key", particle_type: ["stars"], simulation: "TNG50-1", snapshot: 99, save_data_path: "data" },
    load_galaxy_args: { id: 14, reuse: true },
    subset: { use_subset: true, subset_size: 1000 },
  },
  simulation: { name: "IllustrisTNG", args: { path: "data/galaxy-id-14.hdf5" } },
  output_path: "output",
  telescope: {
    name: "MUSE",
    psf: { name: "gaussian", size: 5, sigma: 0.6 },
    lsf: { sigma: 0.5 },
    noise: { signal_to_noise: 1, noise_distribution: "normal" },
  },
  cosmology: { name: "PLANCK15" },
  galaxy: { dist_z: 0.1, rotation: { type: "edge-on" } },
  ssp: {
    template: { name: "BruzualCharlot2003" },
    dust: {
      extinction_model: "Cardelli89",
      dust_to_gas_ratio: 0.01,
      dust_to_metals_ratio: 0.4,
      dust_grain_density: 3.5,
      Rv: 3.1,
    },
  },
};

Deno.test("a configuration of RUBIX is understood as it is", async () => {
  const { galaxy, subset, rotation, align, dust, withGas, redshift, cosmology, notices, values } = await settings(
    RUBIX,
  );
  assert.deepEqual(galaxy, {
    ...{ kind: "download", apiKey: "key", simulation: "TNG50-1", snapshot: 99, id: 14, reuse: true, folder: "data" },
  });
  assert.deepEqual([subset, rotation, align, dust, withGas, redshift], [
    { count: 1000, seed: 42 },
    { alpha: 90, beta: 0, gamma: 0 },
    ...[true, null, false, 0.1],
  ]);
  assert.deepEqual([cosmology.omegaM, cosmology.omegaLambda, cosmology.h, cosmology.omegaR], [
    0.3075,
    0.6925,
    0.6774,
    0,
  ]);
  assert.deepEqual(values["telescope.psf"].sigma, 0.6);
  assert.deepEqual(notices.map((text) => text.split(":")[0]), [
    '"logger.log_level" changes nothing',
    '"logger.format" changes nothing',
    '"ssp.dust" changes nothing',
  ]);
});

Deno.test("the older layout of RUBIX's configurations is that of the newer one", async () => {
  const { data, simulation: _, output_path, ...rest } = RUBIX;
  const { load_galaxy_args: { id, reuse }, args, name, subset } = data;
  const older = {
    ...rest,
    data: { output_path, save_name: "tng_14", subset, simulation: { name, args: { ...args, galaxy_id: id, reuse } } },
  };
  const [old, now] = [await settings(older), await settings({ ...RUBIX, simulation: {} })];
  assert.equal(old.values.data.save_name, "tng_14");
  assert.deepEqual({ ...old.values, data: null }, { ...now.values, data: null });
  assert.deepEqual(old.galaxy, now.galaxy);
  const document = {
    root: older,
    source: "run.toml",
    text: "",
    folder: "runs",
    settings: { "data.output_path": "--set o" },
  };
  assert.deepEqual(translateRubix(document).settings, { output_path: "--set o" });
  // What the older layout did not have is not moved.
  assert.match(
    await refusal({ data: { simulation: { args: { galaxy: 3 } } } }),
    /^Cannot use the configuration: "data\.simulation" is not known; there are data\.name, data\.path/,
  );
});

Deno.test("TOML, YAML and JSON say the same, and paths start from the file", () =>
  inFolder(async (folder) => {
    const texts = {
      "a.toml":
        'pipeline = "ifu"\n[data]\npath = "g.h5"\n[galaxy]\ndist_z = 0.05\nrotation.alpha = 30\n[telescope.psf]\nfwhm = 1.0\n',
      "b.yaml":
        "pipeline: ifu\ndata: {path: g.h5}\ngalaxy:\n  dist_z: 0.05\n  rotation: {alpha: 30}\ntelescope:\n  psf:\n    fwhm: 1.0\n",
      "c.json":
        '{"pipeline": "ifu", "data": {"path": "g.h5"}, "galaxy": {"dist_z": 0.05, "rotation": {"alpha": 30}}, "telescope": {"psf": {"fwhm": 1}}}',
    };
    const all: IfuSettings[] = [];
    for (const [name, text] of Object.entries(texts)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      all.push({ ...await settings(`${folder}/${name}`), source: "" });
    }
    assert.deepEqual(all[0].galaxy, { kind: "file", path: `${folder}/g.h5`, format: null });
    assert.deepEqual(all[0].rotation, { alpha: 30, beta: 0, gamma: 0 });
    assert.deepEqual(all[1], all[0]);
    assert.deepEqual(all[2], all[0]);
  }));

Deno.test("where the galaxy comes from: made, a file, RUBIX's file, a cutout, a download", () =>
  inFolder(async (folder) => {
    const of = async (config: IfuConfig) => (await settings(config)).galaxy;
    const made = await of({ data: { synthetic: { stars: 100, scale_length: 3 } } });
    assert.ok(made.kind === "synthetic");
    const { stars, seed, scaleLength, bulgeRadius } = made.options;
    assert.deepEqual([stars, seed, scaleLength, bulgeRadius], [100, 1, 3, 0.5]);
    assert.deepEqual(await of({ data: { path: "a.csv", format: "csv" } }), {
      kind: "file",
      path: "a.csv",
      format: "csv",
    });
    const kinds = { ...RUBIX, output_path: folder, simulation: { args: { path: `${folder}/cutout.hdf5` } } };
    assert.equal((await of(kinds)).kind, "download");
    await Deno.writeTextFile(`${folder}/cutout.hdf5`, "");
    assert.deepEqual(await of(kinds), { kind: "file", path: `${folder}/cutout.hdf5`, format: "tng" });
    const nihao = { data: { name: "NihaoHandler" }, simulation: { name: "NIHAO" }, output_path: folder };
    assert.match(
      await refusal(nihao),
      /^Cannot use the configuration: "data\.name" "NihaoHandler" cannot be read here: convert the galaxy with RUBIX/,
    );
    await Deno.writeTextFile(`${folder}/rubix_galaxy.h5`, "");
    for (const config of [kinds, nihao]) {
      assert.deepEqual(await of(config), { kind: "file", path: `${folder}/rubix_galaxy.h5`, format: "rubix" });
    }
    assert.equal((await settings(nihao)).align, false);
  }));

Deno.test("dust follows the name of RUBIX's pipeline, or the extinction model alone", async () => {
  const dust = async (config: IfuConfig) => (await settings(config)).dust;
  const model = { ssp: { dust: { extinction_model: "Gordon23" } } };
  const gordon = await dust({ ssp: { dust: { extinction_model: "Gordon23", Rv: 4, dust_grain_density: 3 } } });
  const dustToGas = { model: "broken power law", xCo: "Z" };
  assert.deepEqual(gordon, { law: "gordon23", rv: 4, grainDensity: 3, dustToGas });
  assert.equal(await dust({}), null);
  assert.equal((await dust({ pipeline: { name: "calc_dusty_ifu" } }))?.law, "cardelli89");
  assert.equal((await dust({ ...model, pipeline: { name: "calc_dusty_ifu" } }))?.law, "gordon23");
  assert.equal(await dust({ ...model, pipeline: { name: "calc_gradient" } }), null);
  const { dust: made, notices } = await settings({
    ssp: { dust: { extinction_model: "Calzetti00", dust_to_gas_model: "metals", dust_to_gas_ratio: 0.02 } },
  });
  assert.deepEqual(made?.dustToGas, { model: "metals", share: 0.4 });
  assert.deepEqual(notices, [
    '"ssp.dust.dust_to_gas_ratio" changes nothing: it is for ssp.dust.dust_to_gas_model = "ratio"',
  ]);
  assert.equal(
    await refusal({ ...model, data: { args: { particle_type: ["stars"] } } }),
    'Cannot use the configuration: "data.args.particle_type" must have gas for dust, got stars',
  );
});

Deno.test("what cannot be done is refused in a line that names the key and the way out", async () => {
  const identity = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  assert.deepEqual((await settings({ galaxy: { rotation: { type: "matrix", matrix: identity } } })).rotation, {
    matrix: identity.flat(),
  });
  const cases: [Record<string, unknown>, string][] = [
    [{ pipeline: "lightcone" }, '"pipeline" must be "ifu" or RUBIX\'s table with a name, got "lightcone"'],
    [
      { pipeline: { name: "calc" } },
      '"pipeline.name" must be "calc_ifu" or "calc_dusty_ifu" or "calc_gradient", got "calc"',
    ],
    [{ telescope: { psf: { fwhm: 0 } } }, '"telescope.psf.fwhm" must be a number above 0, got 0'],
    [{ telescope: { psf: { fwmh: 1 } } }, '"telescope.psf.fwmh" is not known; did you mean "telescope.psf.fwhm"?'],
    [{ ssp: { method: "akima" } }, '"ssp.method" must be "linear" or "cubic", got "akima"'],
    [{ galaxy: { dist_z: 0 } }, '"galaxy.dist_z" must be a number above 0 and at most 20, got 0'],
    [
      { galaxy: { rotation: { type: "matrix" } } },
      '"galaxy.rotation.matrix" is missing; galaxy.rotation.type = "matrix" needs it',
    ],
    [{ galaxy: { rotation: { matrix: [1, 0] } } }, '"galaxy.rotation.matrix" must be three rows of three, got 2'],
    [
      { galaxy: { rotation: { type: "edge-on", alpha: 20 } } },
      '"galaxy.rotation.alpha" must be left out for galaxy.rotation.type = "edge-on"',
    ],
    [
      { cosmology: { name: "CUSTOM", args: { Om0: 0.3 } } },
      '"cosmology.args.h" is missing; cosmology.name = "CUSTOM" needs it',
    ],
    [{ cosmology: { args: { h: 0.7 } } }, '"cosmology.args.h" must be left out for cosmology.name = "PLANCK15"'],
    [
      { cosmology: { name: "CUSTOM", args: { Om0: 0.3, h: 0.7, wa: 2 } } },
      '"cosmology.args.wa" must not make w0 + wa above 0, got 1',
    ],
    [{ data: { name: "file" } }, '"data.path" is missing; it must be a file with particles for data.name = "file"'],
    [{ data: { name: "synthetic", path: "a.h5" } }, '"data.path" must be left out for data.name = "synthetic"'],
    [{ data: { name: "IllustrisAPI" } }, '"data.load_galaxy_args.id" is missing; it must be the number of a subhalo'],
    [{ data: { subset: { use_subset: true } } }, '"data.subset.subset_size" is missing; it must be a whole number'],
    [
      { galaxy: { rotation: { matrix: [[1, 0, 0], [0, 1, 0], [0, 0, -1]] } } },
      '"galaxy.rotation.matrix" must be a rotation: columns of length 1 at right angles to each other, and determinant ' +
      "+1; got determinant -1, a mirror image; change the sign of one row",
    ],
    [
      { data: { args: { particle_type: ["gas"] } } },
      '"data.args.particle_type" must have stars, whose light is seen, got gas',
    ],
    [{ data: { args: { particle_type: ["dm"] } } }, '"data.args.particle_type" must be stars or gas, got "dm"'],
  ];
  for (const [config, message] of cases) {
    assert.equal(await refusal(config), `Cannot use the configuration: ${message}`);
  }
});

Deno.test("a universe of one's own", async () => {
  const { cosmology } = await settings({
    cosmology: { name: "CUSTOM", args: { Om0: 0.25, w0: -0.9, wa: 0.1, h: 0.7 } },
  });
  assert.deepEqual([cosmology.omegaM, cosmology.omegaLambda, cosmology.w0, cosmology.wa, cosmology.h], [
    ...[0.25, 0.75, -0.9, 0.1, 0.7],
  ]);
});

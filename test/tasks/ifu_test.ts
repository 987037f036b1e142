import assert from "node:assert/strict";
import { readCube } from "../../lib/ifu/mod.ts";
import { openHdf5, writeHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { readRubixTemplates } from "../../lib/stellar/mod.ts";
import { inFolder } from "../runner/support.ts";
import { good, run, shown } from "./_reionization.ts";

await ready({ threads: 1 });

/** A galaxy of 2000 stars in 8 x 8 spaxels of 0.5" and 120 pixels of 20 Angstrom. */
const CONFIG = {
  pipeline: "ifu",
  data: { synthetic: { stars: 2000 } },
  galaxy: { dist_z: 0.1, rotation: { alpha: 60 } },
  telescope: {
    ...{ name: "MUSE", fov: 4, spatial_res: 0.5, wave_range: [4800, 7200], wave_res: 20 },
    psf: { fwhm: 0.8 },
    noise: { signal_to_noise: 20 },
  },
  ssp: { dust: { extinction_model: "Cardelli89" } },
  analysis: { filters: ["band.csv"], png_scale: 0.5 },
};

/** Runs `body` in a folder with run.json and a filter. */
function configured(body: (folder: string) => Promise<void>, config: unknown = CONFIG): Promise<void> {
  return inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/run.json`, JSON.stringify(config));
    await Deno.writeTextFile(`${folder}/band.csv`, "Wavelength,Transmission\n5000,0\n5500,1\n6000,0\n");
    await body(folder);
  });
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

Deno.test("precompute, paint and analyse a small cube; nothing is done twice, and threads change no bit", () =>
  configured(async (folder) => {
    const out = `${folder}/out`;
    await good(folder, "precompute", "run.json", "-q");
    assert.deepEqual(Object.keys(await shown(out)), ["templates.h5"]);
    {
      using templates = await readRubixTemplates(`${out}/templates.h5`);
      const { wavelength } = templates;
      // The telescope's wavelengths at rest, 4790/1.1 to 7190/1.1, and what velocities up to 6000 km/s need.
      assert.ok(wavelength[0] < 4354 && wavelength[0] > 4200 && wavelength[wavelength.length - 1] > 6537);
    }
    const { stderr } = await good(folder, "paint", "run.json", "--threads", "1");
    assert.match(stderr, /templates: nothing has changed/);
    assert.match(stderr, /paint: \d+ of \d+ stars have metallicities outside of the templates'/);
    const painted = await shown(out);
    assert.deepEqual(Object.keys(painted).sort(), ["cube.fits", "cube.h5", "maps.h5", "templates.h5"]);
    using cube = await readCube(`${out}/cube.h5`);
    using fits = await readCube(`${out}/cube.fits`);
    assert.deepEqual(cube.flux.shape, [8, 8, 120]);
    assert.deepEqual([fits.flux.data, fits.variance!.data, fits.wavelength], [
      ...[cube.flux.data, cube.variance!.data, cube.wavelength],
    ]);
    assert.ok(cube.flux.data.every((v) => Number.isFinite(v)) && sum(cube.flux.data) > 0);

    {
      using maps = await openHdf5(`${out}/maps.h5`);
      const [velocity, count] = [maps.readArray("light/velocity", { unit: "km/s" }), maps.readNumbers("count")];
      assert.deepEqual(velocity.shape, [8, 8]);
      // A disc that is turned by 60 degrees about x rotates: one side comes, the other goes, by more than 100 km/s.
      const speeds = Array.from(velocity.data as Float64Array).filter(Number.isFinite);
      assert.ok(Math.max(...speeds) > 100 && Math.min(...speeds) < -100);
      assert.ok(count.every((n) => Number.isInteger(n)) && sum(count) > 1000 && sum(count) <= 2000);
    }

    await good(folder, "paint", "run.json", "--threads", "2", "--out", "again", "-q");
    const again = await shown(`${folder}/again`);
    for (const [name, digest] of Object.entries(again)) assert.equal(digest, painted[name], name);

    await good(folder, "analyse", "run.json", "-q");
    const names = Object.keys(await shown(out));
    for (
      const name of [
        "images.h5",
        "spectra.h5",
        "magnitudes.csv",
        "spectrum.csv",
        "report.html",
        "figures/map_light_velocity.svg",
      ]
    ) {
      assert.ok(names.includes(name), `${name} is not among ${names.join(", ")}`);
    }
    using images = await openHdf5(`${out}/images.h5`);
    const white = images.readArray("white", { unit: "1e-20 erg/s/cm2/Angstrom Angstrom" });
    assert.deepEqual(white.shape, [8, 8]);
    assert.ok(Math.abs(sum(white.data) / (20 * sum(cube.flux.data)) - 1) < 1e-6);
    using spectra = await openHdf5(`${out}/spectra.h5`);
    const [numbers, binned] = ["bins/number", "bins/flux"].map((name) => spectra.readArray(name));
    assert.deepEqual(numbers.shape, [8, 8]);
    assert.ok(binned.shape[0] > 1 && binned.shape[1] === 120);
    assert.ok(Math.abs(sum(binned.data) / sum(spectra.readNumbers("total/flux")) - 1) < 1e-6);
    // Filters that ship lie within 4800 to 7200 Angstrom: r and V.
    const magnitudes = (await Deno.readTextFile(`${out}/magnitudes.csv`)).trim().split("\n");
    assert.deepEqual(magnitudes.map((line) => line.split(",")[0]), ["filter", "tophat_r", "tophat_V", "band"]);
    const report = await Deno.readTextFile(`${out}/report.html`);
    assert.match(report, /MUSE: 8 × 8 spaxels of 0\.5″, 120 wavelengths/);
    assert.match((await good(folder, "analyse", "run.json")).stderr, /analyse: nothing has changed/);
  }));

Deno.test("a configuration of RUBIX asks for this pipeline, and what has no meaning is named", () =>
  configured(async (folder) => {
    const { stderr } = await good(folder, "paint", "run.json");
    assert.match(stderr, /"logger\.log_level" changes nothing: messages have one form/);
    assert.match(stderr, /"ssp\.dust" changes nothing: pipeline\.name "calc_ifu" has no dust/);
    using cube = await readCube(`${folder}/out/cube.fits`);
    assert.equal(cube.variance!.data.length, 8 * 8 * 120);
  }, { ...CONFIG, pipeline: { name: "calc_ifu" }, logger: { log_level: "DEBUG" } }));

Deno.test("without noise there are no bins, and the rest is made", () =>
  configured(async (folder) => {
    const settings = ["--set", "analysis.filters=[]", "--set", "analysis.bands=[]"];
    const { stderr } = await good(folder, "analyse", "run.json", ...settings);
    assert.match(stderr, /analyse: there are no Voronoi bins, as the cube has no noise; give telescope\.noise/);
  }, { ...CONFIG, telescope: { ...CONFIG.telescope, noise: {} } }));

/** A galaxy in RUBIX's layout. */
function galaxyFile(path: string, { mass = 1e6, age = 5, place = 1 } = {}): Promise<void> {
  const count = 40;
  const column = (value: number) => new Float64Array(count).fill(value);
  // On a circle, with one star that tests change.
  const coords = Float64Array.from({ length: 3 * count }, (_, i) => {
    const angle = 2 * Math.PI * Math.floor(i / 3) / count;
    return place * [Math.cos(angle), Math.sin(angle), 0][i % 3];
  });
  const [masses, ages] = [column(1e6), column(5)];
  masses[7] = mass;
  ages[7] = age;
  return writeHdf5(path, (file) => {
    file.writeArray("galaxy/center", new Float64Array(3), { unit: "kpc" });
    file.writeArray("galaxy/halfmassrad_stars", Float64Array.of(place), { shape: [], unit: "kpc" });
    file.writeArray("galaxy/redshift", Float64Array.of(0), { shape: [], unit: "" });
    const stars = (name: string, values: Float64Array, unit: string, shape = [count]) =>
      file.writeArray(`particles/stars/${name}`, values, { unit, shape });
    stars("coords", coords, "kpc", [count, 3]);
    stars("velocity", new Float64Array(3 * count), "km/s", [count, 3]);
    stars("mass", masses, "Msun");
    stars("metallicity", column(0.02), "");
    stars("age", ages, "Gyr");
  });
}

Deno.test("what cannot be observed is refused in a line that names file or key, rule, value and way out", () =>
  configured(async (folder) => {
    await galaxyFile(`${folder}/good.h5`);
    await galaxyFile(`${folder}/negative.h5`, { mass: -1 });
    await galaxyFile(`${folder}/nan.h5`, { age: NaN });
    await galaxyFile(`${folder}/far.h5`, { place: 9.5 });
    const templates = (name: string, age: number[], unit = "Gyr") =>
      writeHdf5(`${folder}/${name}`, (file) => {
        file.writeArray("age", Float64Array.from(age), { unit });
        file.writeArray("metallicity", Float64Array.of(0.01, 0.02), { unit: "1" });
        file.writeArray("wavelength", Float64Array.of(3000, 5000, 9000), { unit: "Angstrom" });
        file.writeArray("flux", new Float32Array(2 * age.length * 3).fill(1e-4), { shape: [2, age.length, 3] });
      });
    await templates("falling.h5", [10, 1]);
    await templates("units.h5", [1, 10], "parsec");
    await templates("good_templates.h5", [1, 10]);
    const cases: [string[], RegExp][] = [
      [
        ["telescope.psf.fwhm=0"],
        /^error: Cannot use --set telescope\.psf\.fwhm=0: "telescope\.psf\.fwhm" must be a number above 0, got 0$/,
      ],
      [
        ["telescope.name=MUSSE"],
        /Cannot use run\.json: "telescope\.name" must be one of MUSE, .*, got "MUSSE" \(did you mean "MUSE"\?\)/,
      ],
      [["telescope.fov=4000"], /Cannot run "paint": .*use a smaller telescope\.fov/],
      [["analysis.bands=[1]"], /"analysis\.bands" must be a list of texts, got \[1\]/],
      [["data.name=NihaoHandler"], /"data\.name" "NihaoHandler" cannot be read here: convert the galaxy with RUBIX/],
      [
        ["data.name=IllustrisAPI", "data.load_galaxy_args.id=14"],
        /Cannot download subhalo 14 .*: an API key is needed; get one at/,
      ],
      [
        ["data.name=IllustrisAPI", "data.load_galaxy_args.id=14", "data.args.api_key=k"],
        /Cannot download subhalo 14 .*: the network may not be used .*--allow-net.*, or download the cutout by hand/,
      ],
      [
        ["ssp.template.name=FSPS"],
        /"ssp\.template\.path" is missing: "FSPS" does not ship; give its file, which is fsps\.h5, .*, or name = "synthetic"/,
      ],
      [
        ["ssp.template.path=good_templates.h5", "telescope.wave_range=[9800, 10500]"],
        /"telescope\.wave_range" must lie in what templates cover, and at rest it is 8900\.0 to 9536\.4 Angstrom, not within 3000 to 9000 Angstrom/,
      ],
      [
        ["ssp.template.path=falling.h5"],
        /"falling\.h5": "age" must be positive and ascend, got 1 after 10 at place 1; sort the axis/,
      ],
      [["ssp.template.path=units.h5"], /"units\.h5": "age" must be in one of Gyr, .* says "parsec"; correct it/],
      [["data.path=none.h5"], /none\.h5.*no such file/],
      [
        ["data.path=far.h5"],
        /Cannot use far\.h5: no star lies in the field, .*; check center and units of the coordinates/,
      ],
      [
        ["data.path=negative.h5"],
        /Cannot use negative\.h5: "mass" of stars must be finite numbers of at least 0, star 7 has -1; correct it/,
      ],
      [
        ["data.path=nan.h5"],
        /Cannot use nan\.h5: "age" of stars must be numbers from 0 to 100, in Gyr, star 7 has NaN/,
      ],
      [
        ["data.path=good.h5", "ssp.dust.extinction_model=Cardelli89"],
        /Cannot use good\.h5: "good" must have gas for ssp\.dust\.extinction_model; leave the model out/,
      ],
    ];
    for (const [settings, message] of cases) {
      const args = settings.flatMap((text) => ["--set", text]);
      const { code, stderr, stdout } = await run(folder, "paint", "run.json", ...args, "-q", "--threads", "1");
      assert.match(stderr.trim(), message);
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.ok(!stderr.trim().includes("\n"), stderr);
    }
  }, { pipeline: "ifu", telescope: CONFIG.telescope }));

Deno.test("the name of the pipeline stands for its built-in example, and goes with --preset", () =>
  inFolder(async (folder) => {
    const { stdout } = await good(folder, "paint", "ifu", "--preset", "small");
    assert.match(stdout, /next: deno task analyse ifu --preset small/);
    using cube = await readCube(`${folder}/out/cube.h5`);
    assert.deepEqual(cube.flux.shape, [10, 10, 931]);
    const help = await good(folder, "paint", "--help", "parameters", "ifu");
    assert.match(help.stdout, /\[telescope\.psf\]\n +name +Form of the point spread function/);
  }));

import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { Cube, IfuPipeline, type Observation, TELESCOPE_NAMES } from "../../lib/ifu/mod.ts";
import { openHdf5, writeHdf5 } from "../../lib/io/mod.ts";
import { ready, threadCount } from "../../lib/kernel/mod.ts";
import { writeSyntheticCutout } from "../galaxy/_tng.ts";
import { inFolder } from "../runner/support.ts";
import { difference, reference } from "./_reference.ts";

await ready({ threads: 2 });
const FOLDER = new URL("reference/", import.meta.url).pathname;

/**
 * The galaxy of the reference run, with masses as much larger as RUBIX makes stars brighter: it does not divide L_lambda by the
 * stretch of wavelengths, (1 + z) exp(v/c).
 */
async function stretchedGalaxy(path: string): Promise<void> {
  using from = await openHdf5(`${FOLDER}galaxy.h5`);
  const velocity = reference("main_01_rotated_velocity").data;
  await writeHdf5(path, (file) => {
    for (const [name, unit] of [["center", "kpc"], ["halfmassrad_stars", "kpc"], ["redshift", "1"]]) {
      const { shape } = from.info(`galaxy/${name}`);
      file.writeArray(`galaxy/${name}`, Float64Array.from(from.readNumbers(`galaxy/${name}`)), { shape, unit });
    }
    const units = { coords: "kpc", velocity: "km/s", mass: "Msun", metallicity: "", age: "Gyr" };
    for (const [name, unit] of Object.entries(units)) {
      const dataset = `particles/stars/${name}`;
      const values = Float64Array.from(from.readNumbers(dataset));
      if (name === "mass") values.forEach((m, i) => values[i] = m * 1.05 * Math.exp(velocity[3 * i + 2] / 299792.458));
      file.writeArray(dataset, values, { shape: from.info(dataset).shape, unit });
    }
  });
}

/** The reference run's own configuration, with the files and the telescope that it names given, and its choices where we have others. */
async function referenceConfig(path: string) {
  const config = JSON.parse(await Deno.readTextFile(`${FOLDER}config_main.json`));
  const { psf, lsf } = config.telescope;
  return {
    ...config,
    data: { ...config.data, name: "file", path },
    // 12 x 12 spaxels of 1", 600 pixels of 2.5 Angstrom; no noise, of which only the share of the flux is known.
    telescope: {
      name: "DEV12",
      fov: 12,
      spatial_res: 1,
      wave_range: [4750, 6250],
      wave_res: 2.5,
      lsf_fwhm: 2,
      psf,
      lsf,
    },
    ssp: {
      ...config.ssp,
      template: { name: "TOY", path: `${FOLDER}ssp_toy.h5` },
      ...{ age_axis: "linear", metallicity_axis: "linear", resampling: "linear" },
    },
    output: { unit: "Lsun/Angstrom", dtype: "float64" },
  };
}

Deno.test("IfuPipeline runs a configuration of RUBIX to RUBIX's cube", () =>
  inFolder(async (folder) => {
    await stretchedGalaxy(`${folder}/galaxy.h5`);
    using seen = await new IfuPipeline(await referenceConfig(`${folder}/galaxy.h5`)).run();
    const { shape, data } = reference("main_07_cube_psf_lsf");
    assert.deepEqual([seen.cube.flux.shape, seen.cube.unit], [shape, "Lsun/Angstrom"]);
    assert.deepEqual([seen.counts.stars, seen.cube.variance], [
      reference("main_02_mask").data.reduce((a, b) => a + b),
      undefined,
    ]);
    // Templates in steps of 5 Angstrom, seen at z = 0.05.
    assert.ok(
      seen.notes.some((text) =>
        text.startsWith("templates TOY have a sample each 5.25 Angstrom as observed, and DEV12 resolves 2:")
      ),
      seen.notes.join(),
    );
    // Where RUBIX loses light that comes from outside of the field or of the wavelengths, we do not.
    const inside = (array: ArrayLike<number>) => {
      const rows: number[] = [];
      for (let y = 2; y < 10; y++) {
        for (let x = 2; x < 10; x++) for (let k = 12; k < 588; k++) rows.push(array[(y * 12 + x) * 600 + k]);
      }
      return rows;
    };
    const worst = difference(inside(seen.cube.flux.data), inside(data));
    assert.ok(worst < 1e-9, String(worst));
    const sum = (array: ArrayLike<number>) => Array.from(array).reduce((a, b) => a + b);
    assert.ok(sum(seen.cube.flux.data) > 1.001 * sum(data));
  }));

/** A run that takes a moment, of all steps. */
const SMALL = {
  data: { synthetic: { stars: 3000 } },
  galaxy: { dist_z: 0.1, rotation: { alpha: 60 } },
  telescope: {
    ...{ name: "MUSE", spatial_res: 0.5, wave_range: [5000, 6000], wave_res: 10, aperture_type: "circular" },
    psf: { name: "moffat", fwhm: 0.8, slope: -0.2 },
    noise: { signal_to_noise: 20, seed: 3 },
  },
  ssp: { dust: { extinction_model: "Cardelli89" } },
};

Deno.test("IfuPipeline gives the same bits for any number of threads", async () => {
  const arrays: Float32Array[][] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using seen = await new IfuPipeline(SMALL).run();
    assert.equal(threadCount(), threads);
    arrays.push([seen.cube.flux, seen.cube.variance!].map(({ data }) => data.slice() as Float32Array));
  }
  await ready({ threads: 2 });
  assert.deepEqual(arrays[1], arrays[0]);
  assert.deepEqual(arrays[2], arrays[0]);
});

/** Light in a cube. */
const light = ({ cube: { flux } }: Observation): number => (flux.data as Float32Array).reduce((sum, v) => sum + v, 0);

Deno.test("a cube has its unit, aperture, noise and distances as the configuration says", async () => {
  using seen = await new IfuPipeline(SMALL).run();
  const { cube, instrument, notes, header } = seen;
  assert.deepEqual([cube.unit, cube.flux.shape, cube.flux.dtype], [
    "1e-20 erg/s/cm2/Angstrom",
    [10, 10, 100],
    "float32",
  ]);
  // Planck 2015 at z = 0.1: 1.90476 kpc for 1" and 475.39 Mpc.
  assert.ok(Math.abs(instrument.kpcPerArcsec - 1.90476) < 1e-5 && Math.abs(instrument.distanceMpc - 475.39) < 1e-2);
  // Spaxel (0, 0) lies outside of the circle.
  assert.deepEqual([cube.aperture[0], cube.aperture[5 * 10 + 5]], [0, 1]);
  assert.ok(
    cube.flux.data.slice(0, 100).every((v) => v === 0) && cube.variance!.data.slice(0, 100).every((v) => v === 0),
  );
  // The median of signal over noise of spaxels with light is 20, as far as their fluxes are the same at all wavelengths.
  const ratios = Array.from(cube.aperture, (inside, i) => {
    const at = i * 100 + 50;
    return inside ? cube.flux.data[at] / Math.sqrt(cube.variance!.data[at]) : NaN;
  }).filter((ratio) => ratio > 0).sort((a, b) => a - b);
  assert.ok(Math.abs(ratios[ratios.length >> 1] / 20 - 1) < 0.1, String(ratios[ratios.length >> 1]));
  assert.match(notes.join("; "), /^\d+ of \d+ stars have ages outside of the templates' 0\.01 to 17\.8 Gyr/);
  assert.deepEqual([(header.INSTR as { value: unknown }).value, seen.medium], ["MUSE", "air"]);

  const { noise: _, ...quiet } = SMALL.telescope;
  using plain = await new IfuPipeline({ ...SMALL, telescope: quiet, output: { unit: "Lsun/Angstrom" } }).run();
  using clear = await new IfuPipeline({ ...SMALL, telescope: quiet, ssp: {}, output: { unit: "Lsun/Angstrom" } }).run();
  // Dust takes light away; fluxes are luminosities over 4 pi D^2, 3.828e33/(4 pi (475.39 3.08568e24)^2)/1e-20.
  assert.ok(light(plain) < 0.99 * light(clear) && light(plain) > 0.2 * light(clear), `${light(plain)} ${light(clear)}`);
  assert.ok(Math.abs(light(seen) / light(plain) / 1.41566e-2 - 1) < 1e-2, String(light(seen) / light(plain)));
});

Deno.test("gradient() of a loss without noise: as light is linear in mass, sum m dL/dm = 2 (F - T) F", async () => {
  const { noise: _, ...quiet } = SMALL.telescope;
  const pipeline = new IfuPipeline({ ...SMALL, telescope: quiet, output: { dtype: "float64" } });
  using seen = await pipeline.run();
  const { flux, aperture, wavelength, wavelengthStep, spaxelSize, unit } = seen.cube;
  const goal = Float64Array.from(flux.data, (v, i) => v * (1 + 0.5 * Math.sin(i)));
  const variance = Float64Array.from(flux.data, (_, i) => 1 + (i % 7));
  const array = (data: Float64Array) => fromData(data, flux.shape, "float64");
  const axes = { wavelength, wavelengthStep, spaxelSize, unit, aperture };
  using target = new Cube({ flux: array(goal), variance: array(variance), ...axes });
  const { loss, gradient } = await pipeline.gradient(target);
  let [square, expected] = [0, 0];
  flux.data.forEach((v, i) => {
    square += (v - goal[i]) ** 2 / variance[i];
    expected += 2 * (v - goal[i]) * v / variance[i];
  });
  assert.ok(Math.abs(loss / square - 1) < 1e-12);
  // 5e10 M_sun in 3000 stars.
  const sum = gradient.mass.reduce((a, b) => a + b) * 5e10 / 3000;
  // Templates are made in float64 for such cubes.
  assert.ok(Math.abs(sum / expected - 1) < 1e-9, `${sum} ${expected}`);
  assert.deepEqual([gradient.age, gradient.metallicity, gradient.velocity].map((column) => column.length), [
    3000,
    3000,
    3000,
  ]);
  using other = new Cube({ flux: array(goal), ...axes, unit: "Lsun/Angstrom" });
  await assert.rejects(pipeline.gradient(other), {
    message: "Cannot compare cubes: the target must be in 1e-20 erg/s/cm2/Angstrom, got Lsun/Angstrom; set output.unit",
  });
});

Deno.test("a subset has fewer stars, and less light", async () => {
  const of = async (path: string, more = {}) => {
    const config = { data: { path: `${FOLDER}${path}`, ...more }, telescope: { name: "TESTGRADIENT" } };
    using seen = await new IfuPipeline(config).run();
    return [seen.counts.painted, light(seen)];
  };
  const [painted, all] = await of("galaxy_tilted.h5");
  const [fewer, some] = await of("galaxy_tilted.h5", { subset: { use_subset: true, subset_size: 100 } });
  assert.ok(fewer < painted / 2 && some < all / 2);
});

Deno.test("what does not fit into memory is refused before anything is painted", async () => {
  await assert.rejects(new IfuPipeline({ telescope: { name: "MUSE_ultraWFM" } }).run(), (error: unknown) => {
    assert.ok(isToolkitError(error, "MemoryError"));
    assert.match(
      error.message,
      /^Cannot paint 900 x 900 spaxels of 3721 wavelengths of MUSE_ultraWFM: with margins they take/,
    );
    assert.match(error.message, /2\d\.\d GiB, and \d\.\d GiB are left for arrays; use a smaller telescope\.fov/);
    return true;
  });
});

Deno.test("custom telescopes, kinds of noise, and what they need", async () => {
  const of = async (telescope: Record<string, unknown>, more = {}) => {
    using seen = await new IfuPipeline({ ...SMALL, telescope, ...more }).run();
    return seen.cube.flux.shape;
  };
  const numbers = { fov: 4, spatial_res: 1, wave_range: [5000, 5100], wave_res: 10 };
  assert.deepEqual(await of({ name: "mine", ...numbers, lsf_fwhm: 3 }), [4, 4, 10]);
  assert.deepEqual(await of({ name: "mine", base: "SAMI", wave_range: [5000, 5104] }), [30, 30, 100]);
  const detector = { exposure_time: 600, exposures: 3, sky_brightness: 20.7, read_noise: 3 };
  for (const noise of [{ magnitude_limit: 22 }, { detector }]) {
    assert.deepEqual(await of({ name: "MUSE", ...numbers, noise }), [4, 4, 10]);
  }
  const names = TELESCOPE_NAMES.join(", ");
  const refusals: [Record<string, unknown>, string][] = [
    [{ name: "MUSSE" }, `"telescope.name" must be one of ${names}, got "MUSSE" (did you mean "MUSE"?)`],
    [{ name: "mine", base: "Keck" }, `"telescope.base" must be one of ${names}, got "Keck"`],
    [
      { name: "spectrograph", fov: 4, spatial_res: 1 },
      `"telescope.name" must be one of ${names}, got "spectrograph"; for one of your own, give telescope.base, or ` +
      "telescope.wave_range, telescope.wave_res, telescope.lsf_fwhm too",
    ],
    [
      { wave_range: [500, 2000], lsf_fwhm: 0.1 },
      '"telescope.wave_range" must lie in what templates cover, and at rest it is 454.0 to 1817.6 Angstrom, not from ' +
      "900 Angstrom on; narrow it, or give other templates",
    ],
    [{ wave_range: [6000, 5000] }, '"telescope.wave_range" must end above where it begins, got 6000 to 5000'],
    [{ fov: 0.1 }, '"telescope.fov" must be at least one spaxel, got a field of 0.1" with spaxels of 0.2"'],
    [
      { psf: { size: 4, sigma: 1 } },
      '"telescope.psf.size" must be odd, as an even one moves the image by half a pixel, got 4',
    ],
    [{ psf: { sigma: 1, fwhm: 1 } }, '"telescope.psf.fwhm" must be left out where telescope.psf.sigma is given'],
    [
      { psf: { name: "moffat", sigma: 1 } },
      '"telescope.psf.sigma" must be fwhm for telescope.psf.name = "moffat"',
    ],
    [{ lsf: { sigma: 1, fwhm: 1 } }, '"telescope.lsf.fwhm" must be left out where telescope.lsf.sigma is given'],
    [
      { noise: { signal_to_noise: 1, magnitude_limit: 22 } },
      '"telescope.noise.magnitude_limit" must be left out where telescope.noise.signal_to_noise is given',
    ],
  ];
  for (const [telescope, message] of refusals) {
    await assert.rejects(of(telescope), { name: "InputError", message: `Cannot use the configuration: ${message}` });
  }
  await assert.rejects(of({ ...numbers, noise: { magnitude_limit: 22 } }, { output: { unit: "Lsun/Angstrom" } }), {
    message:
      'Cannot use the configuration: "telescope.noise.magnitude_limit" needs fluxes, got output.unit = "Lsun/Angstrom"',
  });
});

Deno.test("particles of a text file, with columns by name", () =>
  inFolder(async (folder) => {
    const rows = Array.from({ length: 50 }, (_, i) => {
      const angle = 2 * Math.PI * i / 50;
      return [Math.cos(angle), Math.sin(angle), 0, -100 * Math.sin(angle), 100 * Math.cos(angle), 0, 1e6, 0.02, 5].join(
        ",",
      );
    });
    await Deno.writeTextFile(`${folder}/stars.csv`, ["x,y,z,vx,vy,vz,formed,metallicity,age", ...rows].join("\n"));
    const config = {
      data: { path: `${folder}/stars.csv`, center: [0, 0, 0], stars: { mass: "formed" } },
      galaxy: { dist_z: 0.05, rotation: { type: "edge-on" } },
      telescope: {
        name: "MUSE",
        fov: 4,
        spatial_res: 1,
        wave_range: [5200, 5400],
        wave_res: 10,
        psf: { name: "none" },
      },
      output: { unit: "Lsun/Angstrom" },
    };
    using seen = await new IfuPipeline(config).run();
    assert.deepEqual([seen.counts.stars, seen.cube.flux.shape], [50, [4, 4, 20]]);
    // Seen from the side, light lies in the two rows of spaxels in the middle.
    const sums = [0, 1, 2, 3].map((y) =>
      (seen.cube.flux.data as Float32Array).slice(y * 80, (y + 1) * 80).reduce((a, b) => a + b)
    );
    assert.ok(sums[0] === 0 && sums[3] === 0 && sums[1] + sums[2] > 0, sums.join());
  }));

Deno.test("stars that all lie outside of the aperture are refused", () =>
  inFolder(async (folder) => {
    const path = `${folder}/corners.csv`;
    const rows = [6, -6].map((x) => `${x},${x},0,0,0,0,1e8,0.01,5`);
    await Deno.writeTextFile(path, ["x,y,z,vx,vy,vz,mass,metallicity,age", ...rows].join("\n"));
    const of = async (aperture_type: string) => {
      const telescope = { name: "MUSE", fov: 7, wave_res: 100, aperture_type, psf: { name: "none" } };
      const data = { path, center: [0, 0, 0], half_mass_radius: 1 };
      using seen = await new IfuPipeline({ data, galaxy: { align: false }, telescope }).run();
      return seen.counts.stars;
    };
    assert.equal(await of("square"), 2);
    await assert.rejects(of("circular"), {
      name: "InputError",
      message:
        `Cannot use ${path}: no light falls into the circular aperture of MUSE, though its field around it has 2 ` +
        "stars; check center, units of the coordinates and masses, or take a telescope with a wider field",
    });
  }));

Deno.test("metallicities and ages in other units are refused", () =>
  inFolder(async (folder) => {
    const path = `${folder}/stars.csv`;
    const of = async (metallicity: number, age: number) => {
      await Deno.writeTextFile(path, `x,y,z,vx,vy,vz,mass,metallicity,age\n0,0,0,0,0,0,1,${metallicity},${age}\n`);
      const data = { path, center: [0, 0, 0], half_mass_radius: 1 };
      using seen = await new IfuPipeline({ data, galaxy: { align: false }, telescope: { name: "TESTGRADIENT" } }).run();
      return seen.counts.painted;
    };
    assert.equal(await of(0.02, 5), 1);
    const refused = (rule: string) => ({
      name: "InputError",
      message: `Cannot use ${path}: ${rule}; correct it, or leave the star out`,
    });
    await assert.rejects(
      of(1.5, 5),
      refused('"metallicity" of stars must be numbers from 0 to 1, shares of the mass, star 0 has 1.5'),
    );
    await assert.rejects(
      of(0.02, 5e9),
      refused('"age" of stars must be numbers from 0 to 100, in Gyr, star 0 has 5000000000'),
    );
  }));

Deno.test("data.center goes before the center of a RUBIX file, also where its layout is named", async () => {
  const data = { path: `${FOLDER}galaxy.h5`, format: "rubix", center: [1e6, 0, 0] };
  await assert.rejects(new IfuPipeline({ data, telescope: { name: "TESTGRADIENT" } }).run(), {
    name: "InputError",
    message: /galaxy\.h5: the center must lie among its stars, .*got x = 1000000; check units and frame of the center/,
  });
});

Deno.test("a cutout of IllustrisTNG, by RUBIX's keys and with dust", () =>
  inFolder(async (folder) => {
    await writeSyntheticCutout(`${folder}/galaxy-id-14.hdf5`, { redshift: 0.1 });
    const config = {
      pipeline: { name: "calc_dusty_ifu" },
      data: { name: "IllustrisAPI", args: { api_key: "none" }, load_galaxy_args: { id: 14, reuse: true } },
      simulation: { name: "IllustrisTNG", args: { path: `${folder}/galaxy-id-14.hdf5` } },
      output_path: `${folder}/output`,
      telescope: { ...SMALL.telescope, psf: { name: "gaussian", size: 5, sigma: 0.6 }, lsf: { sigma: 0.5 } },
      galaxy: { dist_z: 0.1, rotation: { type: "edge-on" } },
      ssp: { template: { name: "synthetic" }, dust: { extinction_model: "Gordon23", Rv: 3.1 } },
    };
    using dusty = await new IfuPipeline(config).run();
    using clear = await new IfuPipeline({ ...config, pipeline: { name: "calc_ifu" } }).run();
    // 800 stars, the rest is wind, of 20 kpc standard deviation, in a field of 9.5 kpc: 3.5 %.
    assert.ok(dusty.counts.stars > 12 && dusty.counts.stars < 45, JSON.stringify(dusty.counts));
    assert.ok(light(dusty) < light(clear) && light(dusty) > 0);
    assert.ok(clear.notes.some((text) => text === '"ssp.dust" changes nothing: pipeline.name "calc_ifu" has no dust'));
  }));

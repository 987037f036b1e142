import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { populationSpectrum, SpectrumModel, type SpectrumOptions, starSpectra } from "../../lib/ifu/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { TemplateGrid } from "../../lib/stellar/mod.ts";
import { difference, LIGHT, squareTelescope, toyTemplates, uniform } from "./_reference.ts";

const parameters = {
  mass: Float64Array.of(3, 0.5, 2, 1),
  metallicity: Float64Array.of(0.0031, 0.017, 0.0009, 0.041),
  age: Float64Array.of(0.05, 4.3, 9.1, 11.7),
  velocity: Float64Array.of(250, -310, 0, 1200),
};
const CHOICES: Required<Pick<SpectrumOptions, "method" | "ageAxis" | "metallicityAxis" | "resampling" | "doppler">>[] =
  [
    { method: "linear", ageAxis: "log", metallicityAxis: "log", resampling: "conserve", doppler: "exponential" },
    { method: "cubic", ageAxis: "log", metallicityAxis: "linear", resampling: "conserve", doppler: "relativistic" },
    { method: "cubic", ageAxis: "linear", metallicityAxis: "log", resampling: "linear", doppler: "classical" },
    { method: "linear", ageAxis: "linear", metallicityAxis: "linear", resampling: "linear", doppler: "exponential" },
  ];

/** Observed wavelength over that at rest. */
function factor(velocity: number, redshift: number, doppler: string): number {
  const b = velocity / LIGHT;
  return (1 + redshift) *
    (doppler === "classical" ? 1 + b : doppler === "exponential" ? Math.exp(b) : Math.sqrt((1 + b) / (1 - b)));
}

/** Integral up to x of the line through points, constant beyond its ends. */
function integral(x: number, at: Float64Array, value: ArrayLike<number>): number {
  let sum = value[0] * Math.min(x - at[0], 0);
  for (let j = 1; j < at.length && at[j - 1] < x; j++) {
    const end = Math.min(x, at[j]);
    const slope = (value[j] - value[j - 1]) / (at[j] - at[j - 1]);
    sum += (end - at[j - 1]) * (value[j - 1] + slope * (end - at[j - 1]) / 2);
  }
  const last = at.length - 1;
  return sum + value[last] * Math.max(x - at[last], 0);
}

Deno.test("starSpectra() are exact means over pixels of a line through samples", async () => {
  using templates = await toyTemplates();
  using rest = populationSpectrum(templates, parameters);
  const n = templates.wavelength.length;
  // Broad, narrow and odd pixels, at the ends of the templates and beyond.
  for (
    const [from, step, pixels, wavelengthMargin] of [[4000, 1.25, 700, 0], [3700, 37.3, 150, 11], [9500, 0.2, 130, 40]]
  ) {
    const telescope = squareTelescope(1, 1, from, step, pixels);
    for (const doppler of ["exponential", "relativistic", "classical"] as const) {
      const options = { templates, telescope, redshift: 0.05, wavelengthMargin, doppler };
      const { spectra } = starSpectra(parameters, options);
      const row = pixels + 2 * wavelengthMargin;
      assert.deepEqual([...spectra.shape], [4, row]);
      for (let i = 0; i < 4; i++) {
        const f = factor(parameters.velocity[i], 0.05, doppler);
        const samples = rest.data.subarray(i * n, (i + 1) * n);
        const upTo = (x: number) => integral(x / f, templates.wavelength, samples);
        const expected = Float64Array.from({ length: row }, (_, k) => {
          const edge = from + (k - wavelengthMargin - 0.5) * step;
          return parameters.mass[i] * (upTo(edge + step) - upTo(edge)) / step;
        });
        const off = difference(spectra.data.subarray(i * row, (i + 1) * row), expected);
        // Differences of integrals over 6000 A by pixels of 0.2 A.
        assert.ok(off < 1e-10, `${from}, ${doppler}, ${i}: ${off}`);
      }
      spectra.dispose();
    }
  }
});

Deno.test("starSpectra() conserve the luminosity", async () => {
  using templates = await toyTemplates("float64");
  using rest = populationSpectrum(templates, parameters);
  const { wavelength } = templates;
  // Samples at the ends are dark, so that all of the light lies in the window.
  const n = wavelength.length;
  const dark = templates.flux.data as Float64Array;
  for (let row = 0; row < dark.length; row += n) dark[row] = dark[row + n - 1] = 0;
  for (const step of [0.7, 1.25, 11]) {
    const telescope = squareTelescope(1, 1, 3700, step, Math.ceil(6900 / step));
    const { redshift, wavelengthMargin } = { redshift: 0.05, wavelengthMargin: Math.ceil(400 / step) };
    // The telescope's own window must be covered.
    const inner = { ...telescope, wavelength: telescope.wavelength.filter((w) => w < 10400) };
    const { spectra } = starSpectra(parameters, { templates, telescope: inner, redshift, wavelengthMargin });
    const row = spectra.shape[1];
    for (let i = 0; i < 4; i++) {
      const light = spectra.data.subarray(i * row, (i + 1) * row).reduce((sum, v) => sum + v, 0) * step;
      let expected = 0;
      for (let j = 1; j < n; j++) {
        const [a, b] = [j - 1, j].map((k) => k === 0 || k === n - 1 ? 0 : rest.data[i * n + k]);
        expected += parameters.mass[i] * (a + b) / 2 * (wavelength[j] - wavelength[j - 1]);
      }
      assert.ok(Math.abs(light / expected - 1) < 1e-12, `${step}, ${i}: ${light / expected - 1}`);
    }
    spectra.dispose();
  }
});

Deno.test("derivatives of SpectrumModel are those of differences", async () => {
  using templates = await toyTemplates("float64");
  const telescope = squareTelescope(1, 1, 4700.15, 10, 300);
  for (const choice of CHOICES) {
    using model = new SpectrumModel({ ...choice, templates, telescope, redshift: 0.1, wavelengthMargin: 3 });
    const n = model.pixels;
    const { spectra, derivatives } = model.evaluate(parameters, { derivatives: true });
    const [by, value] = [derivatives!.data.slice(), spectra.data.slice()];
    assert.deepEqual(model.evaluate(parameters).spectra.data, value);
    for (const [k, column] of (["mass", "metallicity", "age", "velocity"] as const).entries()) {
      // Relative steps; kinks and samples that enter the window change by steps of velocity: a small one.
      const steps = parameters[column].map((v) => column === "velocity" ? 1e-4 : 1e-5 * v);
      const shifted = (sign: number) =>
        model.evaluate({ ...parameters, [column]: parameters[column].map((v, i) => v + sign * steps[i]) }).spectra.data
          .slice();
      const [up, down] = [shifted(1), shifted(-1)];
      for (let i = 0; i < 4; i++) {
        const numeric = up.subarray(i * n, (i + 1) * n).map((v, j) => (v - down[i * n + j]) / (2 * steps[i]));
        const off = difference(by.subarray((4 * i + k) * n, (4 * i + k + 1) * n), numeric);
        // Rounding of differences by steps of 3e-10 in wavelength; second order in the others.
        assert.ok(off < (column === "velocity" ? 1e-5 : 1e-6), `${JSON.stringify(choice)} ${column} ${i}: ${off}`);
      }
    }
  }
});

Deno.test("spectra beyond the grid are those of its edge, without derivatives", async () => {
  using templates = await toyTemplates();
  using model = new SpectrumModel({
    templates,
    telescope: squareTelescope(1, 1, 5000, 2, 50),
    redshift: 0,
    method: "cubic",
  });
  const at = (metallicity: number, age: number) => {
    const one = (v: number) => Float64Array.of(v);
    const stars = { mass: one(1), metallicity: one(metallicity), age: one(age), velocity: one(0) };
    const { spectra, derivatives } = model.evaluate(stars, { derivatives: true });
    return [spectra.data.slice(), derivatives!.data.slice(50, 150)];
  };
  const { metallicity, age } = templates;
  const [[low], [high]] = [at(metallicity[0], age[0]), at(metallicity.at(-1)!, age.at(-1)!)];
  for (const [edge, z, a] of [[low, 0, 0], [low, 1e-6, 1e-4], [high, 0.5, 100]] as const) {
    const [spectrum, by] = at(z, a);
    assert.deepEqual(spectrum, edge);
    assert.ok(by.every((v) => v === 0));
  }
});

Deno.test("a grid with one metallicity and one age serves for all", async () => {
  await ready();
  const flux = fromData([1, 2, 3], [1, 1, 3], "float32");
  const axis = {
    metallicity: Float64Array.of(0.02),
    age: Float64Array.of(1),
    wavelength: Float64Array.of(4000, 5000, 6000),
  };
  using templates = new TemplateGrid({ name: "one", ...axis, flux });
  for (const method of ["linear", "cubic"] as const) {
    const population = { metallicity: Float64Array.of(0.02, 0.1), age: Float64Array.of(1, 0.3) };
    using spectra = populationSpectrum(templates, population, { method });
    assert.deepEqual([...spectra.data], [1, 2, 3, 1, 2, 3]);
  }
});

Deno.test("starSpectra() has the same bits for any number of threads", async () => {
  using templates = await toyTemplates();
  const count = 100;
  const random = (seed: number, least: number, most: number) =>
    uniform(count, seed).map((u) => least + u * (most - least));
  const stars = {
    ...{
      mass: random(1, 0, 10),
      metallicity: random(2, 0, 0.06),
      age: random(3, 0, 14),
      velocity: random(4, -400, 400),
    },
  };
  const options = { templates, telescope: squareTelescope(1, 1, 5000, 1.25, 333), redshift: 0.1, derivatives: true };
  const runs = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const { spectra, derivatives } = starSpectra(stars, options);
    runs.push([spectra.data.slice(), derivatives!.data.slice()]);
    spectra.dispose();
    derivatives!.dispose();
  }
  assert.deepEqual(runs[1], runs[0]);
  assert.deepEqual(runs[2], runs[0]);
});

Deno.test("starSpectra() refuses what it cannot use", async () => {
  using templates = await toyTemplates();
  const telescope = squareTelescope(1, 1, 5000, 2, 50);
  const parts = { templates, telescope, redshift: 0 };
  const make = (change: object, other: object = {}) => () =>
    starSpectra({ ...parameters, ...change }, { ...parts, ...other });
  const four = (v: number) => Float64Array.of(1, v, 1, 1);
  for (
    const [run, message] of [
      [make({ age: four(NaN) }), /"age\[1\]".*NaN/],
      [make({ metallicity: four(-0.1) }), /"metallicity\[1\]".*-0.1/],
      [make({ mass: four(Infinity) }), /"mass\[1\]".*Infinity/],
      [make({ velocity: four(3e5) }), /"velocity\[1\]".*300000/],
      [make({}, { redshift: -1 }), /"redshift".*above -1/],
      [
        make({}, { redshift: 2 }),
        /cover 3500.0 to 10000.0 Angstrom at rest, but test at redshift 2 needs 1666.3 to 1699.7/,
      ],
      [make({}, { wavelengthMargin: 0.5 }), /"wavelengthMargin"/],
      [make({}, { doppler: "none" }), /"doppler".*"exponential"/],
      [make({}, { resampling: "none" }), /"resampling".*"conserve"/],
      [make({}, { method: "none" }), /"method".*"cubic"/],
    ] as const
  ) {
    assert.throws(run, { code: "DomainError", message });
  }
  assert.throws(make({ age: new Float64Array(3) }), { code: "ShapeError", message: /"age" needs 4 numbers/ });
});

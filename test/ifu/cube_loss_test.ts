import assert from "node:assert/strict";
import { zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import {
  Cube,
  type CubeArray,
  CubeLoss,
  type CubeLossParts,
  fitSpectrum,
  lineSpread,
  ObservedSpectra,
  pointSpread,
  QUANTITIES,
  type StarParameters,
  telescope,
} from "../../lib/ifu/mod.ts";
import { bounded, checkGradient, lbfgs, type Vector } from "../../lib/inference/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { randomKey, randomNormal, randomUniform } from "../../lib/rng/mod.ts";
import { syntheticTemplates, type TemplateGrid } from "../../lib/stellar/mod.ts";
import { difference, squareTelescope, stage, tableOf, toyTemplates, unturned } from "./_reference.ts";

const SIDE = 4;
const muse = telescope({
  ...{ base: "MUSE", fieldOfView: SIDE, spaxelSize: 1, wavelengthRange: [4800, 5500], wavelengthStep: 5, lsfFwhm: 10 },
});
const PIXELS = muse.wavelength.length;

function cubeOf(flux: CubeArray, variance?: CubeArray, aperture?: Uint8Array): Cube {
  return new Cube({
    ...{ flux, variance, aperture, wavelength: muse.wavelength, wavelengthStep: 5, spaxelSize: 1 },
    unit: "Lsun/Angstrom",
  });
}
/** One star in each spaxel. */
function stars(quantities: StarParameters) {
  const n = SIDE * SIDE;
  const coords = Float64Array.from({ length: 3 * n }, (_, k) => {
    const i = Math.floor(k / 3);
    return [i % SIDE, Math.floor(i / SIDE), SIDE / 2][k % 3] + 0.5 - SIDE / 2;
  });
  const velocity = Float64Array.from(
    { length: 3 * n },
    (_, k) => k % 3 === 2 ? quantities.velocity[Math.floor(k / 3)] : 0,
  );
  return tableOf({ ...quantities, coords, velocity });
}
const u = randomUniform(4 * SIDE * SIDE, { key: 4 });
const column = (k: number, of: (u: number) => number) =>
  Float64Array.from({ length: SIDE * SIDE }, (_, i) => of(u[4 * i + k]));
const TRUTH: StarParameters = {
  mass: column(0, (u) => 1e6 * (1 + 4 * u)),
  metallicity: column(1, (u) => 10 ** (-3 + 1.4 * u)),
  age: column(2, (u) => 10 ** (-0.5 + 1.5 * u)),
  velocity: column(3, (u) => 400 * u - 200),
};
const START: StarParameters = {
  ...TRUTH,
  mass: column(0, () => 2e6),
  age: column(2, () => 3),
  velocity: column(3, () => 0),
};
const optics = {
  psf: pointSpread({ kind: "moffat", fwhm: 1.5, slope: -0.2, radius: 3 }, muse),
  lsf: lineSpread({}, muse),
};
const partsOf = (templates: TemplateGrid, quantities: StarParameters, target: Cube): CubeLossParts => ({
  ...{ templates, telescope: muse, redshift: 0.05, kpcPerArcsec: 1, method: "cubic", frame: unturned },
  ...{ stars: stars(quantities), target, ...optics },
});
const grid = (dtype: "float32" | "float64" = "float32") =>
  syntheticTemplates({ wavelength: { from: 4400, to: 5500, step: 4 }, dtype });
/** The cube of the truth. */
function seen(templates: TemplateGrid): CubeArray {
  using none = zeros([SIDE, SIDE, PIXELS], "float64");
  none.data.fill(1);
  const loss = new CubeLoss(partsOf(templates, TRUTH, cubeOf(none)));
  using x = loss.start();
  return loss.model(x);
}
const refuses = (run: () => unknown, pattern: RegExp) =>
  assert.throws(run, (error) => isToolkitError(error) && pattern.test(error.message));

Deno.test("CubeLoss of one star, and its gradient, are those of RUBIX", async () => {
  using templates = await toyTemplates();
  const table = stage("gradient_table_Z_age_loss_dZ_dage");
  const target = stage("gradient_target_spectrum");
  const [rows, pixels] = [table.length / 5, target.length];
  const one = squareTelescope(1, 2, 4700.15, 10, pixels);
  using flux = zeros([1, 1, pixels], "float64");
  flux.data.set(target);
  const out = [0, 1, 2].map(() => new Float64Array(rows));
  const expected = [2, 3, 4].map((k) => Float64Array.from({ length: rows }, (_, i) => table[5 * i + k]));
  for (let i = 0; i < rows; i++) {
    const [metallicity, age] = table.subarray(5 * i, 5 * i + 2);
    const star = { mass: [1.1], metallicity: [metallicity], age: [age], coords: [0, 0, 0], velocity: [0, 0, 0] };
    const columns = Object.fromEntries(Object.entries(star).map(([name, v]) => [name, Float64Array.from(v)]));
    const loss = new CubeLoss({
      ...{ templates, telescope: one, redshift: 0.1, kpcPerArcsec: 1, frame: unturned, stars: tableOf(columns) },
      ...{ method: "cubic", metallicityAxis: "linear", ageAxis: "linear", resampling: "linear" },
      // Their light is too much by 1 + z, and theirs that leaves the field is lost.
      psf: pointSpread({ size: 5, sigma: 0.6 }, one),
      lsf: lineSpread({ sigma: 1.2 }, one),
      target: new Cube({ flux, wavelength: one.wavelength, wavelengthStep: 10, spaxelSize: 2, unit: "Lsun/Angstrom" }),
      free: ["metallicity", "age"],
    });
    using x = loss.start();
    using gradient = zeros([2], "float64");
    // From half of the sum over that of the target, by logarithms.
    const scale = 2 * target.reduce((sum, v) => sum + v * v, 0);
    out[0][i] = scale * loss.objective(x, gradient);
    out[1][i] = scale * gradient.data[0] / metallicity;
    out[2][i] = scale * gradient.data[1] / age;
  }
  out.forEach((values, k) =>
    assert.ok(difference(values, expected[k]) < 1e-9, `${k}: ${difference(values, expected[k])}`)
  );
});

Deno.test("CubeLoss has the gradient of its value, through both spread functions", () => {
  using templates = grid("float64");
  using flux = seen(templates);
  using variance = zeros(flux.shape, "float64");
  for (let i = 0; i < flux.size; i++) variance.data[i] = (0.02 * flux.data[i]) ** 2;
  const aperture = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => i === 0 ? 0 : 1);
  const mask = Uint8Array.from({ length: PIXELS }, (_, i) => i % 10 === 3 ? 0 : 1);
  for (const target of [cubeOf(flux, variance, aperture), cubeOf(flux)]) {
    for (const free of [QUANTITIES, ["mass", "velocity"] as const]) {
      const loss = new CubeLoss({ ...partsOf(templates, START, target), free, mask });
      assert.equal(loss.count, SIDE * SIDE * free.length);
      using x = loss.start();
      const before = memoryUse().allocated;
      const { error } = checkGradient(loss.objective, x, { step: 1e-3, most: 24 });
      assert.ok(error < 1e-7, `${free}: ${error}`);
      assert.equal(memoryUse().allocated, before);
    }
  }
  const loss = new CubeLoss(partsOf(templates, TRUTH, cubeOf(flux)));
  using x = loss.start();
  using gradient = zeros([loss.count], "float64");
  assert.ok(loss.objective(x, gradient) < 1e-25);
  const found = loss.stars(x);
  for (const q of QUANTITIES) assert.ok(difference(found[q], TRUTH[q]) < 1e-12, q);
});

Deno.test("values, gradients and fits have the same bits for any number of threads", async () => {
  using templates = grid();
  using flux = seen(templates);
  const loss = new CubeLoss(partsOf(templates, START, cubeOf(flux)));
  using model = new ObservedSpectra({ templates, telescope: muse, redshift: 0.05, lsf: optics.lsf });
  const run = () => {
    using x = loss.start();
    using gradient = zeros([loss.count], "float64");
    const value = loss.objective(x, gradient);
    const fit = fitSpectrum(flux.data.slice(0, PIXELS), { model });
    return [value, ...gradient.data, ...QUANTITIES.map((q) => fit.populations[0][q]), ...fit.covariance.data];
  };
  const expected = run();
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    assert.deepEqual(run(), expected);
  }
  await ready({ threads: 2 });
});

Deno.test("stars whose light a point spread function mixes are found together", () => {
  using templates = grid();
  using flux = seen(templates);
  using variance = zeros(flux.shape, "float64");
  const noise = randomNormal(flux.size, { key: randomKey(8) });
  for (let i = 0; i < flux.size; i++) {
    const sigma = flux.data[i] / 100;
    variance.data[i] = sigma * sigma;
    flux.data[i] += sigma * noise[i];
  }
  const free = ["mass", "age", "velocity"] as const;
  const bounds = { velocity: [-500, 500] as const };
  const run = (more: Partial<CubeLossParts>) => {
    const loss = new CubeLoss({ ...partsOf(templates, START, cubeOf(flux, variance)), free, bounds, ...more });
    const { objective, toFree, fromFree } = bounded(loss.objective, loss, loss.count);
    using x = loss.start();
    using u = zeros([loss.count], "float64") as Vector;
    toFree(x, u);
    const { values } = lbfgs(objective, u, { steps: 300, history: 30, tolerance: 1e-2 });
    fromFree(u, x);
    const found = loss.stars(x);
    const off = (q: "mass" | "age") => Math.max(...found[q].map((v, i) => Math.abs(v / TRUTH[q][i] - 1)));
    return { chi2: 2 * values[values.length - 1], mass: off("mass"), age: off("age"), found };
  };
  const { chi2, mass, age, found } = run({});
  const degreesOfFreedom = flux.size - 3 * SIDE * SIDE;
  assert.ok(Math.abs(chi2 / degreesOfFreedom - 1) < 5 * Math.sqrt(2 / degreesOfFreedom), `${chi2}`);
  assert.ok(mass < 0.3 && age < 0.5, `${mass} ${age}`);
  const squares = found.velocity.reduce((sum, v, i) => sum + (v - TRUTH.velocity[i]) ** 2, 0);
  assert.ok(Math.sqrt(squares / found.velocity.length) < 80, `${Math.sqrt(squares / found.velocity.length)}`);
  // Without the point spread function, no galaxy suits so well, and masses are those of the mixed light.
  const blind = run({ psf: undefined });
  assert.ok(blind.chi2 > chi2 + 300 && blind.mass > 2 * mass, `${blind.chi2} ${blind.mass} ${mass}`);
});

Deno.test("CubeLoss tells what it cannot compare", () => {
  using templates = grid();
  using flux = zeros([SIDE, SIDE, PIXELS], "float64");
  flux.data.fill(1);
  const make = (more: Partial<CubeLossParts>, target = cubeOf(flux)) =>
    new CubeLoss({ ...partsOf(templates, TRUTH, target), ...more });
  using other = zeros([SIDE, SIDE, PIXELS + 1], "float64");
  refuses(() => make({}, cubeOf(other)), /the target must have shape \[4, 4, 140\], got \[4, 4, 141\]/);
  using variance = zeros([SIDE, SIDE, PIXELS], "float64");
  variance.data.fill(1);
  variance.data[5] = 0;
  refuses(() => make({}, cubeOf(flux, variance)), /variances must be finite and above 0 .* got 0 for pixel 5; mask it/);
  refuses(() => make({ mask: new Uint8Array(PIXELS) }), /a pixel that counts, got none; check mask and aperture/);
  refuses(() => make({ mask: [1] }), /"mask" must have 140 or 2240 numbers, got 1/);
  refuses(() => make({ free: [] }), /a free parameter, got none/);
  refuses(() => make({ free: ["color" as "mass"] }), /"free".*"velocity"/);
  refuses(() => make({ bounds: { age: [2, 1] } }), /bounds of age must be in order/);
  refuses(() => make({ bounds: { velocity: [-1, 1] } }), /velocity of population \d+ must begin between -1 and 1/);
  flux.data[7] = NaN;
  refuses(() => make({}), /light must be finite .* got NaN for pixel 7/);
  using dark = zeros([SIDE, SIDE, PIXELS], "float64");
  refuses(() => make({}, cubeOf(dark)), /light in a pixel that counts, got none/);
  const mask = Uint8Array.from({ length: PIXELS }, (_, i) => i === 7 ? 0 : 1);
  const loss = make({ mask });
  using x = loss.start();
  using wrong = zeros([3], "float64");
  assert.ok(Number.isFinite(loss.objective(x, zeros([loss.count], "float64"))));
  refuses(() => loss.stars(wrong), /there must be 64 parameters, got 3/);
});

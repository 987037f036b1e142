import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { paintCube, paintCubeAdjoint, starSpectra } from "../../lib/ifu/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { difference, squareTelescope, tableOf, toyTemplates, uniform, unturned } from "./_reference.ts";

const telescope = squareTelescope(2, 0.5, 5000, 1.3, 150);
const parts = { telescope, redshift: 0.04, kpcPerArcsec: 2, frame: unturned, margin: 1, wavelengthMargin: 2 };
const shape = [4, 4, 154];
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, v, i) => sum + v * b[i], 0);

function stars(count: number) {
  const random = (seed: number, least: number, most: number) =>
    uniform(count, seed).map((u) => least + u * (most - least));
  return {
    ...{
      coords: uniform(3 * count, 21).map((u) => 4.4 * u - 2.2),
      velocity: uniform(3 * count, 22).map((u) => 800 * u - 400),
    },
    ...{ mass: random(23, 0, 3), metallicity: random(24, 1e-4, 0.05), age: random(25, 0.001, 14) },
  };
}
const CHOICES = [
  { method: "linear", resampling: "conserve" },
  { method: "cubic", resampling: "conserve", doppler: "relativistic" },
  { method: "cubic", resampling: "linear", ageAxis: "linear" },
] as const;
const cotangentOf = (dtype: "float32" | "float64" = "float64") =>
  fromData(uniform(4 * 4 * 154, 31).map((u) => 2 * u - 1), shape, dtype);

Deno.test("paintCubeAdjoint() is the transpose of derivatives of spectra", async () => {
  using templates = await toyTemplates();
  const columns = stars(60);
  const velocity = Float64Array.from(columns.mass, (_, i) => columns.velocity[3 * i + 2]);
  for (const dtype of ["float64", "float32"] as const) {
    using cotangent = cotangentOf(dtype);
    for (const choice of CHOICES) {
      const options = { ...parts, ...choice, templates };
      const gradient = paintCubeAdjoint({ ...options, stars: tableOf(columns), cotangent });
      const { spectra, derivatives } = starSpectra({ ...columns, velocity }, { ...options, derivatives: true });
      let outside = 0;
      for (const [k, column] of (["mass", "metallicity", "age", "velocity"] as const).entries()) {
        const expected = columns.mass.map((_, i) => {
          const [x, y] = [0, 1].map((axis) => Math.floor(columns.coords[3 * i + axis] + 2));
          if (Math.min(x, y) < 0 || Math.max(x, y) >= 4) {
            outside++;
            return 0;
          }
          return dot(derivatives!.data.subarray((4 * i + k) * 154, (4 * i + k + 1) * 154), cotangent.at(y).at(x).data);
        });
        const off = difference(gradient[column], expected);
        // Float32 mixes only the samples for derivatives by velocity in single precision, and cotangents are exact.
        assert.ok(off < (dtype === "float64" ? 1e-11 : 1e-5), `${JSON.stringify(choice)} ${dtype} ${column}: ${off}`);
      }
      assert.ok(outside > 0);
      spectra.dispose();
      derivatives!.dispose();
    }
  }
});

/** Gas in each spaxel at z = -1 and 1. */
function dust(wavelength: Float64Array) {
  return {
    curve: wavelength.map((w) => 5500 / w),
    columns: {
      start: Uint32Array.from({ length: 17 }, (_, i) => 2 * i),
      z: Float64Array.from({ length: 32 }, (_, i) => i % 2 ? 1 : -1),
      column: Float64Array.from({ length: 32 }, (_, i) => 0.4 + 0.05 * i),
    },
  };
}

Deno.test("paintCubeAdjoint() sees dust: dot products, and differences", async () => {
  using templates = await toyTemplates("float64");
  const columns = stars(40);
  using cotangent = cotangentOf();
  const extinction = dust(templates.wavelength);
  for (const choice of CHOICES) {
    const options = { ...parts, ...choice, templates, extinction };
    const loss = (change: object) => {
      const { flux } = paintCube({ ...options, stars: tableOf({ ...columns, ...change }), dtype: "float64" });
      using cube = flux;
      return dot(cube.data, cotangent.data);
    };
    const gradient = paintCubeAdjoint({ ...options, stars: tableOf(columns), cotangent });
    // The cube is linear in masses.
    const value = loss({});
    const product = dot(gradient.mass, columns.mass);
    assert.ok(Math.abs(product / value - 1) < 1e-11, `${JSON.stringify(choice)}: ${product / value - 1}`);
    for (const column of ["metallicity", "age", "velocity"] as const) {
      const direction = uniform(40, 77);
      const h = column === "velocity" ? 1e-4 : 1e-6;
      const shifted = (sign: number) =>
        loss({
          [column]: columns[column].map((v, i) =>
            column !== "velocity"
              ? v * (1 + sign * h * direction[i])
              : i % 3 === 2
              ? v + sign * h * direction[(i - 2) / 3]
              : v
          ),
        });
      const numeric = (shifted(1) - shifted(-1)) / (2 * h);
      const analytic = dot(
        gradient[column],
        direction.map((d, i) => column === "velocity" ? d : d * columns[column][i]),
      );
      assert.ok(
        Math.abs(analytic / numeric - 1) < 1e-5,
        `${JSON.stringify(choice)} ${column}: ${analytic / numeric - 1}`,
      );
    }
  }
});

Deno.test("paintCubeAdjoint() has the same bits for any number of threads", async () => {
  using templates = await toyTemplates();
  const columns = stars(3000);
  const options = { ...parts, templates, extinction: dust(templates.wavelength), stars: tableOf(columns) };
  const runs = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using cotangent = cotangentOf("float32");
    runs.push(paintCubeAdjoint({ ...options, cotangent }));
  }
  assert.deepEqual(runs[1], runs[0]);
  assert.deepEqual(runs[2], runs[0]);
});

Deno.test("paintCubeAdjoint() refuses a cotangent of another shape", async () => {
  using templates = await toyTemplates();
  using cotangent = fromData(new Float64Array(150 * 4), [2, 2, 150], "float64");
  assert.throws(() => paintCubeAdjoint({ ...parts, templates, stars: tableOf(stars(9)), cotangent }), {
    ...{ code: "ShapeError", message: /must have shape \[4, 4, 154\], got \[2, 2, 150\]/ },
  });
});

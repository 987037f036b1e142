import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { FlatField, metadata, type RealArray, SphericalField } from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { convergenceFromShear, shearFromConvergence } from "../../lib/lensing/mod.ts";
import { pix2ang, pixelCount } from "../../lib/sphere/mod.ts";

await ready({ threads: 2 });
const meta = metadata({ mesh: [8, 8, 8], boxSize: [80, 80, 80], fieldSize: [10, 20] });
const map = (data: ArrayLike<number>, shape: number[], dtype: "float32" | "float64" = "float64") =>
  new FlatField(fromData(data, shape, dtype) as RealArray, meta, "1");

function uniform(count: number): Float64Array {
  let state = 4321;
  return Float64Array.from({ length: count }, () => (state = (state * 16807) % 2147483647) / 2147483647 - 0.5);
}
const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);

Deno.test("a single flat mode has the shear of its direction", () => {
  // 10 x 20 degrees, so the wave numbers of the mode (2, 3) are as 2/10 to 3/20: 2 phi = 2 atan(3/4), cos 7/25, sin 24/25.
  const [nx, ny] = [16, 24];
  const wave = Float64Array.from(
    { length: nx * ny },
    (_, p) => Math.cos(2 * Math.PI * (2 * Math.floor(p / ny) / nx + 3 * (p % ny) / ny) + 0.4),
  );
  using kappa = map(wave, [nx, ny]);
  const { gamma1, gamma2 } = shearFromConvergence(kappa);
  assert(worst(gamma1.array.data, wave.map((v) => v * 7 / 25)) < 1e-15 * 4);
  assert(worst(gamma2.array.data, wave.map((v) => v * 24 / 25)) < 1e-15 * 4);
  assert.equal(gamma1.meta.status, "gamma");
  [gamma1, gamma2].forEach((field) => field.dispose());
});

Deno.test("flat convergence comes back from its shear, for stacks and odd sizes, and has no curl", () => {
  for (const dtype of ["float32", "float64"] as const) {
    // An odd number of pixels has no mode at half the sampling frequency; the mean is lost.
    const data = uniform(2 * 15 * 21);
    const means = [0, 1].map((s) => data.subarray(315 * s, 315 * s + 315).reduce((sum, v) => sum + v / 315, 0));
    using kappa = map(data.map((v, i) => v - means[Math.floor(i / 315)]), [2, 15, 21], dtype);
    const shear = shearFromConvergence(kappa);
    const back = convergenceFromShear(shear);
    const tolerance = dtype === "float32" ? 1e-6 : 1e-15;
    assert(worst(back.kappa.array.data, kappa.array.data) < tolerance);
    assert(back.curl.array.data.every((v) => Math.abs(v) < tolerance));
    assert.deepEqual([back.kappa.meta.status, back.kappa.array.dtype], ["kappa", dtype]);
    [shear.gamma1, shear.gamma2, back.kappa, back.curl].forEach((field) => field.dispose());
  }
});

Deno.test("each of the flat functions is the adjoint of the other", () => {
  const size = 12 * 10;
  const random = uniform(3 * size);
  const [a, b, c] = [0, 1, 2].map((i) => map(random.slice(size * i, size * i + size), [12, 10]));
  const shear = shearFromConvergence(a);
  const back = convergenceFromShear({ gamma1: b, gamma2: c });
  const dot = (x: FlatField, y: FlatField) =>
    Array.from(x.array.data).reduce((sum, v, i) => sum + v * y.array.data[i], 0);
  assert(Math.abs(dot(shear.gamma1, b) + dot(shear.gamma2, c) - dot(a, back.kappa)) < 1e-13);
  [a, b, c, shear.gamma1, shear.gamma2, back.kappa, back.curl].forEach((field) => field.dispose());
});

Deno.test("shear on the sphere is half the difference of second derivatives of the potential", () => {
  // kappa = P2(cos theta) is half the Laplacian of psi = -P2/3: gamma1 = (psi'' - cot psi')/2 = -sin^2(theta)/2.
  const nside = 32;
  const { theta } = pix2ang(nside, Float64Array.from({ length: pixelCount(nside) }, (_, i) => i));
  const data = theta.map((t) => 1.5 * Math.cos(t) ** 2 - 0.5);
  using kappa = new SphericalField(fromData(data, [1, data.length], "float64") as RealArray, meta, "1");
  // The analysis of degrees up to nside converges by three digits in each two iterations.
  const options = { lmax: nside, iterations: 10 };
  const shear = shearFromConvergence(kappa, options);
  assert(worst(shear.gamma1.array.data, theta.map((t) => -0.5 * Math.sin(t) ** 2)) < 1e-12);
  assert(shear.gamma2.array.data.every((v) => Math.abs(v) < 1e-12));
  const back = convergenceFromShear(shear, options);
  assert(worst(back.kappa.array.data, data) < 1e-12);
  assert(back.curl.array.data.every((v) => Math.abs(v) < 1e-12));
  [shear.gamma1, shear.gamma2, back.kappa, back.curl].forEach((field) => field.dispose());
});

Deno.test("components of shear that differ are refused", () => {
  using one = map(new Float64Array(16), [4, 4]);
  using two = map(new Float64Array(16), [2, 8]);
  assert.throws(() => convergenceFromShear({ gamma1: one, gamma2: two }), /must agree, got float64 \[4, 4\]/);
});

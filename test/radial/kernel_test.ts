import assert from "node:assert/strict";
import { empty, type NdArray } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { rfftn } from "../../lib/fft/mod.ts";
import { openHdf5 } from "../../lib/io/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { checkMesh, radialKernel, radialSpectrum } from "../../lib/radial/mod.ts";
import { readProfiles, sliceProfiles } from "../../lib/radiation/mod.ts";

const folder = new URL("../radiation/reference/", import.meta.url);
// Relative to the kernel's mean, for profiles that are smooth far away: float32 transforms of a kernel whose centre is up
// to 1200 times its mean; measured 3e-5.
const KERNEL_TOLERANCE = 6e-5;
// The same for profiles of a solver, of which the far part leaves out how the lattice samples kinks (T) and steps
// (x_alpha, at the horizons of the Lyman lines); measured 6e-4 and 5e-3.
const SOLVER_TOLERANCE = { T: 1e-3, xal: 7e-3 };

/** Sum of a kernel over the whole mesh, of its octant. */
function total(octant: NdArray<"float32">): number {
  const q = octant.shape[0];
  const weight = (i: number) => i === 0 || i === q - 1 ? 1 : 2;
  let sum = 0;
  octant.data.forEach((v, i) =>
    sum += v * weight(Math.floor(i / q / q)) * weight(Math.floor(i / q) % q) * weight(i % q)
  );
  return sum;
}

/** Value of a profile: linear, constant below the first node, 0 beyond the last. */
function at(radii: Float64Array, values: Float64Array, r: number): number {
  if (r < radii[0]) return values[0];
  const j = radii.findIndex((node) => node > r) - 1;
  if (j < 0) return r === radii[radii.length - 1] ? values[radii.length - 1] : 0;
  return values[j] + (values[j + 1] - values[j]) * (r - radii[j]) / (radii[j + 1] - radii[j]);
}

/** Mean of the profile over a ball, by 4000 midpoints. */
function ballMean(radii: Float64Array, values: Float64Array, radius: number): number {
  const steps = 4000;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const [a, b] = [radius * i / steps, radius * (i + 1) / steps];
    sum += at(radii, values, (a + b) / 2) * (b ** 3 - a ** 3);
  }
  return sum / radius ** 3;
}

/** The sum over images, one by one. */
function naive(radii: Float64Array, values: Float64Array, n: number, cell: number): Float64Array {
  const q = n / 2 + 1;
  const out = new Float64Array(q ** 3);
  const reach = Math.floor(radii[radii.length - 1] / cell);
  const table = Float64Array.from({ length: 3 * reach ** 2 + 1 }, (_, s) => at(radii, values, Math.sqrt(s) * cell));
  table[0] = ballMean(radii, values, Math.cbrt(3 / (4 * Math.PI)) * cell);
  const fold = (m: number) => ((m % n) + n) % n;
  for (let x = -reach; x <= reach; x++) {
    for (let y = -reach; y <= reach; y++) {
      for (let z = -reach; z <= reach; z++) {
        const [a, b, c] = [x, y, z].map(fold);
        if (a < q && b < q && c < q) out[(a * q + b) * q + c] += table[x * x + y * y + z * z];
      }
    }
  }
  return out;
}

const grid = (first: number, last: number, nodes: number) =>
  Float64Array.from({ length: nodes }, (_, i) => first * (last / first) ** (i / (nodes - 1)));

Deno.test("radialKernel() agrees with the sum over images one by one, whether the profile ends early or late", async () => {
  await ready({ threads: 2 });
  for (const [n, last] of [[8, 3], [12, 7], [16, 45], [10, 60], [12, 90]] as const) {
    const radii = grid(0.05, last, 800);
    const values = radii.map((r) => r ** -2 * Math.exp(-12 * r / last));
    const expected = naive(radii, values, n, 1);
    using kernel = radialKernel(radii, values, { cells: n, boxSize: n });
    const mean = total(kernel) / n ** 3;
    kernel.data.forEach((k, i) => {
      const error = Math.abs(k - expected[i]);
      assert.ok(error < KERNEL_TOLERANCE * mean + 1e-6 * expected[i], `${n} ${last}: place ${i}: ${k} ${expected[i]}`);
    });
  }
});

Deno.test("radialKernel() of a profile that ends within half a cell is its mean over the ball of a cell", async () => {
  await ready({ threads: 1 });
  // p = 1 to r = 0.3 cells, then 0: (4/3) pi 0.027 = 0.1131 of the cell, and the ramp to 0.3001 almost nothing.
  using kernel = radialKernel(Float64Array.of(0.3, 0.30001), Float64Array.of(1, 0), { cells: 8, boxSize: 8 });
  assert.ok(Math.abs(kernel.data[0] - 4 / 3 * Math.PI * 0.027) < 1e-5);
  assert.ok(kernel.data.subarray(1).every((k) => Math.abs(k) < 1e-7));
});

Deno.test("radialKernel() does not depend on the unit of length, and doubles with the profile", async () => {
  await ready({ threads: 1 });
  const radii = grid(0.1, 30, 40);
  const values = radii.map((r) => 1 / r);
  using one = radialKernel(radii, values, { cells: 12, boxSize: 12 });
  using two = radialKernel(radii.map((r) => 8 * r), values.map((v) => 2 * v), { cells: 12, boxSize: 96 });
  assert.deepEqual(two.data, one.data.map((v) => 2 * v));
});

Deno.test("radialSpectrum() is the Fourier transform of the kernel", async () => {
  await ready({ threads: 2 });
  const n = 12;
  const q = 7;
  const radii = grid(0.05, 40, 60);
  const values = radii.map((r) => r ** -2);
  using kernel = radialKernel(radii, values, { cells: n, boxSize: n });
  using spectrum = radialSpectrum(radii, values, { cells: n, boxSize: n });
  using mesh = empty([n, n, n], "float32");
  const fold = (i: number) => Math.min(i, n - i);
  for (let i = 0; i < mesh.size; i++) {
    const [x, y, z] = [Math.floor(i / n / n), Math.floor(i / n) % n, i % n].map(fold);
    mesh.data[i] = kernel.data[(x * q + y) * q + z];
  }
  using modes = rfftn(mesh);
  const scale = spectrum.data[0];
  for (let i = 0; i < n * n * q; i++) {
    const [x, y, z] = [Math.floor(i / n / q), Math.floor(i / q) % n, i % q].map((v, axis) => axis < 2 ? fold(v) : v);
    assert.ok(Math.abs(modes.data[2 * i] - spectrum.data[(x * q + y) * q + z]) < 1e-6 * scale);
    assert.ok(Math.abs(modes.data[2 * i + 1]) < 1e-6 * scale);
  }
  assert.ok(Math.abs(total(kernel) / scale - 1) < 1e-6);
});

Deno.test("radialKernel() agrees with the kernels of the independent program", async () => {
  await ready({ threads: 2 });
  const profiles = await readProfiles(new URL("profiles.h5", folder));
  using expected = await openHdf5(new URL("corrected.h5", folder));
  const q = 33;
  let checked = 0;
  for (const [index, mass, alpha] of [[0, 2, 0], [0, 6, 1], [0, 8, 2], [1, 5, 1], [1, 7, 2]]) {
    const slice = sliceProfiles(profiles, [9, 7][index]);
    const fields = [["T", slice.temperatureRadii, slice.temperature], [
      "xal",
      slice.xAlphaRadii,
      slice.xAlpha,
    ]] as const;
    for (const [name, radii, table] of fields) {
      const row = table.data.slice((mass * slice.alphaBins + alpha) * radii.length).subarray(0, radii.length);
      // A profile of x_alpha ends at its first zero.
      const end = name === "xal" ? row.indexOf(0) : -1;
      if (end >= 0) row.fill(0, end);
      const group = `snap_${index}/kernels/m${mass}_a${alpha}/${name}`;
      const attribute = (key: string) => expected.numberAttribute(group, key);
      using kernel = radialKernel(radii, row, { cells: 64, boxSize: 50 });
      const sum = total(kernel);
      assert.ok(Math.abs(sum / attribute("raw_sum") - 1) < 1e-6);
      assert.ok(Math.abs(kernel.data[0] / attribute("centre_raw") - 1) < 1e-6);
      // The tables are scaled so that their sum is the profile's integral.
      const scale = attribute("sum") / sum;
      const mean = attribute("sum") / 64 ** 3;
      for (
        const [line, step] of [["row_d_0_0", q * q], ["row_d_d_0", q * q + q], ["diag_d_d_d", q * q + q + 1]] as const
      ) {
        expected.readNumbers(`${group}/${line}`).forEach((k, d) => {
          const error = Math.abs(kernel.data[d * step] * scale - k);
          assert.ok(error < SOLVER_TOLERANCE[name] * mean + 1e-6 * k, `${group}/${line}[${d}]: ${error / mean}`);
          checked++;
        });
      }
    }
  }
  assert.equal(checked, 5 * 2 * 3 * q);
});

Deno.test("radialKernel() and radialSpectrum() give the same bits for 1, 2 and 3 threads", async () => {
  const radii = grid(0.01, 300, 100);
  const values = radii.map((r) => r ** -2);
  const made: Float32Array[] = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using kernel = radialKernel(radii, values, { cells: 40, boxSize: 50 });
    using spectrum = radialSpectrum(radii, values, { cells: 40, boxSize: 50 });
    made.push(Float32Array.of(...kernel.data, ...spectrum.data));
  }
  assert.deepEqual(made[1], made[0]);
  assert.deepEqual(made[2], made[0]);
});

Deno.test("radialKernel() refuses bad radii, values and meshes, and keeps no memory", async () => {
  await ready({ threads: 1 });
  const good = Float64Array.of(1, 2);
  const before = memoryUse().allocated;
  const refuse = (radii: number[], code: "DomainError" | "ShapeError", message: RegExp, cells = 8) =>
    assert.throws(() => radialKernel(Float64Array.from(radii), good, { cells, boxSize: 8 }), (error: unknown) => {
      assert.ok(isToolkitError(error, code), String(error));
      assert.match(error.message, message);
      return true;
    });
  refuse([1, 2, 3], "ShapeError", /"values" must have shape \[3\], got \[2\]/);
  refuse([0, 2], "DomainError", /two or more must rise from above 0, got 0 at place 0/);
  refuse([2, 2], "DomainError", /got 2 at place 1/);
  refuse([1, NaN], "DomainError", /got NaN at place 1/);
  refuse([1, 2], "DomainError", /Cannot use "cells": it must be an even number .*, got 22; the next is 24/, 22);
  assert.equal(checkMesh(2 * 3 * 5 * 7, "cells"), 210);
  assert.equal(memoryUse().allocated, before);
});

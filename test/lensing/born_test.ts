import assert from "node:assert/strict";
import { fromData, zeros } from "../../lib/array/mod.ts";
import { comovingDistance, cosmology, einsteinDeSitter, planck18 } from "../../lib/cosmology/mod.ts";
import { FlatField, metadata, type RealArray, SphericalField } from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  born,
  bornAdjoint,
  type BornOptions,
  bornWeights,
  bornWeightSensitivity,
  type Lightcone,
  smail,
  topHat,
} from "../../lib/lensing/mod.ts";

await ready({ threads: 2 });

/** Numbers in [0, 1) that are the same in each run. */
function uniform(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => (state = (state * 16807) % 2147483647) / 2147483647);
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, v, i) => sum + v * b[i], 0);

const parts = (centers: number[], widths: number[]) => ({
  mesh: [16, 16, 16] as const,
  boxSize: [400, 400, 400] as const,
  centers: Float64Array.from(centers),
  widths: Float64Array.from(widths),
});
const sphere = (
  planes: ArrayLike<number>,
  centers: number[],
  widths: number[],
  dtype: "float32" | "float64" = "float64",
) =>
  new SphericalField(
    fromData(planes, [centers.length, planes.length / centers.length], dtype) as RealArray,
    metadata(parts(centers, widths)),
    "density",
  );
const flat = (
  planes: ArrayLike<number>,
  shape: number[],
  centers: number[],
  dtype: "float32" | "float64" = "float64",
) =>
  new FlatField(
    fromData(planes, shape, dtype) as RealArray,
    metadata({ ...parts(centers, centers.map(() => 100)), fieldSize: [20, 30] }),
    "density",
  );

Deno.test("weights are those of hand arithmetic in a universe of matter", () => {
  // chi = 2 c/H0 (1 - sqrt(a)): the plane at chi = c/H0 has a = 1/4, a source at z = 8 lies at 4/3 c/H0.
  const c = 2997.92458;
  const [near, behind] = bornWeights(einsteinDeSitter, { centers: [c, 1.4 * c], widths: [0.1 * c, 5] }, [8]);
  // 3/2 (H0/c)^2 0.1 c/H0 c/H0 4 (1 - 3/4).
  assert(Math.abs(near / (1.5 * 0.1 * 4 * 0.25) - 1) < 1e-12);
  assert.equal(behind, 0);
});

Deno.test("one plane and two planes add up by hand; each has its own width, and a mean of choice", () => {
  const planes = [4, ...new Array(11).fill(1), 1, 3, ...new Array(10).fill(2)];
  const [centers, widths] = [[100, 300], [200, 50]];
  using cone = sphere(planes, centers, widths);
  const weights = bornWeights(planck18, { centers, widths }, [0.3]);
  using kappa = born(cone, { cosmology: planck18, sources: [0.3] });
  const means = [15 / 12, 24 / 12];
  for (let p = 0; p < 12; p++) {
    const expected = [0, 1].reduce((sum, j) => sum + weights[j] * (planes[12 * j + p] / means[j] - 1), 0);
    assert(Math.abs(kappa.array.data[p] - expected) < 1e-18);
  }
  assert.deepEqual([kappa.meta.status, kappa.unit, kappa.array.shape], ["kappa", "1", [1, 12]]);
  assert.deepEqual([...kappa.meta.sourceRedshifts!], [0.3]);
  // The universe has one particle in each cell of 25 Mpc/h.
  using box = born(cone, { cosmology: planck18, sources: [0.3], mean: "box" });
  using given = born(cone, { cosmology: planck18, sources: [0.3], mean: [25 ** -3, 25 ** -3] });
  assert(Math.abs(box.array.data[0] / (weights[0] * (4 * 25 ** 3 - 1) + weights[1] * (25 ** 3 - 1)) - 1) < 1e-14);
  assert.deepEqual(box.array.data, given.array.data);
  // Overdensities are taken as they are.
  using delta = cone.to("overdensity", { mean: "shell" });
  using same = born(delta, { cosmology: planck18, sources: [0.3] });
  assert(same.array.data.every((v, p) => Math.abs(v - kappa.array.data[p]) < 1e-17));
});

Deno.test("a plane at the source or behind it does not lens", () => {
  const chi = comovingDistance(planck18, 0.1);
  using cone = sphere(uniform(24, 3), [chi, chi + 100], [50, 50]);
  using kappa = born(cone, { cosmology: planck18, sources: [0.1] });
  // The distances are found in two ways, and may differ by rounding.
  assert(kappa.array.data.every((v) => Math.abs(v) < 1e-16));
});

Deno.test("sources that are spread have the mean of the convergence of their redshifts", () => {
  const planes = { centers: [200, 600, 1200], widths: [400, 400, 800] };
  const count = 4000;
  const z = Float64Array.from({ length: count }, (_, i) => 0.2 + (i + 0.5) / count);
  const all = bornWeights(planck18, planes, [...z]);
  const spread = bornWeights(planck18, planes, [topHat(0.2, 1.2)]);
  for (let j = 0; j < 3; j++) {
    const mean = z.reduce((sum, _, i) => sum + all[3 * i + j], 0) / count;
    // The lensing efficiency has a kink at the plane, which 64 nodes see to about 1e-4.
    assert(Math.abs(spread[j] / mean - 1) < 3e-4, `${spread[j] / mean}`);
  }
});

Deno.test("flat rays read planes along and across by hand", () => {
  // One plane of 4 x 8 pixels of 100 and 50 Mpc/h; a field of 20 x 30 degrees at 300 Mpc/h, 2 x 3 rays.
  const [nx, ny] = [4, 8];
  const planes = uniform(nx * ny, 11);
  using cone = flat(planes, [1, nx, ny], [300]);
  const options = { cosmology: planck18, sources: [0.5], rays: [2, 3] as const };
  using kappa = born(cone, options);
  assert.deepEqual(kappa.array.shape, [1, 2, 3]);
  const [weight] = bornWeights(planck18, { centers: [300], widths: [100] }, [0.5]);
  const mean = planes.reduce((s, v) => s + v, 0) / planes.length;
  const at = (i: number, j: number) => planes[((i % nx + nx) % nx) * ny + (j % ny + ny) % ny];
  const check = (map: typeof kappa, i: number, j: number, x: number, y: number) => {
    const [a, b] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [x - a, y - b];
    const value = (1 - u) * ((1 - v) * at(a, b) + v * at(a, b + 1)) +
      u * ((1 - v) * at(a + 1, b) + v * at(a + 1, b + 1));
    assert(Math.abs(map.array.data[i * 3 + j] - weight * (value / mean - 1)) < 1e-17);
  };
  const degree = Math.PI / 180;
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 3; j++) {
      // The observer is in the middle of the box: 200 Mpc/h.
      check(kappa, i, j, (200 + (i - 1) * 10 * degree * 300) / 100, (200 + (j - 1.5) * 10 * degree * 300) / 50);
    }
  }
  using corner = born(cone, { ...options, axis: [-50, 30], middle: [0, 0], fieldSize: [40, 6] });
  check(corner, 1, 2, (-50 + 20 * degree * 300) / 100, (30 + 2 * 2 * degree * 300) / 50);
  assert.deepEqual(corner.meta.fieldSize, [40, 6]);
});

const CONES: [string, (data: ArrayLike<number>) => Lightcone, number, Partial<BornOptions>][] = [
  ["a sphere", (data) => sphere(data, [150, 350, 700], [300, 100, 300]), 3 * 192, {}],
  ["a sphere with the universe's mean", (data) => sphere(data, [150, 350, 700], [300, 100, 300]), 3 * 192, {
    mean: "box",
  }],
  ["a plane", (data) => flat(data, [3, 8, 10], [150, 350, 700]), 240, { rays: [12, 9] }],
];
for (const [name, make, size, more] of CONES) {
  Deno.test(`the adjoint of born() agrees with differences on ${name}`, () => {
    const options: BornOptions = {
      cosmology: planck18,
      sources: [0.2, smail({ alpha: 2, beta: 1.5, z0: 0.4 })],
      ...more,
    };
    const data = uniform(size, 5).map((v) => v + 0.5);
    const way = uniform(size, 9).map((v) => v - 0.5);
    using cone = make(data);
    using kappa = born(cone, options);
    const bar = fromData(uniform(kappa.array.size, 7).map((v) => v - 0.5), kappa.array.shape, "float64") as RealArray;
    using planes = zeros(cone.array.shape, "float64") as RealArray;
    const { weights } = bornAdjoint(cone, options, bar, planes);
    const loss = (data: Float64Array, cosmology = planck18) => {
      using moved = make(data);
      using kappa = born(moved, { ...options, cosmology });
      return dot(kappa.array.data, bar.data);
    };
    const step = 1e-4;
    const [up, down] = [step, -step].map((h) => loss(data.map((v, i) => v + h * way[i])));
    const slope = dot(planes.data, way);
    assert(Math.abs((up - down) / (2 * step) / slope - 1) < 1e-6, `${(up - down) / (2 * step)} ${slope}`);
    // By cosmology, through the weights.
    const parameters = ["omegaC", "w0", "omegaK", "sigma8"] as const;
    const { centers, widths } = cone.meta;
    const all = bornWeightSensitivity(planck18, { centers: centers!, widths: widths! }, options.sources, parameters);
    const gradient = all.derivatives.map((d) => d.reduce((sum, v, i) => sum + v * weights[i], 0));
    const { omegaLambda: _, ...rest } = planck18;
    const shifted = (h: number, name: string) =>
      cosmology({
        ...rest,
        omegaM: planck18.omegaM + (name === "omegaC" ? h : 0),
        w0: planck18.w0 + (name === "w0" ? h : 0),
        omegaK: planck18.omegaK + (name === "omegaK" ? h : 0),
      });
    parameters.forEach((name, i) => {
      const [up, down] = [step, -step].map((h) => loss(data, shifted(h, name)));
      const difference = (up - down) / (2 * step);
      assert(Math.abs(difference - gradient[i]) < 1e-5 * Math.abs(gradient[0]), `${name} ${difference} ${gradient[i]}`);
    });
    bar.dispose();
  });
}

Deno.test("convergence and its adjoint have the same bits for 1, 2 and 3 threads", async () => {
  const run = (make: () => Lightcone) => {
    using cone = make();
    const options = { cosmology: planck18, sources: [0.2, 0.4] };
    using kappa = born(cone, options);
    using bar = zeros(cone.array.shape, cone.array.dtype) as RealArray;
    const { weights } = bornAdjoint(cone, options, kappa.array, bar);
    return [kappa.array.data.slice(), bar.data.slice(), weights];
  };
  const cones = [
    () => sphere(uniform(3 * 12 * 64 ** 2, 5), [150, 350, 700], [300, 100, 300], "float32"),
    () => flat(uniform(3 * 130 * 140, 5), [3, 130, 140], [150, 350, 700], "float32"),
  ];
  await ready({ threads: 1 });
  const one = cones.map(run);
  for (const threads of [2, 3]) {
    await ready({ threads });
    assert.deepEqual(cones.map(run), one);
  }
});

Deno.test("born() refuses planes and options that make no sense", () => {
  using cone = sphere(uniform(24, 1), [100, 200], [100, 100]);
  const { centers: _, ...rest } = cone.meta;
  using bare = new SphericalField(zeros([2, 12]) as RealArray, metadata(rest), "density");
  using empty = sphere(new Float64Array(24), [100, 200], [100, 100]);
  using plane = new FlatField(zeros([4, 4]) as RealArray, metadata(parts([100], [10])), "density");
  using counts = cone.with({ unit: "counts" });
  const usual = { cosmology: planck18, sources: [0.5] };
  const refused: [() => unknown, RegExp][] = [
    [() => born(bare, usual), /"centers" and "widths"/],
    [() => born(empty, usual), /finite and not 0, got 0 in plane 0/],
    [() => born(plane, { ...usual, mean: 1 }), /"fieldSize"/],
    [() => born(plane, { ...usual, mean: 1, fieldSize: [1, 1], rays: [0, 4] }), /"rays".*got 0, 4/],
    [() => born(cone, { ...usual, sources: [] }), /there must be sources/],
    [() => born(cone, { ...usual, sources: [-1] }), /"sources".*got -1/],
    [() => born(cone, { ...usual, mean: [1] }), /2 numbers, one for each plane, got 1/],
    [() => born(counts, { ...usual, mean: "box" }), /unit "density"; convert/],
    [
      () => bornAdjoint(cone, usual, cone.array, cone.array),
      /convergence must be float64 \[1, 12\], got float64 \[2, 12\]/,
    ],
    [() => bornWeights(planck18, { centers: [1, 2], widths: [1] }, [1]), /"widths" must be as many/],
    [() => bornWeights(planck18, { centers: [0], widths: [1] }, [1]), /centers\[0\]/],
  ];
  for (const [run, message] of refused) assert.throws(run, message);
});

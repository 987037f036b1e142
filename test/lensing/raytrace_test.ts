import assert from "node:assert/strict";
import { NdArray, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { comovingDistance, planck18 } from "../../lib/cosmology/mod.ts";
import { metadata, SphericalField } from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { type RayOptions, raytrace, raytracePlanes, type TracedMaps } from "../../lib/lensing/mod.ts";
import { alm2cl, anafast, interpolateMap, map2almSpin, pix2ang, synfast } from "../../lib/sphere/mod.ts";

type Vector = [number, number, number];

/** Planes of functions of the direction. */
function planesOf(nside: number, distances: number[], functions: ((n: Vector) => number)[]) {
  const convergence = zeros([distances.length, 12 * nside * nside], "float64");
  const { theta, phi } = pix2ang(nside, Float64Array.from({ length: 12 * nside * nside }, (_, i) => i));
  functions.forEach((f, k) => {
    const { data } = convergence.at(k);
    theta.forEach((t, i) => {
      data[i] = f([Math.sin(t) * Math.cos(phi[i]), Math.sin(t) * Math.sin(phi[i]), Math.cos(t)]);
    });
  });
  return { planes: { convergence, distances: Float64Array.from(distances) }, theta, phi };
}

/** Gaussian planes with power of `amplitude` 1e-4/(l (l + 1)). */
function random(nside: number, planes: number, amplitude: number) {
  const convergence = zeros([planes, 12 * nside * nside], "float64");
  const power = Float64Array.from({ length: 2 * nside }, (_, l) => l < 2 ? 0 : amplitude * 1e-4 / (l * (l + 1)));
  for (let k = 0; k < planes; k++) {
    using map = synfast(power, nside, { key: k + 1 });
    convergence.at(k).data.set(map.data);
  }
  return { convergence, distances: Float64Array.from({ length: planes }, (_, k) => 400 * (k + 1)) };
}

function born({ convergence, distances }: ReturnType<typeof random>, source: number): Float64Array {
  const out = new Float64Array(convergence.shape[1]);
  distances.forEach((chi, k) => {
    if (chi < source) convergence.at(k).data.forEach((v, i) => out[i] += (1 - chi / source) * v);
  });
  return out;
}

const values = (a: { data: ArrayLike<number> }) => Float64Array.from(a.data);
const rms = (a: Float64Array) => Math.sqrt(a.reduce((s, v) => s + v * v, 0) / a.length);
const minus = (a: Float64Array, b: Float64Array) => a.map((v, i) => v - b[i]);

Deno.test("raytracePlanes() of one plane is the straight sum, without rotation", async () => {
  await ready({ threads: 2 });
  const planes = random(16, 1, 1);
  for (const scheme of ["bilinear", "ngp"] as const) {
    const traced = raytracePlanes(planes, Float64Array.of(300, 400, 1000), { scheme });
    assert.ok(rms(values(traced.convergence.at(0))) === 0 && rms(values(traced.convergence.at(1))) === 0);
    assert.ok(rms(minus(values(traced.convergence.at(2)), born(planes, 1000))) < 1e-16);
    assert.ok(rms(values(traced.rotation)) < 1e-17);
  }
});

Deno.test("raytracePlanes() differs from straight lines, and rotates, to second order in the planes", async () => {
  await ready({ threads: 2 });
  const run = (amplitude: number) => {
    const planes = random(32, 4, amplitude);
    const traced = raytracePlanes(planes, Float64Array.of(1800));
    const straight = born(planes, 1800);
    const difference = rms(minus(values(traced.convergence.at(0)), straight));
    return { kappa: rms(straight), difference, rotation: rms(values(traced.rotation)), traced };
  };
  const [strong, weak] = [run(1), run(0.01)];
  assert.ok(Math.abs(strong.difference / weak.difference / 100 - 1) < 0.03, `${strong.difference / weak.difference}`);
  assert.ok(Math.abs(strong.rotation / weak.rotation / 100 - 1) < 0.03);
  assert.ok(strong.difference < 0.03 * strong.kappa && strong.rotation < 0.003 * strong.kappa);
  // Shear is E alone to first order and has the power of the convergence: (l + 2)(l - 1)/(l (l + 1)) of it.
  const { shear1, shear2, convergence } = strong.traced;
  const [e, b] = map2almSpin([shear1.at(0), shear2.at(0)], 2, { lmax: 24 }).map((alm) => alm2cl(alm));
  const power = anafast(convergence.at(0), { lmax: 24 });
  for (let l = 8; l <= 24; l++) {
    assert.ok(b[l] < 1e-4 * e[l] && Math.abs(e[l] / power[l] / ((l + 2) * (l - 1) / (l * (l + 1))) - 1) < 0.01);
  }
});

Deno.test("raytracePlanes() of constant planes is the recursion of one number", async () => {
  await ready({ threads: 1 });
  const [a, b, chi, source] = [0.02, -0.03, [500, 900], 1500];
  const { planes } = planesOf(16, chi, [() => a, () => b]);
  const traced = raytracePlanes(planes, Float64Array.of(source), { iterations: 3 });
  // At plane 2: A = 1 - (1 - 5/9) a; at the sources straight on from the two, less the deflection by plane 2.
  const second = 1 - (1 - 500 / 900) * a;
  const q = 900 / 1500 * (1500 - 500) / (900 - 500);
  const last = (1 - q) + q * second - (1 - 900 / 1500) * b * second;
  // Shear and deflection of a constant vanish but for the sums over pixels.
  assert.ok(values(traced.convergence).every((v) => Math.abs(v - (1 - last)) < 1e-6), `${traced.convergence.data[0]}`);
  assert.ok(values(traced.shear1).every((v) => Math.abs(v) < 1e-3 * a));
});

Deno.test("raytracePlanes() follows rays along a meridian as the recursion in one angle does", async () => {
  await ready({ threads: 2 });
  // Potentials p(theta) = e cos theta + f cos^2 theta: laplacian = -2 e cos + f (2 - 6 cos^2), kappa half of that;
  // a = p', U_11 = p'', U_22 = cot p'.
  const chi = [400, 700, 1200, 1700];
  const source = 2000;
  const strengths: [number, number][] = [[0.02, 0.01], [-0.03, 0.02], [0.01, -0.03], [0.02, 0.02]];
  const kappa = ([e, f]: [number, number]) => ([, , z]: Vector) => -e * z + f * (1 - 3 * z * z);
  const { planes, theta } = planesOf(64, chi, strengths.map(kappa));
  const traced = raytracePlanes(planes, Float64Array.of(source), { lmax: 16, iterations: 3 });
  let most = [0, 0];
  for (let i = 0; i < theta.length; i += 101) {
    let [now, before] = [[theta[i], 1, 1], [theta[i], 1, 1]];
    chi.forEach((here, k) => {
      const [previous, next] = [chi[k - 1] ?? 0, chi[k + 1] ?? source];
      const [q, s] = [here / next * (next - previous) / (here - previous), 1 - here / next];
      const [e, f] = strengths[k];
      const [t, a11, a22] = now;
      const slope = -e * Math.sin(t) - f * Math.sin(2 * t);
      const bend = [slope, (-e * Math.cos(t) - 2 * f * Math.cos(2 * t)) * a11, slope / Math.tan(t) * a22];
      [now, before] = [now.map((v, c) => (1 - q) * before[c] + q * v - s * bend[c]), now];
    });
    const [, a11, a22] = now;
    most = [
      Math.max(most[0], Math.abs(traced.convergence.data[i] - (1 - (a11 + a22) / 2))),
      Math.max(most[1], Math.abs(traced.shear1.data[i] - (a22 - a11) / 2)),
    ];
  }
  // Bilinear values of fields that bend by 0.1 within a radian: 0.1 (0.016)^2/8 a plane, more next to the poles.
  assert.ok(most[0] < 2e-5 && most[1] < 2e-5, `${most}`);
});

Deno.test("raytracePlanes() does not know where the poles are", async () => {
  await ready({ threads: 2 });
  // Turning the sky by (x, y, z) -> (y, z, x) turns the result.
  const functions: ((n: Vector) => number)[] = [
    ([x, y, z]) => 0.04 * x * y - 0.05 * (x * x - z * z) + 0.03 * y,
    ([x, y, z]) => 0.05 * y * z + 0.04 * (y * y - x * x) - 0.06 * x * y * z + 0.02 * z,
  ];
  const run = (turn: (n: Vector) => Vector, options: RayOptions = {}) => {
    const all = planesOf(64, [500, 1000], functions.map((f) => (n: Vector) => f(turn(n))));
    return {
      ...all,
      traced: raytracePlanes(all.planes, Float64Array.of(1600), { lmax: 8, iterations: 3, ...options }),
    };
  };
  const compare = (options: RayOptions) => {
    const plain = run((n) => n, options).traced;
    const { traced, theta, phi } = run(([x, y, z]) => [y, z, x], options);
    const vectors = Array.from(theta, (t, i): Vector => [
      Math.sin(t) * Math.sin(phi[i]),
      Math.cos(t),
      Math.sin(t) * Math.cos(phi[i]),
    ]);
    const at = [
      Float64Array.from(vectors, (v) => Math.acos(v[2])),
      Float64Array.from(vectors, (v) => Math.atan2(v[1], v[0])),
    ];
    const read = (map: TracedMaps["rotation"]) => interpolateMap(values(map), at[0], at[1]);
    const difference = (name: "convergence" | "rotation") => rms(minus(values(traced[name]), read(plain[name])));
    return [difference("convergence"), difference("rotation"), rms(values(plain.rotation))];
  };
  const [kappa, rotation, size] = compare({});
  // Bilinear values limit the comparison; rotation is of second order.
  assert.ok(kappa < 1e-5 && rotation < 3e-3 * size && size > 3e-5, `${kappa} ${rotation} ${size}`);
  const [, without] = compare({ parallelTransport: false });
  assert.ok(without > 20 * rotation, `${without}`);
});

Deno.test("raytracePlanes() has the same bits for 1, 2 and 3 threads, and takes float32", async () => {
  const run = async (threads: number) => {
    await ready({ threads });
    const traced = raytracePlanes(random(16, 2, 1), Float64Array.of(1500));
    return [traced.convergence, traced.shear2, traced.rotation].map((a) => values(a));
  };
  const one = await run(1);
  assert.deepEqual(await run(2), one);
  assert.deepEqual(await run(3), one);
  await ready({ threads: 2 });
  const { convergence, distances } = random(16, 2, 1);
  const single = new NdArray(Float32Array.from(convergence.data), convergence.shape, "float32");
  const traced = raytracePlanes({ convergence: single, distances }, Float64Array.of(1500));
  assert.equal(traced.convergence.dtype, "float32");
  assert.ok(rms(minus(values(traced.convergence), one[0])) < 1e-6 * rms(one[0]));
});

function lightcone(nside: number, parts = {}): SphericalField {
  const pixels = 12 * nside * nside;
  const array = zeros([2, pixels], "float64");
  array.data.forEach((_, i) => array.data[i] = 5 + Math.sin(i * i));
  const meta = metadata({
    ...{ mesh: [16, 16, 16], boxSize: [2000, 2000, 2000], status: "lightcone" },
    scaleFactors: Float64Array.of(0.9, 0.75),
    centers: Float64Array.of(300, 800),
    widths: Float64Array.of(200, 400),
    ...parts,
  });
  return new SphericalField(array, meta, "density");
}

Deno.test("raytrace() weighs each shell by its own width, distance and scale factor", async () => {
  await ready({ threads: 2 });
  const field = lightcone(4);
  const { born: straight, convergence, shear, rotation } = raytrace(planck18, field, { sources: [0.5, 0.15] });
  const far = comovingDistance(planck18, 0.5);
  const sum = new Float64Array(192);
  for (const [k, a, chi, width] of [[0, 0.9, 300, 200], [1, 0.75, 800, 400]]) {
    const map = values(field.array.at(k));
    const mean = map.reduce((s, v) => s + v, 0) / 192;
    const weight = 1.5 * planck18.omegaM / 2997.92458 ** 2 * chi / a * width * (1 - chi / far);
    map.forEach((v, i) => sum[i] += weight * (v / mean - 1));
  }
  assert.ok(rms(minus(values(straight.array.at(0)), sum)) < 1e-12 * rms(sum));
  assert.deepEqual([...straight.meta.sourceRedshifts!], [0.5, 0.15]);
  assert.deepEqual([convergence.meta.status, shear[0].meta.status, rotation.unit], ["kappa", "gamma", "1"]);
  // Sources at 0.15 lie between the shells: one plane, so the straight sum.
  assert.ok(rms(minus(values(convergence.array.at(1)), values(straight.array.at(1)))) < 1e-15);
});

Deno.test("ray-tracing refuses what does not fit", async () => {
  await ready({ threads: 2 });
  const planes = random(4, 2, 1);
  const sources = Float64Array.of(1000);
  assert.throws(
    () => raytracePlanes({ ...planes, distances: Float64Array.of(800, 400) }, sources),
    (e) => isToolkitError(e, "DomainError") && /near to far/.test(e.message),
  );
  assert.throws(
    () => raytracePlanes({ ...planes, distances: Float64Array.of(400) }, sources),
    (e) => isToolkitError(e, "ShapeError"),
  );
  assert.throws(() => raytracePlanes(planes, Float64Array.of(-1)), (e) => isToolkitError(e, "DomainError"));
  assert.throws(
    () => raytracePlanes(planes, sources, { scheme: "cic" as "ngp" }),
    (e) => isToolkitError(e, "DomainError"),
  );
  const bare = lightcone(4, { widths: undefined });
  assert.throws(
    () => raytrace(planck18, bare, { sources: [1] }),
    (e) => isToolkitError(e, "DomainError") && /widths/.test(e.message),
  );
  assert.throws(() => raytrace(planck18, lightcone(4), { sources: [0] }), (e) => isToolkitError(e, "DomainError"));
});

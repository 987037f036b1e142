import assert from "node:assert/strict";
import { NdArray, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { randomNormal } from "../../lib/rng/mod.ts";
import {
  type Alm,
  alm2map,
  alm2mapAdjoint,
  alm2mapSpin,
  alm2mapSpinAdjoint,
  almIndex,
  almSize,
  map2alm,
  map2almSpin,
  pix2ang,
} from "../../lib/sphere/mod.ts";

const reference = JSON.parse(Deno.readTextFileSync(new URL("reference/harmonics_healpy.json", import.meta.url)));

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}

function alm(data: ArrayLike<number>): Alm {
  return new NdArray(Float64Array.from(data), [data.length / 2], "complex128");
}

/** Numbers of a map. */
const f64 = (map: { data: ArrayLike<number> }) => Float64Array.from(map.data);

/** White coefficients with real a_l0; `from` is the first degree. */
function white(lmax: number, key: number, from = 0): Alm {
  const n = almSize({ lmax });
  const data = randomNormal(2 * n, { key });
  for (let m = 0, i = 0; m <= lmax; m++) {
    for (let l = m; l <= lmax; l++, i += 2) {
      if (m === 0) data[i + 1] = 0;
      if (l < from) data[i] = data[i + 1] = 0;
    }
  }
  return alm(data);
}

function noise(nside: number, key: number): NdArray<"float64"> {
  return new NdArray(randomNormal(12 * nside * nside, { key }), [12 * nside * nside], "float64");
}

/** Angles of all pixels. */
function angles(nside: number) {
  return pix2ang(nside, Float64Array.from({ length: 12 * nside * nside }, (_, i) => i));
}

// Both codes round differently; values are of order 1 to 10.
const HEALPY = 1e-13;

Deno.test("alm2map() and map2alm() agree with healpy, also with mmax below lmax", async () => {
  await ready({ threads: 2 });
  const { nside, lmax, mmax } = reference;
  assert.ok(largest(alm2map(alm(reference.e), nside).data, reference.map) < HEALPY);
  assert.ok(largest(alm2map(alm(reference.short), nside, { lmax, mmax }).data, reference.mapShort) < HEALPY);
  const map = new NdArray(Float64Array.from(reference.noise as number[]), [12 * nside * nside], "float64");
  for (const iterations of [0, 3]) {
    assert.ok(largest(map2alm(map, { lmax, iterations }).data, reference[`alm${iterations}`]) < HEALPY);
  }
});

Deno.test("alm2mapSpin() and map2almSpin() agree with healpy for spin 1 and 2", async () => {
  await ready({ threads: 2 });
  const { nside, lmax } = reference;
  const [q, u] = [reference.noise, reference.other].map((values: number[]) =>
    new NdArray(Float64Array.from(values), [12 * nside * nside], "float64")
  );
  for (const spin of [1, 2]) {
    const maps = alm2mapSpin([alm(reference.e), alm(reference.b)], nside, spin);
    maps.forEach((map, i) => assert.ok(largest(map.data, reference[`spin${spin}`][i]) < HEALPY));
    const back = map2almSpin([q, u], spin, { lmax, iterations: 0 });
    back.forEach((one, i) => assert.ok(largest(one.data, reference[`back${spin}`][i]) < HEALPY));
  }
});

Deno.test("alm2map() of single coefficients gives the functions written out", async () => {
  await ready({ threads: 1 });
  const { theta, phi } = angles(4);
  const [cos, sin] = [theta.map(Math.cos), theta.map(Math.sin)];
  // Y_00, Y_10, and 2 Re(Y_11), 2 Re(i Y_21), 2 Re(Y_22), with the phase of Condon and Shortley.
  const cases: [number, number, number, (i: number) => number][] = [
    [0, 0, 0, () => Math.sqrt(1 / (4 * Math.PI))],
    [1, 0, 0, (i) => Math.sqrt(3 / (4 * Math.PI)) * cos[i]],
    [1, 1, 0, (i) => -2 * Math.sqrt(3 / (8 * Math.PI)) * sin[i] * Math.cos(phi[i])],
    [2, 1, 1, (i) => 2 * Math.sqrt(15 / (8 * Math.PI)) * sin[i] * cos[i] * Math.sin(phi[i])],
    [2, 2, 0, (i) => 2 * Math.sqrt(15 / (32 * Math.PI)) * sin[i] ** 2 * Math.cos(2 * phi[i])],
  ];
  for (const [l, m, part, value] of cases) {
    const one = zeros([almSize({ lmax: 3 })], "complex128");
    one.data[2 * almIndex(3, l, m) + part] = 1;
    assert.ok(largest(alm2map(one, 4).data, theta.map((_, i) => value(i))) < 1e-15 * 10, `l ${l}, m ${m}`);
  }
});

Deno.test("alm2map() of one high degree is the Legendre polynomial of the angle to a point (addition theorem)", async () => {
  await ready({ threads: 2 });
  // sum_m Y_lm(n) conj(Y_lm(p)) = (2 l + 1)/(4 pi) P_l(n.p); conj(Y_lm(p)) comes from the adjoint of a map with one pixel.
  const [nside, l] = [64, 150];
  for (const pixel of [0, 7000, 24500]) {
    const point = zeros([12 * nside * nside]);
    point.data[pixel] = 1;
    const all = alm2mapAdjoint(point, { lmax: l });
    for (let m = 0, i = 0; m <= l; m++) {
      for (let k = m; k <= l; k++, i += 2) if (k < l) all.data[i] = all.data[i + 1] = 0;
    }
    const map = f64(alm2map(all, nside));
    const { theta, phi } = angles(nside);
    let most = 0;
    for (let i = 0; i < map.length; i += 97) {
      const x = Math.cos(theta[i]) * Math.cos(theta[pixel]) +
        Math.sin(theta[i]) * Math.sin(theta[pixel]) * Math.cos(phi[i] - phi[pixel]);
      let [p, q] = [1, x];
      for (let k = 1; k < l; k++) [p, q] = [q, ((2 * k + 1) * x * q - k * p) / (k + 1)];
      most = Math.max(most, Math.abs(map[i] - (2 * l + 1) / (4 * Math.PI) * q));
    }
    // Of 24 at the point itself; the polynomial's recurrence loses digits near x = 1.
    assert.ok(most < 2e-11, `${most}`);
  }
});

Deno.test("map2alm() gives back what alm2map() took, better with each iteration", async () => {
  await ready({ threads: 2 });
  const [nside, lmax] = [32, 64];
  const rms = (iterations: number) => {
    const put = white(lmax, 3);
    const got = map2alm(alm2map(put, nside), { lmax, iterations });
    return Math.sqrt(got.data.reduce((s, v, i) => s + (v - put.data[i]) ** 2, 0) / put.data.length);
  };
  const [none, one, three] = [rms(0), rms(1), rms(3)];
  assert.ok(none < 1e-2 && one < none / 5 && three < none / 300, `${none} ${one} ${three}`);
});

Deno.test("alm2map() conserves power: the mean square of the map is sum (2 l + 1) C_l/(4 pi)", async () => {
  await ready({ threads: 2 });
  const a = white(20, 5);
  const map = f64(alm2map(a, 32));
  let power = 0;
  for (let m = 0, i = 0; m <= 20; m++) {
    for (let l = m; l <= 20; l++, i += 2) power += (m ? 2 : 1) * (a.data[i] ** 2 + a.data[i + 1] ** 2);
  }
  // Sums over pixels of products of degree 40 are right to 1e-3 at nside 32.
  assert.ok(Math.abs(map.reduce((s, v) => s + v * v, 0) / map.length * 4 * Math.PI / power - 1) < 1e-3);
});

Deno.test("alm2mapSpin() of spin 1 is the gradient of the scalar map, and of B its rotation by 90 degrees", async () => {
  await ready({ threads: 2 });
  const [nside, lmax] = [8, 12];
  const psi = white(lmax, 11, 1);
  const e = alm(psi.data);
  for (let m = 0, i = 0; m <= lmax; m++) {
    for (let l = m; l <= lmax; l++, i += 2) {
      for (const part of [0, 1]) e.data[i + part] *= Math.sqrt(l * (l + 1));
    }
  }
  const none = alm(new Float64Array(e.data.length));
  const [byTheta, byPhi] = alm2mapSpin([e, none], nside, 1);
  // d/d phi multiplies by i m.
  const turned = alm(psi.data);
  for (let m = 0, i = 0; m <= lmax; m++) {
    for (let l = m; l <= lmax; l++, i += 2) {
      [turned.data[i], turned.data[i + 1]] = [-m * psi.data[i + 1], m * psi.data[i]];
    }
  }
  const { theta } = angles(nside);
  assert.ok(largest(byPhi.data, f64(alm2map(turned, nside)).map((v, i) => v / Math.sin(theta[i]))) < 1e-11);
  // The divergence of the gradient is the Laplacian: sum psi laplacian psi = - sum |grad psi|^2, to the pixels' precision.
  const map = f64(alm2map(psi, 32));
  const laplacian = alm(psi.data);
  for (let m = 0, i = 0; m <= lmax; m++) {
    for (let l = m; l <= lmax; l++, i += 2) for (const part of [0, 1]) laplacian.data[i + part] *= -l * (l + 1);
  }
  const right = f64(alm2map(laplacian, 32));
  const [gt, gp] = alm2mapSpin([e, none], 32, 1).map(f64);
  const one = -map.reduce((s, v, i) => s + v * right[i], 0);
  const two = gt.reduce((s, v, i) => s + v * v + gp[i] ** 2, 0);
  assert.ok(Math.abs(one / two - 1) < 1e-3, `${one / two}`);
  const [q, u] = alm2mapSpin([none, e], nside, 1);
  assert.ok(largest(q.data, f64(byPhi).map((v) => -v)) < 1e-12 && largest(u.data, byTheta.data) < 1e-12);
});

Deno.test("alm2mapSpin() of spin 2 is what second derivatives of the scalar map give, in the sign of healpy", async () => {
  await ready({ threads: 2 });
  // psi = Y_20: psi_tt - psi_pp = -3 sqrt(5/(4 pi)) (cos 2t - cos^2 t) = 3 sqrt(5/(4 pi)) sin^2 t, psi_tp = 0;
  // E = -sqrt((l + 2)!/(l - 2)!) psi_lm = -sqrt(24) psi_20 gives (psi_tt - psi_pp, 2 psi_tp).
  const e = zeros([almSize({ lmax: 2 })], "complex128");
  e.data[2 * almIndex(2, 2, 0)] = -Math.sqrt(24);
  const [q, u] = alm2mapSpin([e, zeros(e.shape, "complex128")], 8, 2);
  const { theta } = angles(8);
  assert.ok(largest(q.data, theta.map((t) => 3 * Math.sqrt(5 / (4 * Math.PI)) * Math.sin(t) ** 2)) < 1e-13);
  assert.ok(f64(u).every((v) => Math.abs(v) < 1e-14));
});

Deno.test("map2almSpin() separates E and B, and leaves degrees below the spin at 0", async () => {
  await ready({ threads: 2 });
  const lmax = 30;
  // nside 16, three iterations: as for the scalar round trip.
  for (const spin of [1, 2]) {
    const e = white(lmax, 20 + spin, spin);
    const [gotE, gotB] = map2almSpin(alm2mapSpin([e, alm(new Float64Array(e.data.length))], 16, spin), spin, { lmax });
    assert.ok(largest(gotE.data, e.data) < 1e-3 && gotB.data.every((v) => Math.abs(v) < 1e-3));
    assert.equal(gotE.data[0], 0);
  }
});

Deno.test("adjoints pass the dot-product test", async () => {
  await ready({ threads: 2 });
  const [nside, lmax] = [16, 47];
  const dotAlm = (a: Alm, b: Alm) => a.data.reduce((s, v, i) => s + (i < 2 * (lmax + 1) ? 1 : 2) * v * b.data[i], 0);
  const dotMap = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((s, v, i) => s + v * b[i], 0);
  const [a, b, f, g] = [white(lmax, 1), white(lmax, 2), noise(nside, 3), noise(nside, 4)];
  const left = dotMap(alm2map(a, nside).data, f.data);
  assert.ok(Math.abs(left - dotAlm(a, alm2mapAdjoint(f))) < 1e-12 * Math.abs(left) * 100);
  for (const spin of [1, 2]) {
    const [q, u] = alm2mapSpin([a, b], nside, spin);
    const [e, c] = alm2mapSpinAdjoint([f, g], spin);
    const value = dotMap(q.data, f.data) + dotMap(u.data, g.data);
    assert.ok(Math.abs(value - dotAlm(a, e) - dotAlm(b, c)) < 1e-10 * Math.max(1, Math.abs(value)));
  }
});

Deno.test("transforms have the same bits for 1, 2 and 3 threads, and float32 maps differ by rounding only", async () => {
  const a = white(95, 8), b = white(95, 9);
  const all = async (threads: number) => {
    await ready({ threads });
    const [q, u] = alm2mapSpin([a, b], 32, 2);
    return [alm2map(a, 32), map2alm(q, { iterations: 1 }), q, u, ...map2almSpin([q, u], 1, { iterations: 0 })];
  };
  const one = await all(1);
  for (const threads of [2, 3]) {
    (await all(threads)).forEach((array, i) => assert.deepEqual(array.data, one[i].data));
  }
  const single = alm2map(a, 32, { dtype: "float32" });
  assert.equal(single.dtype, "float32");
  assert.deepEqual(single.data, Float32Array.from(one[0].data));
  await ready({ threads: 2 });
});

Deno.test("transforms refuse what does not fit", async () => {
  await ready({ threads: 2 });
  const a = white(4, 1);
  assert.throws(() => alm2map(a, 12), (e) => isToolkitError(e, "DomainError") && /power of two/.test(e.message));
  assert.throws(() => alm2map(a, 4, { lmax: 5 }), (e) => isToolkitError(e, "ShapeError") && e.expected === "[21]");
  assert.throws(() => alm2map(alm(new Float64Array(8)), 4), (e) => isToolkitError(e, "ShapeError"));
  assert.throws(() => alm2map(a, 4, { lmax: 4, mmax: 5 }), (e) => isToolkitError(e, "DomainError"));
  assert.throws(() => alm2mapSpin([a, a], 4, 3), (e) => isToolkitError(e, "DomainError"));
  assert.throws(() => alm2mapSpin([a, white(5, 1)], 4, 2), (e) => isToolkitError(e, "ShapeError"));
  assert.throws(() => map2alm(zeros([100])), (e) => isToolkitError(e, "DomainError"));
  assert.throws(() => map2alm(zeros([48]), { iterations: -1 }), (e) => isToolkitError(e, "DomainError"));
  const wrong = { ringWeights: new Float64Array(3) };
  assert.throws(() => map2alm(zeros([48]), wrong), (e) => isToolkitError(e, "ShapeError") && e.expected === "4");
  const single = new NdArray(new Float32Array(8), [4], "complex64") as unknown as Alm;
  assert.throws(() => alm2map(single, 2), (e) => isToolkitError(e, "DtypeError"));
});

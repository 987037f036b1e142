import assert from "node:assert/strict";
import { Field, fromData, type NdArray, zeros } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import {
  type Axis,
  crossCylindricalPower,
  crossMultipoles,
  cylindricalPower,
  powerMultipoles,
  powerSpectrum,
  sampleError,
} from "../../lib/power/mod.ts";
import { hash } from "./hash.ts";
import reference from "./reference/tools21cm.json" with { type: "json" };

const BOX = 30;

/** A field without symmetry: `hash` and half of its neighbour along z. */
function field(n: number, dtype: "float32" | "float64" = "float64", seed = 0): Field {
  const array = fromData(hash(n, seed), [n, n, n], dtype) as Field["array"];
  return new Field({ array, boxSize: BOX, quantity: "other", unit: "K" });
}

/** cos(2 pi (m r) / n) at each cell r. */
function wave(n: number, m: readonly number[]): Field {
  const array = zeros([n, n, n], "float64");
  array.data.forEach((_, i) => {
    const r = [Math.floor(i / n / n), Math.floor(i / n) % n, i % n];
    array.data[i] = Math.cos(2 * Math.PI * r.reduce((sum, c, axis) => sum + c * m[axis], 0) / n);
  });
  return new Field({ array, boxSize: BOX, quantity: "overdensity", unit: "1" });
}

const unit = 2 * Math.PI / BOX;
const near = (got: number, wanted: number, tolerance: number, what = "") =>
  assert.ok(Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted)), `${what} ${got}, not ${wanted}`);

Deno.test("cylindricalPower() agrees with tools21cm along each axis, log and linear bins, float32 and float64", async () => {
  await ready({ threads: 2 });
  for (const dtype of ["float32", "float64"] as const) {
    const f = field(16, dtype);
    for (const { axis, spacing, perpendicular, parallel, power, modes } of reference.cylinder) {
      const options = { axis: axis as Axis, spacing: spacing as "log", perpendicularBins: 5, parallelBins: 5 };
      const ours = cylindricalPower(f, options);
      assert.deepEqual([...ours.modes.data], modes);
      // Theirs is the geometric middle for logarithmic bins.
      const middle = (edges: Float64Array, i: number) =>
        spacing === "log" ? Math.sqrt(edges[i] * edges[i + 1]) : (edges[i] + edges[i + 1]) / 2;
      perpendicular.forEach((k, i) => near(middle(ours.perpendicularEdges, i), k, 1e-14));
      parallel.forEach((k, i) => near(middle(ours.parallelEdges, i), k, 1e-14));
      power.forEach((p, i) => {
        if (p === null) assert.ok(Number.isNaN(ours.power.data[i]));
        else near(ours.power.data[i] / p, 1, dtype === "float32" ? 3e-6 : 1e-12, `${spacing} ${axis} ${i}`);
      });
    }
    f.array.dispose();
  }
});

Deno.test("cylindricalPower() of plane waves: V / 4 in two modes of the bin they belong to, along any axis", async () => {
  await ready({ threads: 2 });
  const volume = BOX ** 3;
  for (const axis of [0, 1, 2] as const) {
    // m = 3 along the line of sight, 2 and 0 across it; only +-(3, 2, 0) carry power.
    const m = [0, 0, 0];
    m[axis] = 3;
    m[(axis + 1) % 3] = 2;
    const f = wave(12, m);
    const edges = (list: number[]) => list.map((v) => v * unit);
    const options = { axis, perpendicularBins: edges([0, 1.5, 2.1, 4]), parallelBins: edges([0, 2.5, 3.5]) };
    const { power, modes, kPerpendicularMean, kParallelMean, dimensionless, ...rest } = cylindricalPower(f, options);
    // Across: (0,0) 4x(1,0) 4x(1,1); 4x(2,0), as (2,1) has sqrt(5) > 2.1. Along: 0, +-1, +-2; +-3.
    assert.deepEqual([power.shape, modes.data[0], modes.data[2], modes.data[3]], [[3, 2], 9 * 5, 4 * 5, 4 * 2]);
    [...power.data].forEach((p, at) => near(p, at === 3 ? 2 * volume / 4 / 8 : 0, 1e-11));
    near(kParallelMean[0], (2 + 4) / 5 * unit, 1e-14);
    near(kParallelMean[1], 3 * unit, 1e-14);
    near(kPerpendicularMean[0], (4 + 4 * Math.SQRT2) / 9 * unit, 1e-14);
    near(kPerpendicularMean[1], 2 * unit, 1e-14);
    const k = Math.hypot(1.8 * unit, 3 * unit);
    near(dimensionless.data[3], power.data[3] * k ** 3 / (2 * Math.PI ** 2), 1e-12);
    assert.deepEqual([rest.unit, rest.dimensionlessUnit], ["(Mpc/h)^3", "1"]);
    near(sampleError({ power, modes })[3], power.data[3] / 2, 1e-14);
    f.array.dispose();
  }
});

Deno.test("cylindricalPower() over all modes adds up to powerSpectrum(), for even and odd meshes", async () => {
  await ready({ threads: 2 });
  for (const n of [9, 16]) {
    const f = field(n);
    const all = powerSpectrum(f, { bins: [0, 100] });
    for (const axis of [0, 1, 2] as const) {
      const options = { axis, perpendicularBins: [0, 0.5, 0.8, 100], parallelBins: [0, 0.3, 0.7, 100] };
      const { power, modes } = cylindricalPower(f, options);
      assert.equal(modes.data.reduce((a, b) => a + b), n ** 3);
      const sum = power.data.reduce((total, p, i) => total + p * modes.data[i], 0);
      near(sum / (all.power[0] * all.modes[0]), 1, 1e-13);
    }
    f.array.dispose();
  }
});

Deno.test("crossCylindricalPower() and crossMultipoles() are bilinear and symmetric, with a window and shot noise", async () => {
  await ready({ threads: 1 });
  const [a, b] = [field(8), field(8, "float64", 5)];
  const sum = zeros([8, 8, 8], "float64");
  sum.data.forEach((_, i) => sum.data[i] = a.array.data[i] + b.array.data[i]);
  const both = a.with({ array: sum });
  const options = { deconvolve: "cic", bins: 3, perpendicularBins: 3, parallelBins: 2 } as const;
  // |A + B|^2 = |A|^2 + |B|^2 + 2 Re(A conj(B)).
  const bilinear = (get: (x: Field, y: Field) => Float64Array) => {
    const [whole, aa, bb, ab, ba] = [get(both, both), get(a, a), get(b, b), get(a, b), get(b, a)];
    whole.forEach((w, i) => near(w, aa[i] + bb[i] + 2 * ab[i], 1e-12));
    ab.forEach((v, i) => near(v, ba[i], 1e-12));
  };
  bilinear((x, y) => crossCylindricalPower(x, y, options).power.data as Float64Array);
  for (const name of ["monopole", "quadrupole", "hexadecapole"] as const) {
    bilinear((x, y) => crossMultipoles(x, y, options)[name]);
  }
  const [plain, less] = [0, 0.25].map((shotNoise) => cylindricalPower(a, { ...options, shotNoise }).power.data);
  plain.forEach((p, i) => assert.equal(less[i], p - 0.25));
  const [whole, without] = [0, 0.25].map((shotNoise) => powerMultipoles(a, { ...options, shotNoise }));
  whole.monopole.forEach((p, i) => assert.equal(without.monopole[i], p - 0.25));
  assert.deepEqual(without.quadrupole, whole.quadrupole);
  assert.equal(crossCylindricalPower(a, b.with({ unit: "mK" }), options).unit, "K mK (Mpc/h)^3");
  [a.array, b.array, sum as NdArray].forEach((array) => array.dispose());
});

Deno.test("powerMultipoles() of a plane wave are (2 l + 1) L_l(mu) times its power, and the monopole is powerSpectrum()", async () => {
  await ready({ threads: 2 });
  // m = (1, 2, 2): |m| = 3, so mu = 1/3 along x and 2/3 along y and z.
  const f = wave(10, [1, 2, 2]);
  for (const [axis, mu] of [[0, 1 / 3], [1, 2 / 3], [2, 2 / 3]] as const) {
    const { monopole, quadrupole, hexadecapole, modes, unit: label } = powerMultipoles(f, {
      axis,
      bins: [2.9 * unit, 3.1 * unit],
    });
    assert.equal(modes[0], 30);
    near(monopole[0], 2 * BOX ** 3 / 4 / 30, 1e-12);
    near(quadrupole[0], 5 * (3 * mu ** 2 - 1) / 2 * monopole[0], 1e-11);
    near(hexadecapole[0], 9 * (35 * mu ** 4 - 30 * mu ** 2 + 3) / 8 * monopole[0], 1e-11);
    assert.equal(label, "(Mpc/h)^3");
  }
  f.array.dispose();
  const random = field(18, "float32");
  const [shells, poles] = [powerSpectrum(random), powerMultipoles(random)];
  assert.deepEqual([poles.k, poles.kMean, poles.modes, poles.edges], [
    shells.k,
    shells.kMean,
    shells.modes,
    shells.edges,
  ]);
  poles.monopole.forEach((p, i) => Number.isNaN(p) || near(p / shells.power[i], 1, 1e-13));
  random.array.dispose();
});

Deno.test("powerMultipoles() of redshift-space power (1 + beta mu^2)^2 are Kaiser's", async () => {
  await ready({ threads: 2 });
  // One wave of amplitude 1 + beta mu^2 for each mode of the shell |m| = 3 (half of 30, the others are mirror images).
  const [n, beta] = [12, 0.7];
  const array = zeros([n, n, n], "float64");
  for (let x = -3; x <= 3; x++) {
    for (let y = -3; y <= 3; y++) {
      for (let z = -3; z <= 3; z++) {
        if (x * x + y * y + z * z !== 9 || (x || y || z) < 0) continue;
        const { array: part } = wave(n, [x, y, z]);
        array.data.forEach((v, i) => array.data[i] = v + (1 + beta * z * z / 9) * part.data[i]);
        part.dispose();
      }
    }
  }
  const f = new Field({ array, boxSize: BOX, quantity: "overdensity", unit: "1" });
  const { monopole, quadrupole, hexadecapole } = powerMultipoles(f, { bins: [2.9 * unit, 3.1 * unit] });
  // Means over the 30 modes: mu^2 is 1 (2 modes), 0 (4), 1/9 (8) and 4/9 (16).
  const mus = [[2, 1], [4, 0], [8, 1 / 9], [16, 4 / 9]];
  const mean = (l: (mu2: number) => number) =>
    mus.reduce((sum, [count, mu2]) => sum + count * (1 + beta * mu2) ** 2 * l(mu2), 0) / 30 * BOX ** 3 / 4;
  near(monopole[0], mean(() => 1), 1e-12);
  near(quadrupole[0], 5 * mean((mu2) => (3 * mu2 - 1) / 2), 1e-12);
  near(hexadecapole[0], 9 * mean((mu2) => (35 * mu2 ** 2 - 30 * mu2 + 3) / 8), 1e-12);
  array.dispose();
});

Deno.test("cylindricalPower() and powerMultipoles() give the same bits with 1, 2 and 3 threads", async () => {
  const seen = new Set<string>();
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const f = field(24, "float32");
    const { monopole, quadrupole, hexadecapole } = powerMultipoles(f, { axis: 1 });
    const cylinders = ([0, 1, 2] as const).map((axis) => [...cylindricalPower(f, { axis }).power.data]);
    seen.add(JSON.stringify([cylinders, ...[monopole, quadrupole, hexadecapole].map((p) => [...p])]));
    f.array.dispose();
  }
  assert.equal(seen.size, 1);
});

Deno.test("cylindricalPower() fills empty bins by the nearest, and refuses bad bins and axes", async () => {
  await ready({ threads: 1 });
  const f = field(8);
  // Of |m| = 0, 1, ... 4 along, the bins from 1.1 to 1.9 are empty.
  const edges = [0.9, 1.1, 1.5, 1.9, 2.1].map((v) => v * unit);
  const options = { parallelBins: edges, perpendicularBins: [0, 100] };
  const [nan, nearest] = (["nan", "nearest"] as const).map((emptyBins) =>
    cylindricalPower(f, { ...options, emptyBins })
  );
  assert.deepEqual([...nan.modes.data], [128, 0, 0, 128]);
  assert.ok(Number.isNaN(nan.power.data[1]) && Number.isNaN(nan.kParallelMean[2]) && Number.isNaN(sampleError(nan)[1]));
  const [p, , , q] = nan.power.data;
  assert.deepEqual([...nearest.power.data], [p, p, q, q]);
  const fails = (run: () => unknown, message: RegExp) =>
    assert.throws(run, (e: unknown) => isToolkitError(e, "DomainError") && message.test(e.message));
  fails(() => cylindricalPower(f, { axis: 3 as Axis }), /"axis": it must be 0, 1 or 2, got 3/);
  fails(() => powerMultipoles(f, { axis: -1 as Axis }), /"axis"/);
  fails(() => cylindricalPower(f, { parallelBins: [1, 0] }), /rising wavenumbers/);
  fails(() => cylindricalPower(f, { perpendicularBins: 0 }), /"bins"/);
  fails(() => cylindricalPower(f.with({ quantity: "counts" })), /field of counts/);
  f.array.dispose();
});

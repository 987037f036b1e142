import assert from "node:assert/strict";
import { type Field, fromData, NdArray, stats } from "../../lib/array/mod.ts";
import { DomainError, sha256, ShapeError } from "../../lib/base/mod.ts";
import { linearPower, planck18 } from "../../lib/cosmology/mod.ts";
import { memoryUse, ready, resetPeak } from "../../lib/kernel/mod.ts";
import { displaceAt, initialField, lagrangianDisplacements, linearDensity, lptSnapshot } from "../../lib/pm/mod.ts";
import { paint } from "../../lib/paint/mod.ts";

await ready({ threads: 2 });
const linear = linearPower(planck18);
const bytes = (data: Float32Array | Float64Array) => new Uint8Array(data.slice().buffer);

Deno.test("fields, displacements and snapshots have the same bits with 1, 2 and 3 threads", async () => {
  const hashes = [];
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    using field = initialField(linear, { cells: 32, boxSize: 60, key: 4, fixed: true });
    using snapshot = lptSnapshot(field, { z: 6, order: 3, velocityAxis: 1, displacements: true });
    using moved = lagrangianDisplacements(field, { z: 6, order: 3, velocities: true });
    const smooth = linearDensity(field, { z: 6, radius: 4 });
    hashes.push([
      ...field.sources(3).map((s) => s.data),
      snapshot.density.array.data,
      snapshot.displacements!.displacement.data,
      snapshot.velocity!.array.data,
      moved.displacement.data,
      moved.velocity!.data,
      smooth.array.data,
    ].map((data) => sha256(bytes(data))));
    smooth.array.dispose();
  }
  await ready({ threads: 2 });
  assert.deepEqual(hashes[1], hashes[0]);
  assert.deepEqual(hashes[2], hashes[0]);
});

Deno.test("lptSnapshot() paints the displaced lattice, and its mean velocity", () => {
  const [n, boxSize, z] = [16, 50, 4];
  using field = initialField(linear, { cells: n, boxSize, key: 8, dtype: "float64" });
  const cells = Array.from({ length: n ** 3 }, (_, i) => i);
  for (
    const [lattice, scheme] of [["nodes", "ngp"], ["nodes", "cic"], ["centres", "cic"], ["centres", "pcs"]] as const
  ) {
    const options = { z, order: 2, lattice, scheme, displacements: true } as const;
    using snapshot = lptSnapshot(field, { ...options, velocityAxis: 2 });
    const { displacement, offset } = snapshot.displacements!;
    assert.equal(offset, lattice === "nodes" ? 0 : 0.5);
    const positions = cells.flatMap((i) =>
      [Math.floor(i / n / n), Math.floor(i / n) % n, i % n].map((j, axis) =>
        (j + offset) * boxSize / n + displacement.data[axis * n ** 3 + i]
      )
    );
    using particles = fromData(positions, [n ** 3, 3], "float64");
    const mass = paint(particles, { scheme, cells: n, boxSize }).array;
    assert.ok(cells.every((i) => Math.abs(snapshot.density.array.data[i] - (mass.data[i] - 1)) < 1e-11));
    const { quantity, unit } = snapshot.density;
    assert.deepEqual([quantity, unit, snapshot.velocity!.unit], ["overdensity", "1", "km/s"]);
    if (lattice === "nodes") {
      using moved = lagrangianDisplacements(field, { z, order: 2, velocities: true });
      assert.deepEqual(displacement.data, moved.displacement.data);
      const own = moved.velocity!.data.slice(2 * n ** 3) as Float64Array;
      const momentum = paint(particles, { scheme, cells: n, boxSize, weights: own }).array;
      const expected = cells.map((i) => mass.data[i] === 0 ? own[i] : momentum.data[i] / mass.data[i]);
      // Where a corner of a cloud is all that there is, rounding is divided by little.
      assert.ok(cells.every((i) => Math.abs(snapshot.velocity!.array.data[i] - expected[i]) < 1e-6));
      if (scheme === "ngp") assert.ok(mass.data.includes(0));
      momentum.dispose();
    }
    mass.dispose();
  }
});

Deno.test("lptSnapshot() is the linear field while displacements are small, at the same nodes", () => {
  const [n, boxSize, z] = [32, 320, 9];
  using field = initialField(linear, { cells: n, boxSize, key: 12, dtype: "float64" });
  const plain = linearDensity(field, { z });
  const correlation = (density: Field) => {
    let [ab, aa, bb] = [0, 0, 0];
    density.array.data.forEach((x, i) => {
      const y = plain.array.data[i];
      [ab, aa, bb] = [ab + x * y, aa + x * x, bb + y * y];
    });
    return ab / Math.sqrt(aa * bb);
  };
  using centres = lptSnapshot(field, { z, order: 2 });
  using nodes = lptSnapshot(field, { z, order: 2, lattice: "nodes" });
  // Of all modes together. Measured 0.909, and 0.742, as |displacement| enters.
  assert.ok(correlation(centres.density) > 0.88, String(correlation(centres.density)));
  assert.ok(correlation(nodes.density) < 0.8, String(correlation(nodes.density)));
  assert.ok(Math.abs(stats(centres.density.array).sum) < 1e-9);
  plain.array.dispose();
});

Deno.test("displacements of a pair cancel at odd orders", () => {
  const options = { cells: 16, boxSize: 100, key: 21, dtype: "float64" } as const;
  using one = initialField(linear, options);
  using other = initialField(linear, { ...options, paired: true });
  const psi = (field: typeof one, order: 1 | 2 | 3) => {
    using moved = lagrangianDisplacements(field, { z: 3, order });
    return moved.displacement.data.slice();
  };
  const [first, second] = [psi(one, 1), psi(one, 2)];
  const [third, opposite] = [psi(one, 3), psi(other, 3)];
  third.forEach((v, i) => assert.ok(Math.abs((v + opposite[i]) / 2 - (second[i] - first[i])) < 1e-13));
});

Deno.test("displaceAt() moves nodes as the mesh moves them, interpolates between, and wraps", () => {
  const [n, boxSize] = [8, 20];
  using field = initialField(linear, { cells: n, boxSize, key: 3 });
  using moved = lagrangianDisplacements(field, { z: 0, order: 1 });
  const psi = (x: number, y: number, z: number) =>
    [0, 1, 2].map((axis) => moved.displacement.data[moved.displacement.offset(axis, x, y, z)]);
  const wrap = (x: number) => x - Math.floor(x / boxSize) * boxSize;
  const q = [[2, 3, 4], [0, 0, 0], [7, 7, 7], [2, 3, 4.25]].map((q) => q.map((i) => i * boxSize / n));
  for (const dtype of ["float32", "float64"] as const) {
    using positions = fromData(q.flat(), [4, 3], dtype);
    using at = displaceAt(moved, positions);
    const [a, b] = [psi(2, 3, 4), psi(2, 3, 5)];
    const expected = [a, psi(0, 0, 0), psi(7, 7, 7), a.map((v, i) => 0.75 * v + 0.25 * b[i])];
    assert.equal(at.dtype, dtype);
    expected.flat().forEach((by, i) => {
      // float32 displacements of up to 10 Mpc/h, positions of 20.
      assert.ok(Math.abs(at.data[i] - wrap(q.flat()[i] + by)) < 5e-6, `${i}`);
      assert.ok(at.data[i] >= 0 && at.data[i] < boxSize);
    });
    assert.deepEqual([...positions.data], q.flat());
  }
  // The same from displacements at the middle of cells.
  using snapshot = lptSnapshot(field, { z: 0, order: 1, displacements: true });
  const middle = snapshot.displacements!;
  using start = fromData([2.5, 3.5, 4.5].map((i) => i * boxSize / n), [1, 3], "float64");
  using end = displaceAt(middle, start);
  for (const axis of [0, 1, 2]) {
    const by = middle.displacement.data[middle.displacement.offset(axis, 2, 3, 4)];
    assert.ok(Math.abs(end.data[axis] - wrap(start.data[axis] + by)) < 5e-6);
  }
  using flat = fromData([1, 2, 3], [3], "float64");
  assert.throws(() => displaceAt(moved, flat), ShapeError);
  using bad = fromData([1, NaN, 3], [1, 3], "float64");
  assert.throws(() => displaceAt(moved, bad), /position 0 is \(1, NaN, 3\)/);
});

Deno.test("displaceAt() fills another array or the positions themselves, the same with 1, 2 and 3 threads", async () => {
  using field = initialField(linear, { cells: 16, boxSize: 50, key: 3 });
  using snapshot = lptSnapshot(field, { z: 1, order: 2, displacements: true });
  // More than pass through the kernels' memory at once.
  const count = 300_001;
  const start = Float32Array.from({ length: 3 * count }, (_, i) => (i * 7919 % 50021) * 1e-3);
  const shape = [count, 3];
  using inside = fromData(start, shape, "float32");
  using expected = displaceAt(snapshot.displacements!, inside);
  assert.notDeepEqual(expected.data.slice(0, 9), start.slice(0, 9));
  assert.deepEqual(
    [...displaceAt(snapshot.displacements!, new NdArray(new Float32Array(), [0, 3], "float32")).data],
    [],
  );
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const outside = new NdArray(start.slice(), shape, "float32");
    resetPeak();
    const before = memoryUse().allocated;
    assert.equal(displaceAt(snapshot.displacements!, outside, { out: outside }), outside);
    assert.ok(memoryUse().peak - before <= 2 ** 18 * 12 && memoryUse().allocated === before);
    assert.equal(await sha256(bytes(outside.data)), await sha256(bytes(expected.data)));
  }
  await ready({ threads: 2 });
  using other = fromData([1, 2, 3], [1, 3], "float32");
  assert.throws(() => displaceAt(snapshot.displacements!, inside, { out: other }), /"out" must be as the positions/);
});

Deno.test("orders, redshifts and axes out of their range are refused, and no memory is lost", () => {
  const before = memoryUse().allocated;
  {
    using field = initialField(linear, { cells: 8, boxSize: 20, key: 3 });
    assert.throws(
      () => lptSnapshot(field, { z: 1, order: 4 as never }),
      /Cannot use "order": it must be 1, 2 or 3, got 4/,
    );
    assert.throws(() => lptSnapshot(field, { z: -0.1, order: 1 }), DomainError);
    assert.throws(() => lagrangianDisplacements(field, { z: NaN, order: 1 }), DomainError);
    assert.throws(() => lptSnapshot(field, { z: 1, order: 1, velocityAxis: 3 as never }), /Cannot use "velocityAxis"/);
    assert.throws(() => lptSnapshot(field, { z: 1, order: 1, lattice: "fcc" as never }), /Cannot use "lattice"/);
    assert.throws(() => lptSnapshot(field, { z: 1, order: 1, growth: "half" as never }), /Cannot use "growth"/);
    assert.throws(() => lptSnapshot(field, { z: 1, order: 1, scheme: "sph" as never }), /Cannot use "scheme"/);
    // From order 1 to 3 and back, one field.
    assert.deepEqual([1, 2, 3, 2, 1].map((order) => field.sources(order as 1).length), [1, 2, 4, 2, 1]);
  }
  assert.equal(memoryUse().allocated, before);
});

Deno.test("third order at 64^3 takes what the documentation says", () => {
  const cells = 64;
  resetPeak();
  const start = memoryUse().peak;
  using field = initialField(linear, { cells, boxSize: 64, key: 3 });
  using snapshot = lptSnapshot(field, { z: 7, order: 3, velocityAxis: 0, displacements: true });
  // While the snapshot is made: four spectra of 4.1 bytes for each cell, a fifth for transforms, positions and displacements
  // of 12, and three meshes of 4; before, eleven spectra.
  const perCell = (memoryUse().peak - start) / cells ** 3;
  assert.ok(perCell < 5 * 4.2 + 24 + 12, String(perCell));
  assert.ok(snapshot.density.cells === cells);
});

import assert from "node:assert/strict";
import { fromData, log1p, zeros } from "../../lib/array/mod.ts";
import {
  concatenate,
  DensityField,
  FlatField,
  metadata,
  ParticleField,
  SphericalField,
  stack,
} from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { BOX, counted, flat, meshes, particles, sphere } from "./_fields.ts";

await ready({ threads: 1 });

Deno.test("metadata() refuses boxes that are not of cubes, observers outside, and shells that cannot be", () => {
  const make = (parts: object) => () => metadata({ ...BOX, ...parts });
  assert.throws(make({ boxSize: [20, 30, 41] }), /"mesh" must be of the same proportions as "boxSize"/);
  assert.throws(make({ mesh: [2, 3, 0] }), /"mesh" must be whole numbers above 0, got 2,3,0/);
  assert.throws(make({ observer: [0.5, 0.5, 1.5] }), /"observer" must be three fractions of the box/);
  assert.throws(make({ scaleFactors: Float64Array.of(0.5, 0) }), /"scaleFactors" must be finite and above 0, got 0/);
  assert.throws(make({ widths: Float64Array.of(NaN) }), /"widths" must be finite and at least 0, got NaN/);
  assert.deepEqual(make({})().observer, [0.5, 0.5, 0.5]);
});

Deno.test("fields refuse arrays of another form, mesh, number of pixels or number of shells", () => {
  const meta = metadata(BOX);
  const throws = (make: () => unknown, message: RegExp) => assert.throws(make, message);
  throws(
    () => new DensityField(zeros([2, 3]), meta, "counts"),
    /shape must be \[nx, ny, nz\] or \[shell, nx, ny, nz\], got \[2, 3\]/,
  );
  throws(() => new DensityField(zeros([2, 3, 5]), meta, "counts"), /must end in \[2, 3, 4\], got \[2, 3, 5\]/);
  throws(() => new ParticleField(zeros([2, 3, 4, 3]), meta, "mpch"), /must end in \[3, 2, 3, 4\]/);
  throws(() => new FlatField(zeros([4]), meta, "1"), /a flat map: its shape must be \[px, py\]/);
  throws(() => new SphericalField(zeros([108]), meta, "1"), /12 nside\^2 with nside a power of two, got 108/);
  throws(() => new SphericalField(zeros([13]), meta, "1"), /got 13/);
  throws(
    () => meshes({ widths: Float64Array.of(1, 2, 3) }),
    /"widths" must have 2 numbers, one for each of its fields, got 3/,
  );
  assert.deepEqual([sphere().nside, flat().pixels, flat().fieldSize], [1, [2, 3], [4, 6]]);
});

Deno.test("at(), slice() and iteration take parts with their share of the metadata, without a copy", () => {
  using both = meshes();
  assert.deepEqual([both.isStack, both.shells, [...both.redshifts!]], [true, 2, [0.25, 1]]);
  const far = both.at(-1);
  assert.deepEqual([far.isStack, far.shells, far.array.shape], [false, 1, [2, 3, 4]]);
  assert.deepEqual([[...far.meta.scaleFactors!], [...far.meta.centers!], far.array.data[0]], [[0.5], [15], 25]);
  assert.equal(far.array.data.buffer, both.array.data.buffer);
  assert.deepEqual([...both].map((f) => f.redshifts![0]), [0.25, 1]);
  assert.deepEqual([...far].length, 1);
  const tail = both.slice(1);
  assert.deepEqual([tail.array.shape, [...tail.meta.centers!]], [[1, 2, 3, 4], [15]]);
  assert.deepEqual([...both.slice(0, -1).meta.scaleFactors!], [0.8]);
  assert.throws(() => both.at(2), /the index must be a whole number from -2 to 1, got 2/);
  assert.throws(() => both.slice(1, 1), /must have at least one of them/);
  assert.throws(() => far.at(0), /this field is a single one/);
  far.dispose(); // A part gives nothing back.
  assert.equal(both.at(1).mean(), 36.5);
});

Deno.test("with() shares the numbers, checks the metadata and leaves the field as it was", () => {
  using field = particles();
  const changed = field.with({ meta: { status: "particles" }, unit: "gridAbsolute" });
  assert.deepEqual([changed.meta.status, changed.unit, changed.array], ["particles", "gridAbsolute", field.array]);
  assert.deepEqual([field.meta.status, field.unit], ["lpt2", "gridRelative"]);
  assert.throws(() => field.with({ meta: { observer: [2, 0, 0] } }), /"observer"/);
  assert.throws(() => field.with({ array: zeros([2, 2]) }), /its shape must be/);
});

Deno.test("stack() and concatenate() copy fields of one simulation, with their metadata", () => {
  using both = meshes();
  using again = stack([both.at(1), both.at(0)]);
  assert.deepEqual([...again.meta.scaleFactors!], [0.5, 0.8]);
  assert.deepEqual(again.array.data.subarray(24), both.array.data.subarray(0, 24));
  using three = concatenate([both, again.at(0)]);
  assert.deepEqual([three.array.shape, [...three.meta.centers!]], [[3, 2, 3, 4], [5, 15, 15]]);
  const bare = new DensityField(counted([2, 3, 4]), metadata(BOX), "counts");
  assert.throws(() => stack([]), /there must be one at least/);
  assert.throws(() => stack([both]), /use "concatenate"/);
  assert.throws(() => stack([both.at(0), bare]), /must have "scaleFactors" all of them/);
  assert.throws(() => stack([bare, bare.with({ unit: "density" })]), /must have one unit, got "counts" and "density"/);
  assert.throws(() => stack([bare, bare.with({ meta: { boxSize: [2, 3, 4] } })]), /the same mesh and box/);
  assert.throws(() => stack([bare, bare.with({ meta: { observer: [0, 0, 0] } })]), /one observer/);
});

Deno.test("arithmetic keeps the unit that the result has", () => {
  using both = meshes();
  using delta = new DensityField(fromData(new Array(24).fill(3), [2, 3, 4], "float64"), metadata(BOX), "overdensity");
  assert.equal(both.plus(1).at(0).array.data[0], 2);
  assert.deepEqual(both.minus(both).stats().max, 0);
  const product = both.times(delta); // A single field times each of a stack.
  assert.deepEqual([product.unit, product.at(1).array.data[0]], ["counts", 75]);
  assert.deepEqual([delta.times(both.at(0)).unit, delta.times(delta).unit], ["counts", "1"]);
  const ratio = both.over(both.at(0));
  assert.deepEqual([ratio.unit, ratio.at(0).max(), ratio.at(1).array.data[0]], ["1", 1, 25]);
  assert.throws(() => both.plus(delta), /units that suit, got "counts" and "overdensity"/);
  assert.throws(() => both.times(both), /units that suit/);
  assert.throws(() => both.at(0).plus(both), /the shapes must agree/);
  const other = new DensityField(zeros([2, 3, 4]), metadata({ ...BOX, boxSize: [2, 3, 4] }), "counts");
  assert.throws(() => both.plus(other), /the same mesh and box, got 2 x 3 x 4 cells in 20 x 30 x 40 Mpc\/h and/);
  assert.throws(() => both.plus(flat().with({ unit: "counts" }) as never), /one kind/);
});

Deno.test("statistics are of all numbers or of each shell; map() takes functions of arrays", () => {
  using maps = sphere();
  assert.deepEqual([maps.min(), maps.max(), maps.mean()], [1, 24, 12.5]);
  assert.deepEqual([...maps.mean({ perShell: true })], [6.5, 18.5]);
  assert.deepEqual([...maps.min({ perShell: true }), ...maps.max({ perShell: true })], [1, 13, 12, 24]);
  // Variance of 1 ... n is (n^2 - 1)/12.
  assert.ok(Math.abs(maps.std({ perShell: true })[0] - Math.sqrt(143 / 12)) < 1e-14);
  const logs = maps.map((a) => log1p(a), "1");
  assert.deepEqual([logs.unit, logs.array.data[0]], ["1", Math.fround(Math.LN2)]);
  assert.deepEqual(logs.meta, maps.meta);
});

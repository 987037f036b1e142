import assert from "node:assert/strict";
import { fromData } from "../../lib/array/mod.ts";
import { DomainError, ShapeError } from "../../lib/base/mod.ts";
import { galaxyFromArrays, subset } from "../../lib/galaxy/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";

await ready();

const stars = {
  coords: [1, 2, 3, 4, 5, 6],
  velocity: Float32Array.of(10, 20, 30, 40, 50, 60),
  mass: [1e6, 2e6],
  metallicity: [0.02, 0.01],
  age: [5, 9],
};

Deno.test("galaxyFromArrays() reads rows of lists, typed arrays and kernel arrays", () => {
  using mass = fromData([1e6, 2e6], [2], "float32");
  using coords = fromData([1, 2, 3, 4, 5, 6], [2, 3], "float64");
  using galaxy = galaxyFromArrays({ stars: { ...stars, mass, coords } });
  assert.deepEqual([galaxy.name, galaxy.redshift, galaxy.halfMassRadius], ["galaxy", 0, undefined]);
  assert.deepEqual(galaxy.stars.columns, ["coords", "velocity", "mass", "metallicity", "age"]);
  const row = new Float64Array(3);
  galaxy.stars.read("velocity", 1, row);
  assert.deepEqual([...row], [40, 50, 60]);
  galaxy.stars.read("coords", 0, row);
  assert.deepEqual([...row], [1, 2, 3]);
  const one = new Float64Array(1);
  galaxy.stars.read("mass", 1, one);
  assert.equal(one[0], 2e6);
  galaxy.stars.read("age", 0, one);
  assert.equal(one[0], 5);
});

Deno.test("galaxyFromArrays() names the column that is wrong", () => {
  const make = (parts: object) => () => galaxyFromArrays({ stars: { ...stars, ...parts } });
  assert.throws(
    make({ coords: [1, 2, 3, 4] }),
    (e) => e instanceof ShapeError && /coords of the stars/.test(e.message),
  );
  assert.throws(
    make({ coords: [1, 2, 3] }),
    (e) => e instanceof ShapeError && /coords has 1 and velocity/.test(e.message),
  );
  assert.throws(
    make({ age: [1] }),
    (e) => e instanceof ShapeError && e.actual === "1 rows" && /age has 1/.test(e.message),
  );
  using transposed = fromData([1, 2, 3, 4, 5, 6], [3, 2], "float64");
  assert.throws(make({ coords: transposed }), (e) => e instanceof ShapeError && e.actual === "[3, 2]");
  assert.throws(make({ age: undefined }), (e) => e instanceof DomainError && /age is missing/.test(e.message));
  assert.throws(make({ colour: [1, 2] }), (e) => e instanceof DomainError && e.actual === "colour");
  const none = { coords: [], velocity: [], mass: [], metallicity: [], age: [] };
  assert.throws(make(none), (e) => e instanceof DomainError && /must have stars/.test(e.message));
  assert.throws(() => galaxyFromArrays({ stars, center: [1, 2] }), ShapeError);
  assert.throws(() => galaxyFromArrays({ stars, redshift: -0.1 }), /redshift of at least 0/);
  assert.throws(() => galaxyFromArrays({ stars, halfMassRadius: 0 }), /halfMassRadius/);
});

Deno.test("tables refuse rows that are not there, and columns they do not have", () => {
  using galaxy = galaxyFromArrays({ stars });
  assert.throws(() => galaxy.stars.read("mass", 1, new Float64Array(2)), ShapeError);
  assert.throws(() => galaxy.stars.read("coords", 0, new Float64Array(4)), ShapeError);
  assert.throws(() => galaxy.stars.read("oxygen", 0, new Float64Array(1)), /must be a column of the stars/);
});

Deno.test("subset() draws different rows with all of their columns, the same for any cut into blocks", () => {
  const count = 200_000; // more than one block
  const ids = Float64Array.from({ length: count }, (_, i) => i);
  const triple = Float64Array.from({ length: 3 * count }, (_, i) => i);
  const galaxy = galaxyFromArrays({
    stars: { coords: triple, velocity: triple, mass: ids, metallicity: ids, age: ids },
    gas: { coords: triple.subarray(0, 30), mass: ids.subarray(0, 10), metallicity: ids.subarray(0, 10) },
  });
  using few = subset(galaxy, 5000, 42);
  assert.equal(few.stars.count, 5000);
  assert.equal(few.gas?.count, 10);
  const [mass, coords] = [new Float64Array(5000), new Float64Array(15000)];
  few.stars.read("mass", 0, mass);
  few.stars.read("coords", 0, coords);
  assert.ok(mass.every((row, i) => i === 0 || row > mass[i - 1]), "rising, so none twice");
  assert.ok(mass.every((row, i) => coords[3 * i] === 3 * row && coords[3 * i + 2] === 3 * row + 2));
  // The mean of 5000 of 0..199999 without replacement has a standard deviation of 806.
  assert.ok(Math.abs(mass.reduce((a, b) => a + b) / 5000 - 99999.5) < 4 * 806);
  for (const [first, length] of [[0, 1], [1, 17], [1638, 3], [4990, 10], [1000, 3000]]) {
    const part = new Float64Array(length);
    few.stars.read("mass", first, part);
    assert.deepEqual(part, mass.subarray(first, first + length));
  }
  using again = subset(galaxy, 5000, 42);
  const repeated = new Float64Array(5000);
  again.stars.read("mass", 0, repeated);
  assert.deepEqual(repeated, mass);
  using other = subset(galaxy, 5000, 43);
  other.stars.read("mass", 0, repeated);
  assert.notDeepEqual(repeated, mass);
  assert.throws(() => subset(galaxy, 0, 1), DomainError);
});

import assert from "node:assert/strict";
import { zeros } from "../../lib/array/mod.ts";
import { einsteinDeSitter } from "../../lib/cosmology/mod.ts";
import { DensityField, FlatField, metadata, ParticleField } from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { BOX, flat, meshes, particles, SHELLS, sphere } from "./_fields.ts";

await ready({ threads: 1 });

function close(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-14) {
  assert.equal(actual.length, expected.length);
  expected.forEach((x, i) => assert.ok(Math.abs(actual[i] - x) <= tolerance * Math.abs(x), `${actual[i]} is not ${x}`));
}

Deno.test("densities are counts per volume of a cell, of a pixel of a slab, or of a pixel of a shell", () => {
  using mesh = meshes();
  close(mesh.to("density").array.data.slice(0, 3), [1e-3, 2e-3, 3e-3]);
  using map = flat();
  // Pixels of 10 x 10 in slabs of 10 Mpc/h.
  close(map.to("counts").array.data.slice(0, 3), [1e3, 2e3, 3e3]);
  using ball = sphere();
  // 4 pi/12 (10^3 - 0)/3 and 4 pi/12 (20^3 - 10^3)/3; float32.
  const [inner, outer] = [1000 * Math.PI / 9, 7000 * Math.PI / 9];
  const counts = ball.to("counts");
  close([counts.array.data[0], counts.array.data[12]], [inner, 13 * outer], 1e-7);
  close(counts.to("density").array.data, [...ball.array.data], 2e-7);
  const bare = new FlatField(zeros([2, 2]), metadata(BOX), "density");
  assert.throws(() => bare.to("counts"), /needs "centers" and "widths" of the shells/);
});

Deno.test("mass density of one particle in each cell is that of the universe", () => {
  using mesh = meshes();
  const cosmology = einsteinDeSitter;
  const mass = mesh.to("massDensity", { cosmology });
  close([mass.array.data[0], mass.array.data[1]], [cosmology.criticalDensity, 2 * cosmology.criticalDensity]);
  close(mass.to("counts", { cosmology }).array.data, [...mesh.array.data]);
  assert.throws(() => mesh.to("massDensity"), /needs the option "cosmology"/);
});

Deno.test("overdensities have the mean of each shell, of the stack, of the box, or given", () => {
  using mesh = meshes();
  const firsts = (options?: Parameters<typeof mesh.to>[1]) => {
    const { array } = mesh.to("overdensity", options);
    return [array.data[0], array.data[24]];
  };
  close(firsts(), [1 / 12.5 - 1, 25 / 36.5 - 1]);
  close(firsts({ mean: "stack" }), [1 / 24.5 - 1, 25 / 24.5 - 1]);
  close(firsts({ mean: "box" }), [0, 24]); // One particle in each cell.
  close(firsts({ mean: 2 }), [-0.5, 11.5]);
  close(firsts({ mean: [2, 5] }), [-0.5, 4]);
  assert.throws(() => firsts({ mean: [1, 2, 3] }), /"mean" must have 2 numbers, one a shell, got 3/);
  assert.throws(() => firsts({ mean: 0 }), /the mean must be finite and not 0, got 0/);
  // And back, to counts of a mean of 1 or of 2, and to densities.
  using delta = mesh.to("overdensity", { mean: "box" });
  close(delta.to("counts").array.data, [...mesh.array.data]);
  close(delta.to("counts", { mean: 2 }).array.data.slice(0, 2), [2, 4]);
  close(delta.to("density").array.data.slice(0, 2), [1e-3, 2e-3]);
  assert.throws(() => delta.to("counts", { mean: "shell" }), /"mean" must be "box" or given/);
  assert.throws(() => delta.with({ unit: "1" }).to("counts"), /it is no density/);
});

Deno.test("to() of the same unit copies", () => {
  using mesh = meshes();
  using copy = mesh.to("counts");
  assert.deepEqual(copy.array.data, mesh.array.data);
  assert.notEqual(copy.array.data.byteOffset, mesh.array.data.byteOffset);
});

Deno.test("positions of resting particles are their nodes", () => {
  for (const make of [particles, () => particles().at(1)]) {
    const still = make().map(({ shape }) => zeros(shape));
    const absolute = still.to("gridAbsolute");
    const one = absolute.isStack ? absolute.at(1) : absolute;
    // Particle (1, 2, 3).
    assert.deepEqual([0, 1, 2].map((c) => one.array.data[one.array.offset(c, 1, 2, 3)]), [1, 2, 3]);
    assert.deepEqual([...one.array.data.subarray(0, 24)], Array.from({ length: 24 }, (_, i) => Math.floor(i / 12)));
    const places = still.to("mpch");
    close(places.array.data, [...absolute.array.data].map((x) => 10 * x));
    assert.equal(places.to("gridRelative").stats().max, 0);
  }
});

Deno.test("units of positions go there and back, through each other", () => {
  using start = particles();
  for (const first of ["gridAbsolute", "mpch"] as const) {
    for (const second of ["gridAbsolute", "mpch"] as const) {
      close(start.to(first).to(second).to("gridRelative").array.data, [...start.array.data]);
    }
  }
  using single = particles("float32");
  assert.equal(single.to("mpch").array.dtype, "float32");
  assert.ok(single.to("mpch") instanceof ParticleField);
});

Deno.test("a shell that reaches below the observer starts there", () => {
  const parts = { ...SHELLS, centers: Float64Array.of(4, 15) };
  const ball = sphere().with({ meta: parts });
  // From 0 to 9, not from -1.
  close([ball.to("counts").array.data[0]], [729 * Math.PI / 9], 1e-7);
  assert.ok(new DensityField(zeros([2, 3, 4]), metadata(BOX), "counts").to("density").mean() === 0);
});

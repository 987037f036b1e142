import assert from "node:assert/strict";
import { ready } from "../../lib/kernel/mod.ts";
import { paintFlat, paintSpherical, type SphericalScheme } from "../../lib/lightcone/mod.ts";
import { between, displaced } from "./_particles.ts";

const reference = JSON.parse(await Deno.readTextFile(new URL("reference/shells.json", import.meta.url)));

/** The reference has 12 digits: 5e-12 at a first digit of 1. */
const TOLERANCE = 6e-12;

function near(actual: ArrayLike<number>, expected: number[], tolerance: number, what: string): void {
  const largest = expected.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  expected.forEach((v, i) => {
    assert.ok(Math.abs(actual[i] - v) <= tolerance * largest, `${what}, pixel ${i}: ${actual[i]}, reference ${v}`);
  });
}

for (const scheme of ["ngp", "bilinear", "rbfNeighbor"] as SphericalScheme[]) {
  Deno.test(`paintSpherical() ${scheme} agrees with healpy`, async () => {
    await ready({ threads: 2 });
    const { particles, weights, meta } = displaced();
    using maps = paintSpherical(particles, between(meta, reference.edges), { nside: 8, scheme, weights });
    for (const i of [0, 1]) near(maps.array.at(i).data, reference[scheme][i], TOLERANCE, `${scheme} shell ${i}`);
  });
}

Deno.test("paintFlat() agrees with numpy", async () => {
  await ready({ threads: 2 });
  const { particles, weights, meta } = displaced();
  using maps = paintFlat(particles, between(meta, reference.edges), { pixels: [12, 20], weights });
  for (const i of [0, 1]) near(maps.array.at(i).data, reference.flat[i], TOLERANCE, `shell ${i}`);
});

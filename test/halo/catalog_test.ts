import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { haloCatalog, type HaloCatalogParts } from "../../lib/halo/mod.ts";

const two: HaloCatalogParts = {
  positions: Float32Array.of(0, 2, 50, 49, 0, 7),
  masses: Float32Array.of(1e10, 2e11),
  z: 8,
  boxSize: 50,
};

function assertRefused(changed: Partial<HaloCatalogParts>, code: "DomainError" | "ShapeError", message: RegExp): void {
  assert.throws(() => haloCatalog({ ...two, ...changed }), (error: unknown) => {
    assert.ok(isToolkitError(error, code), String(error));
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("haloCatalog() takes halos up to both ends of the box, and 0.79 as their accretion rate", () => {
  const halos = haloCatalog(two);
  assert.equal(halos.size, 2);
  assert.equal(halos.positions, two.positions);
  assert.deepEqual([...halos.alphas], [0.79, 0.79]);
  assert.deepEqual([...haloCatalog({ ...two, alphas: Float32Array.of(0.5, -0.25) }).alphas], [0.5, -0.25]);
  assert.equal(haloCatalog({ ...two, positions: new Float64Array(0), masses: new Float64Array(0) }).size, 0);
});

Deno.test("haloCatalog() names the first halo outside of the box, its position and the box", () => {
  const message =
    /halo 1 at \(49, 0, 50.5\) Mpc\/h lies outside of the box of 50 Mpc\/h; give positions in comoving Mpc\/h/;
  assertRefused({ positions: Float64Array.of(0, 0, 0, 49, 0, 50.5) }, "DomainError", message);
  assertRefused({ positions: Float64Array.of(-0.1, 0, 0, 0, 0, 0) }, "DomainError", /halo 0 at \(-0.1, 0, 0\)/);
  assertRefused({ positions: Float64Array.of(0, 0, 0, 1, NaN, 0) }, "DomainError", /halo 1 at \(1, NaN, 0\)/);
});

Deno.test("haloCatalog() refuses masses and accretion rates that are no such thing", () => {
  assertRefused(
    { masses: Float64Array.of(1e10, 0) },
    "DomainError",
    /mass of halo 1 must be finite and above 0, got 0 M_sun/,
  );
  assertRefused({ masses: Float64Array.of(NaN, 1) }, "DomainError", /mass of halo 0 .* got NaN/);
  assertRefused({ masses: Float64Array.of(1, Infinity) }, "DomainError", /mass of halo 1 .* got Infinity/);
  assertRefused({ alphas: Float64Array.of(1, NaN) }, "DomainError", /accretion rate of halo 1 must be finite, got NaN/);
});

Deno.test("haloCatalog() refuses lengths that do not agree, and a box or redshift that cannot be", () => {
  assertRefused(
    { masses: Float32Array.of(1) },
    "ShapeError",
    /1 masses need positions of shape \[1, 3\], got 6 numbers/,
  );
  assertRefused({ alphas: Float32Array.of(1) }, "ShapeError", /2 masses need as many accretion rates, got 1/);
  assertRefused({ boxSize: 0 }, "DomainError", /boxSize must be above 0, got 0/);
  assertRefused({ z: -1 }, "DomainError", /redshift must be at least 0, got -1/);
});

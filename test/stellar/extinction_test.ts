/** Laws of extinction against RUBIX's numbers and those of dust_extinction and extinction (reference/make_extinction.py). */
import assert from "node:assert/strict";
import { DomainError, ShapeError } from "../../lib/base/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { extinctionCurve, type ExtinctionLaw } from "../../lib/stellar/mod.ts";
import { readNpy } from "../support/npy.ts";
import curves from "./reference/extinction.json" with { type: "json" };

await ready({ threads: 2 });

// The same formulae in another order of operations; measured 2e-15 of the largest value.
const TOLERANCE = 1e-13;

function assertClose(actual: Float64Array, expected: ArrayLike<number>, label: string) {
  assert.equal(actual.length, expected.length);
  const most = Math.max(...actual);
  actual.forEach((v, i) =>
    assert(Math.abs(v - expected[i]) < TOLERANCE * most, `${label}, ${i}: ${v}, ${expected[i]}`)
  );
}

Deno.test("extinctionCurve() gives the curves of the reference run", () => {
  const { shape, data } = readNpy(new URL("../ifu/reference/f64/extinction_curves.npy", import.meta.url));
  const column = (k: number) => Float64Array.from({ length: shape[0] }, (_, i) => data[shape[1] * i + k]);
  const wavelength = column(0).map((um) => 1e4 * um);
  assertClose(extinctionCurve("cardelli89", wavelength), column(1), "Cardelli");
  assertClose(extinctionCurve("gordon23", wavelength), column(3), "Gordon");
});

for (const { law, rv, wavelength, value } of curves) {
  Deno.test(`extinctionCurve() gives the other package's ${law} for R_V = ${rv}`, () => {
    assertClose(extinctionCurve(law as ExtinctionLaw, wavelength, { rv }), value, law);
  });
}

Deno.test("extinctionCurve() is linear between the points of a table", () => {
  const table = { wavelength: [4000, 5000, 7000], value: [1.5, 1.1, 0.7] };
  const found = extinctionCurve(table, [7000, 4000, 4500, 5500]);
  [0.7, 1.5, 1.3, 1.0].forEach((expected, i) => assert(Math.abs(found[i] - expected) < 1e-15));
  assert.deepEqual([...extinctionCurve(table, [3000, 9000], { outside: "hold" })], [1.5, 0.7]);
});

Deno.test("extinctionCurve() names the range of a law and the way out", () => {
  assert.throws(
    () => extinctionCurve("cardelli89", [5000, 40_000]),
    /at 40000 Angstrom: "cardelli89" is known from 1000 to 33333 Angstrom; cut the wavelengths, take another law, or set/,
  );
  const [held, end] = extinctionCurve("calzetti00", [30_000, 22_000], { outside: "hold" });
  assert.equal(held, end);
  assert.throws(() => extinctionCurve("gordon23", [5000], { rv: 6 }), /"rv": it must be between 2.3 and 5.6, got 6/);
  assert.throws(() => extinctionCurve("gordon23", [NaN], { outside: "hold" }), DomainError);
  assert.throws(() => extinctionCurve("none" as ExtinctionLaw, [5000]), /"cardelli89", "calzetti00", "gordon23"/);
  assert.throws(() => extinctionCurve({ wavelength: [2, 1], value: [1, 1] }, [1]), DomainError);
  assert.throws(() => extinctionCurve({ wavelength: [1, 2], value: [1, NaN] }, [1]), /value\[1\]/);
  assert.throws(() => extinctionCurve({ wavelength: [1], value: [1] }, [1]), ShapeError);
});

/** What must hold of power spectra over ranks: the bits of the power of the whole field on one rank. */

import assert from "node:assert/strict";
import { NdArray } from "../../lib/array/mod.ts";
import { DomainError, ShapeError } from "../../lib/base/mod.ts";
import { rfftn } from "../../lib/fft/mod.ts";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { Decomposition, redistributeField, scatterField, shareOf } from "../../lib/decomposition/mod.ts";
import {
  crossCylindricalPower,
  crossMultipoles,
  crossPower,
  cylindricalPower,
  type HalfSpectrum,
  multipolesOfHalfSpectra,
  powerMultipoles,
  powerOfHalfSpectra,
  powerSpectrum,
} from "../../lib/power/mod.ts";
import type { Check } from "../support/ranks.ts";
import { assertAllFail, gridsOf, wholeField } from "../decomposition/_distributed_field_checks.ts";

await ready({ threads: 1 });

/** Two fields that are not alike. */
const fields = (n: number, dtype: "float32" | "float64") => {
  const a = wholeField(n, dtype);
  const turned = a.array.data.map((_, i) => a.array.data[(7 * i + 3) % n ** 3] ** 2);
  return [a, a.with({ array: new NdArray(turned as Float64Array, [n, n, n], dtype as "float64"), unit: "1" })];
};

export const checks: Check[] = [
  ["power of fields in parts has the bits of the power of the whole", (comm) => {
    for (const dtype of ["float32", "float64"] as const) {
      for (const n of [8, 5, 4]) {
        const [a, b] = fields(n, dtype);
        const options = { bins: 4, deconvolve: "cic", shotNoise: 0.25, emptyBins: "nearest" } as const;
        const around = { deconvolve: "tsc", axis: 1 } as const;
        const whole = [
          powerSpectrum(a, options),
          crossPower(a, b, options),
          cylindricalPower(a, around),
          crossCylindricalPower(a, b, { axis: 0, perpendicularBins: [0, 1, 3], parallelBins: 3 }),
          powerMultipoles(a, around),
          crossMultipoles(a, b, { bins: 3 }),
        ];
        for (const grid of gridsOf(comm.size)) {
          const parts = new Decomposition([n, n, n], grid);
          const [one, other] = [a, b].map((field) => scatterField(comm, comm.isRoot ? field : undefined, parts));
          const found = [
            powerSpectrum(one, options),
            crossPower(one, other, options),
            cylindricalPower(one, around),
            crossCylindricalPower(one, other, { axis: 0, perpendicularBins: [0, 1, 3], parallelBins: 3 }),
            powerMultipoles(one, around),
            crossMultipoles(one, other, { bins: 3 }),
          ];
          assert.deepEqual(plain(found), plain(whole), `${n}^3 ${dtype}, grid ${grid}`);
        }
      }
    }
  }],

  ["half spectra that are at hand in slabs", (comm) => {
    const n = 6;
    const spectrum = rfftn(wholeField(n).array) as HalfSpectrum;
    const { start, length } = shareOf(n, comm.size, comm.rank);
    const row = 2 * n * (n / 2 + 1);
    const data = spectrum.data.subarray(start * row, (start + length) * row) as Float64Array;
    const slab = new NdArray(data, [length, n, n / 2 + 1], "complex128");
    const mesh = { cells: n, boxSize: 10 };
    const measure = [powerOfHalfSpectra, multipolesOfHalfSpectra];
    for (const power of measure) {
      assert.deepEqual(plain(power(slab, slab, { ...mesh, comm })), plain(power(spectrum, spectrum, mesh)));
    }
    const bad = comm.rank === comm.size - 1;
    const wrong = bad ? new NdArray(new Float64Array(2), [1, 1, 1], "complex128") : slab;
    const refuse = () => powerOfHalfSpectra(wrong, wrong, { ...mesh, comm });
    assertAllFail(refuse, bad, ShapeError, /half spectrum of 6\^3 cells must have shape \[\d, 6, 4\], got \[1, 1, 1\]/);
  }],

  ["fields that do not suit are refused on all ranks, and memory is given back", (comm) => {
    const whole = wholeField(4);
    const field = scatterField(comm, comm.isRoot ? whole : undefined);
    const redistributed = redistributeField(field, new Decomposition([4, 4, 4], [1, 1, comm.size]));
    const before = memoryUse().allocated;
    powerSpectrum(field);
    powerSpectrum(redistributed);
    assert.equal(memoryUse().allocated, before, "all memory is given back");
    assert.throws(() => crossPower(field, whole), /both fields must be whole, or in parts on the same ranks/);
    assert.throws(() => crossPower(field, field.with({ boxSize: 3 })), /must share mesh and box/);
    assert.throws(() => powerSpectrum(field.with({ quantity: "counts" })), DomainError);
    const mixed = () => powerSpectrum(field, { bins: 2 + Number(comm.rank === 1) });
    if (comm.size > 1) assert.throws(mixed, /all ranks must give the same, got 2 sums over 4 planes on rank 0, 3 sums/);
    assert.throws(() => powerSpectrum(field, { bins: [1, 1] }), /must be two or more rising/);
  }],
];

/** Numbers of results, in a form that shows differences and knows NaN. */
function plain(value: unknown): unknown {
  if (value instanceof NdArray) return { shape: value.shape, data: [...value.data] };
  if (ArrayBuffer.isView(value)) return [...value as Float64Array];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
  }
  return value;
}

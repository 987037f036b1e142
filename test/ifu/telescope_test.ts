import assert from "node:assert/strict";
import { museUdfLsf, spaxelEdges, telescope, TELESCOPE_NAMES } from "../../lib/ifu/mod.ts";

// Spaxels along a side, floor(field / spaxel), and the length of numpy.arange(first, last, step) of RUBIX's telescopes.yaml.
const SIZES: Readonly<Record<string, readonly [spaxels: number, pixels: number]>> = {
  MUSE: [25, 3721],
  MUSE_WFM: [300, 3721],
  MUSE_ultraWFM: [900, 3721],
  NIRSpec_PRISM_CLEAR: [30, 411],
  NIRSpec_G140M_F070LP: [30, 878],
  NIRSpec_G140M_F100LP: [30, 1411],
  NIRSpec_G235M_F170LP: [30, 1357],
  NIRSpec_G395M_F290LP: [30, 1291],
  NIRSpec_G140H_F070LP: [30, 2324],
  NIRSpec_G140H_F100LP: [30, 3756],
  NIRSpec_G235H_F170LP: [30, 3644],
  NIRSpec_G395H_F290LP: [30, 3468],
  MaNGA_12: [24, 6474],
  MaNGA_32: [64, 6474],
  SAMI: [30, 1924],
  HECTOR: [300, 1369],
  CALIFA: [74, 389],
  TESTGRADIENT: [1, 466],
};

Deno.test("telescope() has all that the original has, with as many spaxels and pixels", () => {
  const sizes = TELESCOPE_NAMES.map((name) => {
    const { spaxels, wavelength } = telescope(name);
    return [name, [spaxels, wavelength.length]];
  });
  assert.deepEqual(Object.fromEntries(sizes), SIZES);
  const muse = telescope("MUSE");
  // 4700.15 + 3720 * 1.25 = 9350.15; the end, 9351.4, is left out.
  assert.deepEqual([muse.wavelength[0], muse.wavelength[3720], muse.lsfFwhm], [4700.15, 9350.15, 2.51]);
  assert.deepEqual([telescope("SAMI").aperture, telescope("CALIFA").aperture], ["circular", "hexagonal"]);
});

Deno.test("telescope() takes members of one's own, all or in place of those of another", () => {
  // 4.2/0.7 is 5.999999999999999 in double precision; (5000.3 - 5000)/0.1 is 3.0000000000018.
  const own = telescope({
    fieldOfView: 4.2,
    spaxelSize: 0.7,
    wavelengthRange: [5000, 5000.3],
    wavelengthStep: 0.1,
    lsfFwhm: 1,
  });
  assert.deepEqual([own.name, own.aperture, own.spaxels, own.wavelength.length], ["custom", "square", 6, 3]);
  const wide = telescope({ base: "SAMI", name: "wide", fieldOfView: 20, lsfFwhm: undefined });
  assert.deepEqual([wide.name, wide.spaxels, wide.aperture, wide.lsfFwhm], ["wide", 40, "circular", 2.65]);
});

Deno.test("telescope() has the field that its spaxels fill", () => {
  const cut = telescope({ base: "MUSE", fieldOfView: 5.1 });
  assert.deepEqual([cut.spaxels, cut.fieldOfView], [25, 5]);
  assert.equal(telescope({ base: "MUSE", spaxelSize: 0.7, fieldOfView: 4.2 }).fieldOfView, 4.2);
  const { edges } = spaxelEdges({ telescope: cut, kpcPerArcsec: 2 });
  assert.deepEqual([edges[0], edges[25]], [-5, 5]);
  assert.throws(() => spaxelEdges({ telescope: { ...cut, fieldOfView: 5.1 }, kpcPerArcsec: 2 }), {
    name: "DomainError",
    message: 'Cannot place spaxels: fieldOfView must be 25 spaxels of 0.2", got 5.1"; see telescope()',
  });
});

Deno.test("telescope() takes the width of lines as a table or function over wavelength", () => {
  const fwhm = telescope({ base: "MUSE", lsfFwhm: { wavelength: [4800.15, 5800.15], value: [3, 2] } })
    .lsfFwhm as Float64Array;
  // Pixel 400 is at 5200.15 Angstrom, 0.4 of the way.
  assert.deepEqual([fwhm[0], fwhm[3720]], [3, 2]);
  assert.ok(Math.abs(fwhm[400] - 2.6) < 1e-12);
  const measured = telescope({ base: "MUSE", lsfFwhm: "MUSE_UDF" });
  assert.deepEqual(measured.lsfFwhm, measured.wavelength.map(museUdfLsf));
  assert.deepEqual(telescope({ base: "MUSE", lsfFwhm: museUdfLsf }).lsfFwhm, measured.lsfFwhm);
  // 5.866e-8 * 49e6 = 2.87434; 9.187e-4 * 7000 = 6.4309.
  assert.ok(Math.abs(museUdfLsf(7000) - 2.48344) < 1e-12);
});

Deno.test("telescope() names what it does not know and what is wrong", () => {
  const rejected = (which: Parameters<typeof telescope>[0], name: string, message: RegExp) =>
    assert.throws(() => telescope(which), { name, message });
  rejected("MUSE_WMF", "DomainError", /"MUSE_WMF".*MUSE, MUSE_WFM, .*TESTGRADIENT.*did you mean "MUSE_WFM"/);
  rejected("toString", "DomainError", /Cannot find telescope "toString"/);
  rejected({ fieldOfView: 5 }, "TypeError", /telescope custom: "spaxelSize" is missing.*"base"/);
  rejected({ base: "MUSE", lsfFwhm: 0 }, "DomainError", /"lsfFwhm".*above 0, got 0/);
  rejected({ base: "MUSE", lsfFwhm: () => -1 }, "DomainError", /"lsfFwhm".*above 0, got -1/);
  rejected({ base: "MUSE", lsfFwhm: { wavelength: [2, 1], value: [1, 1] } }, "DomainError", /ascending.*got 1/);
  rejected({ base: "MUSE", lsfFwhm: { wavelength: [1, 2], value: [1] } }, "DomainError", /got 1 for 2 wavelengths/);
  rejected({ base: "MUSE", fieldOfView: 0.1 }, "DomainError", /at least one spaxel, got a field of 0.1"/);
  rejected(
    { base: "MUSE", wavelengthRange: [6000, 5000] },
    "DomainError",
    /end above where it begins, got 6000 to 5000/,
  );
  rejected({ base: "MUSE", aperture: "round" as "square" }, "DomainError", /"aperture".*"hexagonal", got "round"/);
});

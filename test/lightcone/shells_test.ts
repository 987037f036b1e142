import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { comovingDistance, planck18 } from "../../lib/cosmology/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { lightconeReach, lightconeShells, shellAt, type ShellOptions } from "../../lib/lightcone/mod.ts";

const box = { boxSize: [500, 500, 500], observer: [0.5, 0.5, 0.5] } as const;
const make = (options: Omit<ShellOptions, "cosmology">) => lightconeShells(box, { cosmology: planck18, ...options });

Deno.test("lightconeReach() is L/(1 + 2 min(f, 1 - f)) of the worst axis", () => {
  const reach = (observer: [number, number, number]) => lightconeReach({ boxSize: [500, 500, 500], observer });
  assert.equal(reach([0.5, 0.5, 0.5]), 250);
  assert.equal(reach([0, 0, 1]), 500);
  assert.equal(reach([0.5, 0.5, 0]), 250);
  assert.equal(reach([0.25, 0, 0]), 500 / 1.5);
  assert.equal(lightconeReach({ boxSize: [500, 250, 500], observer: [0, 0.5, 0] }), 125);
});

Deno.test("lightconeShells() makes the shells of the reference run", async () => {
  await ready({ threads: 1 });
  const { centers, widths, scaleFactors, near, far } = make({ nbShells: 4 });
  assert.deepEqual([...centers], [31.25, 93.75, 156.25, 218.75]);
  assert.deepEqual([...widths], [62.5, 62.5, 62.5, 62.5]);
  assert.deepEqual([...near], [0, 62.5, 125, 187.5]);
  assert.deepEqual([...far], [62.5, 125, 187.5, 250]);
  // main_lightcone.h5, shells/scale_factor, whose universe has the same parameters up to h and massive neutrinos.
  [0.98967, 0.96946, 0.94988, 0.93087].forEach((a, i) =>
    assert.ok(Math.abs(scaleFactors[i] - a) < 1e-4, `${scaleFactors[i]}`)
  );
});

Deno.test("lightconeShells() makes as many shells as asked for, which touch and end at the reach", async () => {
  await ready({ threads: 1 });
  // The original loses one for 7, 9, 14, 15, 18, 21, 23, 27 .. 30 at 250, and for 3, 6, 7, 9 at 320.
  for (const reach of [250, 320, 333.3]) {
    for (let n = 1; n <= 30; n++) {
      const { near, far } = make({ nbShells: n, reach });
      assert.equal(near.length, n);
      assert.equal(near[0], 0);
      assert.equal(far[n - 1], reach);
      for (let i = 1; i < n; i++) assert.equal(near[i], far[i - 1]);
    }
  }
});

Deno.test("lightconeShells() of equal volume: none is narrower than asked for, with as few of that width as that needs", async () => {
  await ready({ threads: 1 });
  const volume = (a: number, b: number) => b ** 3 - a ** 3;
  for (const [n, minWidth, outer] of [[3, 20, 0], [4, 50, 3], [4, 20, 0], [5, 50, 4], [10, 10, 2]]) {
    const { near, far, widths } = make({ nbShells: n, equalVolume: true, minWidth });
    assert.equal(far[n - 1], 250);
    const inner = n - outer;
    for (let i = 0; i < n; i++) {
      assert.ok(widths[i] > minWidth - 1e-9, `${n} shells: width ${widths[i]}`);
      if (i > 0) assert.equal(near[i], far[i - 1]);
      if (i < inner) assert.ok(Math.abs(volume(near[i], far[i]) / volume(near[0], far[0]) - 1) < 1e-12);
      else assert.ok(Math.abs(widths[i] - minWidth) < 1e-9);
    }
    // One fewer of the outer ones would make the last inner one too narrow.
    if (outer > 0 && inner > 0) {
      const end = 250 - (outer - 1) * minWidth;
      assert.ok(end * (1 - Math.cbrt(inner / (inner + 1))) < minWidth);
    }
  }
});

Deno.test("lightconeShells() takes middles, scale factors and widths", async () => {
  await ready({ threads: 1 });
  const touching = make({ centers: [20, 70, 130] });
  // 0, 2*20 - 0, 2*70 - 40, 2*130 - 100.
  assert.deepEqual([...touching.near], [0, 40, 100]);
  assert.deepEqual([...touching.far], [40, 100, 160]);
  const apart = make({ centers: [20, 70], widths: [10, 30] });
  assert.deepEqual([[...apart.near], [...apart.far]], [[15, 55], [25, 85]]);
  // 0.3 - 0.1 and 0.1 + 0.1 differ by rounding.
  const close = make({ centers: [0.1, 0.3], widths: [0.2, 0.2] });
  assert.deepEqual([close.near[0], close.near[1]], [0, close.far[0]]);
  const times = make({ scaleFactors: touching.scaleFactors });
  times.centers.forEach((c, i) => assert.ok(Math.abs(c - touching.centers[i]) < 1e-9));
  assert.ok(Math.abs(times.centers[0] - comovingDistance(planck18, 1 / times.scaleFactors[0] - 1)) < 1e-12);
  assert.deepEqual([...shellAt(touching, 1).centers], [70]);
});

Deno.test("lightconeShells() refuses what makes no shells, and shows the arithmetic", async () => {
  await ready({ threads: 1 });
  const wrong = (options: Omit<ShellOptions, "cosmology">, message: RegExp) =>
    assert.throws(
      () => make(options),
      (e) => isToolkitError(e, "DomainError") && message.test(e.message),
      `${message}`,
    );
  wrong({}, /one of "nbShells", "centers" and "scaleFactors"; got none/);
  wrong({ nbShells: 2, centers: [3] }, /got nbShells and centers/);
  wrong({ nbShells: 0 }, /"nbShells"/);
  wrong({ nbShells: 6, equalVolume: true }, /6 \* 50 = 300 Mpc\/h, and a reach of 250/);
  wrong({ centers: [50, 40] }, /"centers" must rise; got distances 50 and then 40/);
  wrong({ centers: [20, 30] }, /2 \* 20 - 0 = 40, beyond the middle 30/);
  wrong({ centers: [-1] }, /above 0; got -1 of shell 0/);
  wrong({ centers: [] }, /at least one/);
  wrong({ centers: [20, 40], widths: [30, 20] }, /35 Mpc\/h as the end of shell 0 and 30 Mpc\/h as the beginning/);
  wrong({ centers: [20, 40], widths: [30] }, /1 widths for 2 shells/);
  wrong({ centers: [20], widths: [60] }, /behind the observer; got bounds -10 and 50/);
  wrong({ scaleFactors: [0.9, 0.95] }, /"scaleFactors" must fall/);
  wrong({ scaleFactors: [1.1] }, /above 0 and below 1; got 1.1/);
});

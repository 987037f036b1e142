import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { fitAccretionRates, matchTreeEntries, type MergerTree, readMergerTree } from "../../lib/halo/mod.ts";
import { writeHdf5 } from "../../lib/io/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { inFolder } from "../support/folder.ts";

await ready({ threads: 1 });

/** A branch of halos at snapshots 20, 19, ... of masses `m`, beside a halo of another branch before each entry. */
function branch(masses: number[]): MergerTree {
  const n = masses.length;
  return {
    haloIds: Float64Array.from({ length: 2 * n }, (_, i) => 100 + i),
    snapshots: Int32Array.from({ length: 2 * n }, (_, i) => 20 - (i >> 1)),
    masses: Float64Array.from({ length: 2 * n }, (_, i) => i % 2 === 0 ? 1e13 : masses[i >> 1]),
    mainProgenitors: Int32Array.from({ length: 2 * n }, (_, i) => i % 2 === 0 || i === 2 * n - 1 ? -1 : i + 2),
  };
}
/** z = 7, 7.5, 8, ... of snapshots 20, 19, ...: numbers are not places in a list. */
const redshifts = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [20 - i, 7 + 0.5 * i]));

Deno.test("fitAccretionRates() begins at the halo itself", () => {
  const tree = branch([8e10, 6e10, 3e10, 2e10]);
  // By hand: d = z_0 - z = -0.5, -1, -1.5, y = ln(8/6), ln(8/3), ln 4; alpha = -sum y d/sum d^2, sum d^2 = 3.5.
  const sum = 0.5 * Math.log(8 / 6) + Math.log(8 / 3) + 1.5 * Math.log(4);
  const { alphas, fitted } = fitAccretionRates(tree, { redshifts, entries: [1] });
  assert.ok(Math.abs(alphas[0] - sum / 3.5) < 1e-15, `${alphas[0]} ${sum / 3.5}`);
  assert.equal(fitted, 1);
  // With two progenitors: sum d^2 = 1.25.
  const [two] = fitAccretionRates(tree, {
    redshifts: new Map(Object.entries(redshifts).map(([k, z]) => [+k, z])),
    entries: [1],
    lookback: 3,
  }).alphas;
  assert.ok(Math.abs(two - (0.5 * Math.log(8 / 6) + Math.log(8 / 3)) / 1.25) < 1e-15);
  // Snapshots that are missing in the branch do not matter, as redshifts count.
  const gap = { ...tree, mainProgenitors: tree.mainProgenitors.slice() };
  gap.mainProgenitors[1] = 5;
  const [skipped] = fitAccretionRates(gap, { redshifts, entries: [1] }).alphas;
  assert.ok(Math.abs(skipped - (Math.log(8 / 3) + 1.5 * Math.log(4)) / 3.25) < 1e-15);
});

Deno.test("fitAccretionRates() gives halos without a fit the mean, the median or a number, and keeps to a range", () => {
  // Rates ln 2/0.5, ln 2, 0.4 ln 2, ... of branches of two progenitors; then halos with one or none, or without mass.
  const rates = [0.1, 0.5, 0.9, 1.3];
  const masses = rates.flatMap((a) => [1e10, 1e10 * Math.exp(-a), 1e10 * Math.exp(-2 * a)]);
  const tree: MergerTree = {
    haloIds: Float64Array.from({ length: 16 }, (_, i) => i),
    snapshots: Int32Array.from([...rates.flatMap(() => [20, 18, 16]), 20, 18, 20, 20]),
    masses: Float64Array.from([...masses, 1e10, 5e9, 1e10, 0]),
    mainProgenitors: Int32Array.of(1, 2, -1, 4, 5, -1, 7, 8, -1, 10, 11, -1, 13, -1, -1, 13),
  };
  const entries = [0, 3, 6, 9, 12, 14, 15, -1];
  const fit = (options: object) => fitAccretionRates(tree, { redshifts, entries, ...options });
  const close = (a: ArrayLike<number>, b: number[]) => {
    assert.ok(b.every((v, i) => Math.abs(a[i] - v) < 1e-12), `${Array.from(a)} ${b}`);
  };
  close(fit({}).alphas, [...rates, 0.7, 0.7, 0.7, 0.7]);
  assert.equal(fit({}).fitted, 4);
  // The mean of the fits, 0.7, is beyond the range too.
  close(fit({ range: [0.2, 0.6] }).alphas, [0.2, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6]);
  close(fit({ fallback: "median", entries: [0, 3, 9, -1] }).alphas, [0.1, 0.5, 1.3, 0.5]);
  close(fit({ fallback: 0.6 }).alphas, [...rates, 0.6, 0.6, 0.6, 0.6]);
  // One progenitor is enough if asked: ln 2 over one redshift.
  close(fit({ least: 2, entries: [12] }).alphas, [Math.LN2]);
  const within = fit({ range: [0.2, 0.9] });
  close(within.alphas, [0.2, 0.5, 0.9, 0.9, 0.7, 0.7, 0.7, 0.7]);
  assert.equal(within.clamped, 2);
  close(fit({ entries: [-1] }).alphas, [0.79]);
  // A progenitor without mass is left out: 0.9 from the first and the last entry.
  const hollow = { ...tree, masses: tree.masses.slice() };
  hollow.masses[7] = 0;
  close(fitAccretionRates(hollow, { redshifts, entries: [6], least: 2 }).alphas, [0.9]);
});

Deno.test("fitAccretionRates() refuses cycles, naming their halos, and links that lead nowhere", () => {
  const tree = branch([8e10, 6e10, 3e10, 2e10]);
  const refused = (change: (links: Int32Array) => void, message: RegExp, options: object = {}) => {
    const mainProgenitors = tree.mainProgenitors.slice();
    change(mainProgenitors);
    assert.throws(() => fitAccretionRates({ ...tree, mainProgenitors }, { redshifts, ...options }), (error) => {
      assert.ok(isToolkitError(error, "DomainError"), String(error));
      assert.match(error.message, message);
      return true;
    });
  };
  refused((p) => p[5] = 1, /cycle of halos 105 \(snapshot 18\) -> 101 \(snapshot 20\) -> 103 \(snapshot 19\) -> 105/);
  refused((p) => p[3] = 3, /cycle of halos 103 \(snapshot 19\) -> 103/);
  refused(
    (p) => p[3] = 2,
    /main progenitor of entry 3 \(halo 103 at snapshot 19\) must be at a higher redshift, got entry 2/,
  );
  refused(
    (p) => p[1] = 8,
    /main progenitor of entry 1 \(halo 101 at snapshot 20\) must be -1 or an entry from 0 to 7, got 8/,
  );
  refused((p) => p[1] = -2, /must be -1 or an entry from 0 to 7, got -2/);
  refused(() => {}, /snapshot 18 of the trees needs a redshift, got undefined; redshifts has snapshots 19, 20/, {
    redshifts: { 19: 7.5, 20: 7 },
  });
  refused(() => {}, /entries\[1\] must be -1 or a whole number from 0 to 7, got 8/, { entries: [0, 8] });
});

Deno.test("fitAccretionRates() is the same for 1, 2 and 3 threads", async () => {
  const n = 60_000;
  const tree: MergerTree = {
    haloIds: Float64Array.from({ length: n }, (_, i) => i),
    snapshots: Int32Array.from({ length: n }, (_, i) => 20 - i % 6),
    masses: Float64Array.from({ length: n }, (_, i) => 1e10 * (1 + (i * 7919 % 1000) / 100) / (1 + i % 6)),
    mainProgenitors: Int32Array.from({ length: n }, (_, i) => i % 6 === 5 ? -1 : i + 1),
  };
  const one = fitAccretionRates(tree, { redshifts }).alphas;
  for (const threads of [2, 3]) {
    await ready({ threads });
    assert.deepEqual(fitAccretionRates(tree, { redshifts }).alphas, one);
  }
  await ready({ threads: 1 });
});

Deno.test("readMergerTree() and matchTreeEntries() find the halos of a catalogue", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/trees.h5`;
    await writeHdf5(path, (file) => {
      file.writeArray("tree_halo_ids", Float64Array.of(7, 7, 3, 7));
      file.writeArray("tree_snap_num", Int32Array.of(20, 20, 20, 19));
      file.writeArray("tree_mass", Float64Array.of(1, 2, 3, 1));
      file.writeArray("tree_main_progenitor", Int32Array.of(-1, 3, -1, -1));
      file.writeArray("tree_is_central", Int32Array.of(0, 1, 1, 1));
    });
    const tree = await readMergerTree(path);
    assert.deepEqual([...matchTreeEntries(tree, 20, [3, 5, 7])], [2, -1, 1]);
    assert.deepEqual([...matchTreeEntries({ ...tree, isCentral: undefined }, 20, [7])], [0]);
    assert.deepEqual([...matchTreeEntries(tree, 19, [7, 3])], [3, -1]);
    const broken = `${folder}/broken.h5`;
    await writeHdf5(broken, (file) => {
      file.writeArray("tree_halo_ids", Float64Array.of(7, 7));
      file.writeArray("tree_snap_num", Float64Array.of(20, 19.5));
      file.writeArray("tree_mass", Float64Array.of(1, 2));
      file.writeArray("tree_main_progenitor", Int32Array.of(1, -1));
    });
    await assert.rejects(
      readMergerTree(broken),
      (e) =>
        isToolkitError(e, "FormatError") &&
        /"tree_snap_num" must hold whole numbers below 2\^31, got 19.5 at 1/.test(e.message),
    );
  });
});

/** What must hold of painting a snapshot over ranks, beside the painting of one. */

import assert from "node:assert/strict";
import { type Field, NdArray } from "../../lib/array/mod.ts";
import { InputError } from "../../lib/base/mod.ts";
import { haloCatalog } from "../../lib/halo/mod.ts";
import { memoryUse, ready, resetPeak } from "../../lib/kernel/mod.ts";
import type { Comm } from "../../lib/mpi/mod.ts";
import { type DistributedField, scatterField } from "../../lib/decomposition/mod.ts";
import {
  paintBytes,
  type PaintDistributedOptions,
  paintSnapshot,
  paintSnapshotDistributed,
  type ProfileSlice,
  type ReionizationParameters,
  reionizationParameters,
} from "../../lib/radiation/mod.ts";
import { assertAllFail } from "../decomposition/_distributed_field_checks.ts";
import { numbers, painted, type Run, small } from "./_painting.ts";

await ready({ threads: 1 });

type Check = [name: string, check: (comm: Comm) => void | Promise<void>];

/** Numbers from 0 to 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The halos of a rank: consecutive parts of different lengths. */
function ownPart(comm: Comm, { snapshot: { halos, z } }: Run) {
  const { positions, masses, alphas, boxSize } = halos;
  const end = (rank: number) => Math.floor(halos.size * (rank / comm.size) ** 1.3);
  const [from, to] = [end(comm.rank), end(comm.rank + 1)];
  return haloCatalog({
    ...{ positions: positions.slice(3 * from, 3 * to), masses: masses.slice(from, to), z, boxSize },
    alphas: alphas.slice(from, to),
  });
}

function paintParts(comm: Comm, run: Run, options?: PaintDistributedOptions) {
  const density = scatterField(comm, comm.isRoot ? run.snapshot.density : undefined);
  const cube = paintSnapshotDistributed(
    { halos: ownPart(comm, run), density },
    run.profiles,
    run.parameters,
    options,
  );
  return { density, cube };
}

/** Checks that the parts of fields have the bits of the whole ones. */
function assertSameBits(parts: readonly DistributedField[], fields: readonly Field[]) {
  fields.forEach((field, i) => {
    const { box, cells: n, array, quantity, unit } = parts[i];
    assert.deepEqual([quantity, unit], [field.quantity, field.unit]);
    const start = box.start[0] * n * n;
    const own = numbers(field).subarray(start, start + array.size);
    const wrong = (array.data as Float32Array).findIndex((v, j) => !Object.is(v, own[j]));
    assert.ok(wrong < 0, `${quantity}: ${array.data[wrong]}, not ${own[wrong]} at ${start + wrong}`);
  });
}

/** Paints on one rank and on all, and compares bits and reports. */
function compare(comm: Comm, run: Run) {
  using _snapshot = run.snapshot;
  using whole = paintSnapshot(run.snapshot, run.profiles, run.parameters);
  const { cube, density } = paintParts(comm, run);
  assert.deepEqual(cube.report, whole.report);
  assert.equal(cube.z, whole.z);
  assertSameBits(
    [cube.ionisedFraction, cube.temperature, cube.lymanAlphaCoupling, cube.brightnessTemperature],
    painted(whole),
  );
  cube[Symbol.dispose]();
  density.array.dispose();
  return cube.report;
}

const positionsOf = (count: number, side: number, seed: number) => {
  const next = random(seed);
  return Float64Array.from({ length: 3 * count }, () => side * next());
};

/** A run of halos in several bins, whose profiles differ in shape, with or without a grid of efficiencies. */
function manyBins(cells: number, count: number, options: {
  efficiencies?: number[];
  source?: Partial<ReionizationParameters["source"]>;
  bubble?: number;
  simulation?: Partial<ReionizationParameters["simulation"]>;
}): Run {
  const { efficiencies = [1], source = {}, bubble = 0.4, simulation } = options;
  const next = random(7);
  const delta = Array.from({ length: cells ** 3 }, () => next() - 0.4);
  const positions = positionsOf(count, 0.5 * cells, 3);
  const run = small({ positions, cells, delta: (i) => delta[i], simulation });
  const masses = Float64Array.from({ length: count }, () => 10 ** (9 + 3 * next()));
  const bins = 3 * efficiencies.length;
  const table = (values: number[], shape: number[]): NdArray<"float64"> =>
    new NdArray(Float64Array.from(values), shape, "float64");
  const { temperatureRadii, xAlphaRadii } = run.profiles;
  const index = Array.from({ length: bins }, (_, b) => b);
  const profiles: ProfileSlice = {
    ...run.profiles,
    massBins: 3,
    ...(options.efficiencies ? { fStGrid: Float64Array.from(efficiencies) } : {}),
    massEdges: table([1e9, 1e9, 1e10, 1e10, 1e11, 1e11, 1.1e12, 1.1e12], [4, 2]),
    bubbleRadius: table(index.map((b) => bubble * (b + 0.5)), [bins, 1]),
    temperature: table(
      index.flatMap((b) => [...temperatureRadii].map((r) => (40 + 20 * b) / r ** 2 * Math.exp(-r / (4 + 3 * b)))),
      [bins, 1, temperatureRadii.length],
    ),
    xAlpha: table(
      index.flatMap((b) => [...xAlphaRadii].map((r) => r < 6 + 2 * b ? (1 + b) / r ** 2 : 0)),
      [bins, 1, xAlphaRadii.length],
    ),
  };
  const { z, boxSize } = run.snapshot.halos;
  return {
    profiles,
    parameters: reionizationParameters({
      ...run.parameters,
      source: { ...run.parameters.source, ...source },
    }),
    snapshot: { ...run.snapshot, halos: haloCatalog({ positions, masses, z, boxSize }) },
  };
}

export const checks: Check[] = [
  ["a snapshot is painted as on one rank, bit by bit", (comm) => {
    // Odd planes for three ranks, overlapping bubbles across faces.
    for (const [cells, count, bubble] of [[12, 15, 1.2], [16, 30, 1.4], [20, 1, 2.3], [30, 150, 1.3]]) {
      const next = random(cells);
      const delta = Array.from({ length: cells ** 3 }, () => next() - 0.5);
      const positions = positionsOf(count, cells / 2, cells + 1);
      const { halos, spread } = compare(comm, small({ positions, bubble, cells, delta: (i) => delta[i] }));
      assert.equal(halos, count);
      assert.ok(count === 1 || spread!.moved > 10);
    }
  }],

  ["bins, basis profiles and drawn efficiencies are those of one rank", (comm) => {
    const { bins, transforms } = compare(comm, manyBins(16, 500, {}));
    assert.ok(bins === 3 && transforms >= 2);
    const efficiencies = [0.02, 0.05, 0.1, 0.2];
    for (const f_st_paint_distribution of ["lognormal", "normal", "uniform"] as const) {
      const source = { f_st: 0.06, f_st_paint_seed: 4, f_st_paint_sigma: 0.5, f_st_paint_distribution };
      const report = compare(comm, manyBins(12, 400, { efficiencies, source, bubble: 0.05 }));
      assert.ok(report.bins > 6);
    }
  }],

  ["one value for the whole box is that of one rank", (comm) => {
    const simulation = { compute_s_alpha_fluctuations: false, compute_x_coll_fluctuations: false };
    compare(comm, manyBins(16, 100, { simulation }));
  }],

  ["bubbles larger than the box, none at all, and a box that they fill are those of one rank", (comm) => {
    assert.equal(compare(comm, small({ bubble: 4.5, cells: 16 })).halos, 1);
    const none = compare(comm, small({ positions: new Float64Array(), cells: 8 }));
    assert.deepEqual([none.halos, none.transforms], [0, 0]);
    assert.equal(compare(comm, small({ positions: positionsOf(50, 8, 2), bubble: 4 })).spread, undefined);
    // Halos on faces between slabs and of the box.
    const faces = Float64Array.from([0, 4, 8, 2, 6, 3.75, 7.75, 0.25, 5.25].flatMap((x) => [x, 8 - x, x]));
    compare(comm, small({ positions: faces, bubble: 0.7 }));
  }],

  ["all memory is given back, and paintBytes() bounds what it takes with the density", (comm) => {
    const run = small({ positions: positionsOf(200, 24, 5), bubble: 0.9, cells: 48 });
    const halos = ownPart(comm, run);
    const density = scatterField(comm, comm.isRoot ? run.snapshot.density : undefined);
    run.snapshot[Symbol.dispose]();
    const before = memoryUse().allocated;
    resetPeak();
    paintSnapshotDistributed({ halos, density }, run.profiles, run.parameters)[Symbol.dispose]();
    assert.equal(memoryUse().allocated, before);
    const own = density.array.data.byteLength;
    const taken = memoryUse().peak - before + own;
    if (comm.size > 1) assert.ok(taken > 6 * own && taken < paintBytes(48, 200, comm.size), `${taken / own} meshes`);
    density.array.dispose();
  }],

  ["the field of bubbles is told before it is spread", (comm) => {
    const run = small({ positions: Float64Array.of(1, 2, 3, 1, 2, 3) });
    using _snapshot = run.snapshot;
    let most = 0;
    const phases: string[] = [];
    const { cube } = paintParts(comm, run, {
      onPhase: (phase) => phases.push(phase),
      onBubbles: ({ array }) => array.data.forEach((v) => most = Math.max(most, v)),
    });
    assert.ok(comm.allreduce(Float64Array.of(most), "max")[0] > 1.5);
    assert.deepEqual(phases, ["bin halos", "bubbles", "spread", "profiles", "couplings"]);
    cube[Symbol.dispose]();
  }],

  ["a halo in no bin is told on all ranks, by its place in the whole catalogue", (comm) => {
    const run = small({ positions: positionsOf(9, 8, 1) });
    using _snapshot = run.snapshot;
    run.snapshot.halos.masses[8] = 5e12;
    const { halos, density } = {
      halos: ownPart(comm, run),
      density: scatterField(comm, comm.isRoot ? run.snapshot.density : undefined),
    };
    assertAllFail(
      () => paintSnapshotDistributed({ halos, density }, run.profiles, run.parameters),
      comm.rank === comm.size - 1,
      InputError,
      /halo 8 \(5\.0000e\+12/,
    );
  }],
];

/**
 * Measures particle-mesh steps beside the same equations in Numba with scipy.fft, and JaxPM's, in one run.
 *
 *     deno run -A bench/nbody_bench.ts [--python PATH] [--threads 2] [--rounds 3] [--cells 128,256] [--steps 10]
 *                                        [--json FILE]
 *
 * `--python none` measures ours alone. Particles of second-order LPT at a = 0.1 with 3.9 Mpc/h a cell go towards a = 1 in steps of
 * 0.09; times are those of a step. "numba" has one transform forward and three back, as JaxPM; "numba, two" our two and the gradient on
 * the mesh. JaxPM makes two steps (256^3 takes 8 GB). Also times the parts of a step.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { fromData } from "../lib/array/mod.ts";
import { linearPower, planck18 } from "../lib/cosmology/mod.ts";
import { metadata, ParticleField, type RealArray } from "../lib/fields/mod.ts";
import { memoryUse, ready, resetPeak } from "../lib/kernel/mod.ts";
import {
  evolve,
  ForceMesh,
  growthFunctions,
  initialField,
  lagrangianDisplacements,
  Particles,
  schedule,
  stepFactors,
} from "../lib/pm/mod.ts";
import { gradientInto, kickDrift, paintInto, potentialInPlace } from "../lib/pm/_kernel_steps.ts";
import { type Contender, machine, Peer, sideBySide, timed } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface NbodyBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peer. */
  python: string;
  /** [1] Threads of ours and of Numba's. */
  threads: number;
  /** [1] Rounds. */
  rounds: number;
  /** [1] Cells along an axis. */
  cells: number[];
  /** [1] Steps of a run, at most 10. */
  steps: number;
}

/** Particles of second order at a = 0.1. */
function start(cells: number): Particles {
  const cell = 500 / 128;
  const boxSize = cell * cells;
  using field = initialField(linearPower(planck18), { cells, boxSize, key: 1 });
  using moved = lagrangianDisplacements(field, { z: 9, order: 2, velocities: true });
  const meta = metadata({ mesh: [cells, cells, cells], boxSize: [boxSize, boxSize, boxSize], status: "lpt2" });
  const of = ({ data, shape }: RealArray, factor: number) => {
    const array = fromData(data, shape, "float32") as RealArray;
    array.data.forEach((v, i) => array.data[i] = v * factor);
    return new ParticleField(array, meta, "gridRelative");
  };
  return new Particles(of(moved.displacement, 1 / cell), of(moved.velocity!, 0.1 / (100 * cell)), 0.1);
}

function parts(particles: Particles, work: ForceMesh): Record<string, number> {
  const { meta: { mesh }, displacement: { array: x }, momentum: { array: p } } = particles;
  const { scalars, vectors } = work;
  const least = (body: () => void) => Math.min(...Array.from({ length: 5 }, () => timed(body)));
  const other = fromData(x.data, x.shape, "float32");
  const out = {
    copy: least(() => other.data.set(x.data as Float32Array)),
    paint: least(() => paintInto(mesh, x, scalars)),
    potential: least(() => potentialInPlace(mesh, {}, scalars)),
    gradient: least(() => gradientInto(mesh, -1, scalars, vectors)),
    kickDrift: least(() => kickDrift(mesh, vectors, { kick: 0, drift: 0 }, x, p)),
  };
  other.dispose();
  return out;
}

/** Measures and prints; returns the record. */
export async function benchNbody(
  { python, threads, rounds, cells, steps }: NbodyBenchOptions,
): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using numba = python === "none" ? undefined : await Peer.start(python, "nbody_numba.py");
  await using jax = python === "none" ? undefined : await Peer.start(python, "nbody_jaxpm.py");
  const results: Record<string, unknown>[] = [];
  for (const n of cells) {
    using first = start(n);
    const plan = schedule({ t0: 0.1, dt0: 0.09, t1: 0.1 + 0.09 * steps });
    const factors = stepFactors(plan.times, growthFunctions(planck18), { synchronise: false });
    const folder = await Deno.makeTempDir();
    for (const [name, { array: { data } }] of [["x", first.displacement], ["p", first.momentum]] as const) {
      await Deno.writeFile(`${folder}/${name}.f32`, new Uint8Array(data.slice().buffer));
    }
    const numbers = { kick: [...factors.kick], drift: [...factors.drift] };
    await Deno.writeTextFile(`${folder}/factors.json`, JSON.stringify(numbers));
    using particles = first.copy();
    resetPeak();
    const ours = () => {
      particles.displacement.array.data.set(first.displacement.array.data as Float32Array);
      particles.momentum.array.data.set(first.momentum.array.data as Float32Array);
      particles.a = particles.momentumA = 0.1;
      evolve(particles, { cosmology: planck18, schedule: plan, factors });
    };
    ours();
    // Without the particles of the beginning.
    const bytesPerCell = (memoryUse().peak - 24 * n ** 3) / n ** 3;
    const ask = (peer: Peer, request: { case: string; steps: number }) =>
      peer.run({ ...request, folder, n, threads }).then((t) => t / request.steps);
    const contenders: Contender[] = [["ours", () => timed(ours) / steps]];
    if (numba) {
      contenders.push(["numba", () => ask(numba, { case: "four", steps })]);
      contenders.push(["numba, two", () => ask(numba, { case: "two", steps })]);
    }
    if (jax) contenders.push(["JaxPM", () => ask(jax, { case: "steps", steps: 2 })]);
    const times = await sideBySide(contenders, { rounds, repeats: 1 });
    using work = new ForceMesh([n, n, n], "float32");
    const milliseconds = parts(particles, work);
    results.push({ cells: n, bytesPerCell, times, parts: milliseconds });
    console.log(`a step of ${n}^3, ${bytesPerCell.toFixed(1)} bytes a particle at most`);
    for (const { name, min, median } of times) {
      const ratio = (min / times[0].min).toFixed(1);
      console.log(`  ${name.padEnd(10)} min ${min.toFixed(1)} ms  median ${median.toFixed(1)} ms  this/ours ${ratio}`);
    }
    const list = Object.entries(milliseconds).map(([name, t]) => `${name} ${t.toFixed(1)}`);
    console.log(`  [ms] ${list.join(", ")} (copy: 12 bytes a particle)`);
    await Deno.remove(folder, { recursive: true });
  }
  return { machine: await machine(), threads, peers: { ...numba?.versions, ...jax?.versions }, results };
}

if (import.meta.main) {
  const { python, threads, rounds, cells, steps, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "cells", "steps", "json"],
    default: { python: "build/peers/bin/python", threads: "2", rounds: "3", cells: "128,256", steps: "10" },
  });
  const sizes = cells.split(",").map(Number);
  const numbers = { threads: Number(threads), rounds: Number(rounds), steps: Number(steps) };
  const record = await benchNbody({ ...numbers, python, cells: sizes });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}

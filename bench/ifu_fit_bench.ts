/**
 * The metallicity of one star from far away, as in RUBIX's example of inverse modelling: start 1.42e-2, target 4.49e-4, age 10 Gyr;
 * by three methods, warm, and in a new process.
 *
 *     deno run -A bench/ifu_fit_bench.ts [--rounds 20] [--json FILE]
 *
 * RUBIX 0.0.5 takes 109 to 274 steps of Adam at 0.34 to 2.7 ms, after 2.1 to 2.6 s of compilation, and ends 0.03 to 1.6 % off
 * (measured on the same machine on 2026-11-21; not measured here).
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { fitSpectrum, lineSpread, ObservedSpectra, telescope } from "../lib/ifu/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { syntheticTemplates } from "../lib/stellar/mod.ts";
import { machine } from "./_side_by_side.ts";

const METHODS = ["lm", "lbfgs", "adam"] as const;
const ROWS = [["cubic", "linear"], ["cubic", "log"], ["linear", "log"]] as const;

/** A fit: how far off, in how many steps and milliseconds. */
function fits(rounds: number, methods: readonly (typeof METHODS)[number][]) {
  const spectrograph = telescope("TESTGRADIENT");
  using templates = syntheticTemplates({ wavelength: { from: 4200, to: 8600, step: 5 } });
  const one = (value: number) => Float64Array.of(value);
  const [start, truth] = [templates.metallicity[9], templates.metallicity[3]];
  const lsf = lineSpread({ sigma: 1.2 }, spectrograph);
  const results: Record<string, string | number>[] = [];
  for (const [method, axis] of ROWS) {
    const parts = {
      templates,
      telescope: spectrograph,
      redshift: 0.1,
      lsf,
      method,
      metallicityAxis: axis,
      ageAxis: axis,
    };
    using model = new ObservedSpectra(parts);
    const star = { mass: one(1), metallicity: one(truth), age: one(10), velocity: one(0) };
    const spectrum = model.evaluate(star).spectra.data.slice();
    const fixed = ["mass", "age", "velocity"] as const;
    const populations = [{ mass: 1, metallicity: start, age: 10, velocity: 0, fixed }];
    for (const by of methods) {
      const times: number[] = [];
      for (let i = 0; i < rounds; i++) {
        const begin = performance.now();
        const fit = fitSpectrum(spectrum, { model, method: by, populations });
        times.push(performance.now() - begin);
        if (i + 1 < rounds) continue;
        const off = Math.abs(fit.populations[0].metallicity / truth - 1);
        times.sort((a, b) => a - b);
        const [min, median] = [times[0], times[times.length >> 1]];
        results.push({ interpolation: `${method}, ${axis} axes`, by, steps: fit.steps, off, min, median });
      }
    }
  }
  return results;
}

/** Fits once with kernels that are new. */
async function cold(): Promise<Record<string, number>> {
  const args = ["run", "-A", new URL(import.meta.url).pathname, "--once"];
  const start = performance.now();
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  return { ...JSON.parse(new TextDecoder().decode(stdout)), process: performance.now() - start };
}

if (import.meta.main) {
  const given = parseArgs(Deno.args, { string: ["rounds", "json", "python"], boolean: ["once"] });
  await ready({ threads: 2 });
  if (given.once) {
    console.log(JSON.stringify({ fit: fits(1, ["lm"])[0].min }));
    Deno.exit(0);
  }
  const warm = fits(Number(given.rounds ?? 20), METHODS);
  for (const { interpolation, by, steps, off, min, median } of warm) {
    const how = `${interpolation}, ${by}: ${steps} steps, ${(off as number).toExponential(1)} off`;
    console.log(`${how}, min ${(min as number).toFixed(2)} ms, median ${(median as number).toFixed(2)}`);
  }
  const runs: Awaited<ReturnType<typeof cold>>[] = [];
  for (let i = 0; i < 5; i++) runs.push(await cold());
  runs.sort((a, b) => a.process - b.process);
  console.log(`in a new process: fit ${runs[0].fit.toFixed(0)} ms, all ${runs[0].process.toFixed(0)} ms`);
  const record = { machine: await machine(), threads: 2, unit: "ms", warm, cold: runs };
  if (given.json) await Deno.writeTextFile(given.json, JSON.stringify(record));
}

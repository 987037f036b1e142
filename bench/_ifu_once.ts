/**
 * A cube by our pipeline in a process of its own: prints seconds since the process began, and memory.
 *
 *     deno run -A bench/_ifu_once.ts CONFIG.json THREADS
 *
 * @module
 */
import { ready } from "../lib/kernel/mod.ts";
import { IfuPipeline } from "../lib/ifu/mod.ts";

const [path, threads] = Deno.args;
await ready({ threads: Number(threads) });
const start = performance.now();
const pipeline = new IfuPipeline(JSON.parse(Deno.readTextFileSync(path)));
using result = await pipeline.run();
const end = performance.now();
const status = Deno.readTextFileSync("/proc/self/status");
console.log(JSON.stringify({
  startUp: start / 1000,
  run: (end - start) / 1000,
  total: end / 1000,
  sum: (result.cube.flux.data as Float32Array).reduce((sum, x) => sum + x, 0),
  shape: result.cube.flux.shape,
  peak_mb: Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]) / 1024,
}));
// As the command line does: threads would else look for work for a quarter of a second.
Deno.exit(0);

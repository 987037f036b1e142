/**
 * Paints one snapshot in a process of its own and prints what it took as JSON: times, kernels' memory, the process's peak.
 *
 * @module
 */
import { memoryUse, ready, resetPeak } from "../lib/kernel/mod.ts";
import { type PaintCase, painter } from "./_painter.ts";

if (import.meta.main) {
  const [text, threads, repeats] = Deno.args;
  await ready({ threads: Number(threads) });
  using paint = await painter(JSON.parse(text) as PaintCase);
  resetPeak();
  const runs = Array.from({ length: Number(repeats) }, () => paint.run());
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  const kibibytes = /VmHWM:\s*(\d+) kB/.exec(status)?.[1];
  console.log(JSON.stringify({
    milliseconds: runs.map(({ milliseconds }) => milliseconds),
    phases: runs.reduce((a, b) => a.milliseconds < b.milliseconds ? a : b).phases,
    kernelArraysMiB: Math.round(memoryUse().peak / 2 ** 20),
    kernelMemoryMiB: Math.round(memoryUse().reserved / 2 ** 20),
    processPeakMiB: kibibytes === undefined ? null : Math.round(Number(kibibytes) / 1024),
  }));
}

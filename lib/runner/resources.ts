import { InputError } from "../base/mod.ts";
import type { Estimate } from "./task.ts";

const KERNEL_LIMIT = 2 ** 32;
const OTHER_BYTES = 2 ** 27;

/** [byte] All memory that an estimate asks for. */
export function totalBytes(estimate: Estimate): number {
  return estimate.kernelBytes + (estimate.otherBytes ?? OTHER_BYTES);
}

/** A number of bytes as people read it: "1.2 GiB". */
export function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), 4);
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/**
 * @param ranks [1] Ranks that each need as much, and have `memoryBytes` each.
 * @throws {InputError} if a task needs more memory than there is.
 */
export function checkFits(task: string, estimate: Estimate, memoryBytes?: number, ranks = 1): void {
  const { remedy = "use a smaller mesh" } = estimate;
  const refuse = (needs: string, has: string, remedies = remedy): never => {
    throw new InputError(`Cannot run "${task}": it needs about ${needs}, ${has}; ${remedies}`, task, "memory");
  };
  if (estimate.kernelBytes > KERNEL_LIMIT) {
    refuse(`${bytesText(estimate.kernelBytes)} in the kernels' memory`, `which ends at ${bytesText(KERNEL_LIMIT)}`);
  }
  const total = totalBytes(estimate);
  if (memoryBytes !== undefined && total > memoryBytes) {
    const free = `and ${bytesText(memoryBytes)} are free`;
    if (ranks === 1) refuse(`${bytesText(total)} of memory`, free);
    const fewer = `start fewer ranks on each machine, or ${remedy}`;
    refuse(`${bytesText(total)} of memory on each of ${ranks} ranks`, `${free} for each`, fewer);
  }
}

import { KernelError } from "../base/mod.ts";

/** Status numbers of kernels, the same list as `kernels/core/src/status.rs`. */
export const STATUS = { ok: 0, outOfMemory: 1, domain: 2, notConverged: 3, trapped: 4 } as const;

const SENTENCE: Record<number, string> = {
  [STATUS.domain]: "a value is out of its range",
  [STATUS.notConverged]: "an iteration did not reach its tolerance",
  [STATUS.trapped]: "a parallel block ended in a trap",
};

/** The error for a status other than `ok` and `outOfMemory`. */
export function statusError(kernel: string, status: number): KernelError {
  return new KernelError(`Cannot finish "${kernel}": ${SENTENCE[status] ?? `status ${status}`}`, kernel, status);
}

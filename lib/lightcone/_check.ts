import { DomainError } from "../base/mod.ts";

/** Checks the axis of the line of sight; 2 unless given. */
export function checkAxis(axis: 0 | 1 | 2 = 2): 0 | 1 | 2 {
  if ([0, 1, 2].includes(axis)) return axis;
  throw new DomainError(`Cannot look along axis ${axis}: it must be 0, 1 or 2`, "0, 1 or 2", String(axis));
}

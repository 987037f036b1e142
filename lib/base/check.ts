import { DomainError } from "./errors.ts";

function fail(value: unknown, name: string, rule: string): never {
  throw new DomainError(`Cannot use "${name}": it must be ${rule}, got ${String(value)}`, rule, String(value));
}

/** Checks that `value` is a finite number; the error names the argument. */
export function checkFinite(value: number, name: string): number {
  return Number.isFinite(value) ? value : fail(value, name, "a finite number");
}

/** Checks that `value` is finite and above 0; the error names the argument. */
export function checkPositive(value: number, name: string): number {
  return Number.isFinite(value) && value > 0 ? value : fail(value, name, "a finite number above 0");
}

/** Checks that `value` is a whole number of at least `least`; the error names the argument. */
export function checkInteger(value: number, name: string, least = 0): number {
  return Number.isSafeInteger(value) && value >= least
    ? value
    : fail(value, name, `a whole number of at least ${least}`);
}

/** Checks that `value` is one of `choices`; the error lists them. */
export function checkOneOf<T extends string>(value: string, name: string, choices: readonly T[]): T {
  const rule = `one of ${choices.map((c) => `"${c}"`).join(", ")}`;
  return (choices as readonly string[]).includes(value) ? value as T : fail(`"${value}"`, name, rule);
}

/** Checks that `value` lies in `[least, most]`; the error names the argument. */
export function checkRange(value: number, name: string, least: number, most: number): number {
  return value >= least && value <= most ? value : fail(value, name, `between ${least} and ${most}`);
}

/** An error as a message between threads or programs can carry it: its own texts and numbers. */
export interface PlainError extends Readonly<Record<string, unknown>> {
  /** Text of the error. */
  readonly message: string;
}

/**
 * What can be told of an error elsewhere: its name, message and stack, and its own texts and numbers (`code`, `key`).
 *
 * @example
 * ```ts
 * import { errorFrom, InputError, isToolkitError, plainError } from "@cosmesh/cosmesh/base";
 * const told = JSON.stringify(plainError(new InputError("Cannot use run.toml: it is empty", "run.toml", "")));
 * isToolkitError(errorFrom(JSON.parse(told)), "InputError"); // true
 * ```
 */
export function plainError(error: unknown): PlainError {
  if (!(error instanceof Error)) return { message: String(error) };
  const own = Object.entries(error).filter(([, value]) => ["string", "number"].includes(typeof value));
  return { ...Object.fromEntries(own), name: error.name, message: error.message, stack: error.stack };
}

/**
 * The error that `plainError` told of: `isToolkitError` knows it, and an interruption or an error of Deno has its class.
 *
 * @param place Where it happened, put behind the message.
 */
export function errorFrom({ message, ...own }: PlainError, place?: string): Error {
  const text = place === undefined ? message : `${message} (${place})`;
  const name = String(own.name);
  if (name === "AbortError") return new DOMException(message, name);
  const known = (Deno.errors as Record<string, new (message: string) => Error>)[name];
  return Object.assign(known ? new known(text) : new Error(text), own);
}

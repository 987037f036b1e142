import * as toolkit from "./errors.ts";

/** An error as a message between threads or programs can carry it, also as JSON. */
export interface PlainError {
  /** Name of its class. */
  readonly name: string;
  /** Text of the error. */
  readonly message: string;
  /** Where it was thrown; "" if that is not known. */
  readonly stack: string;
  /** Texts, numbers and truth values of its own, such as `code` and `key`. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/** Anything thrown, in plain data. */
export function plainError(thrown: unknown): PlainError {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown), stack: "", fields: {} };
  const { name, message, stack = "" } = thrown;
  const fields = Object.entries(thrown).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  return { name, message, stack, fields: Object.fromEntries(fields) };
}

/**
 * The error again, with its class if that is the toolkit's, the language's or Deno's.
 *
 * @param place Where it was thrown, put behind the message, but not behind that of an interruption.
 * @example
 * ```ts
 * import { errorFrom, InputError, plainError } from "@cosmesh/cosmesh/base";
 * const told = JSON.stringify(plainError(new InputError("Cannot use run.toml: it is empty", "run.toml", "")));
 * const error = errorFrom(JSON.parse(told), "on rank 2");
 * console.log(error instanceof InputError, error.message); // true, Cannot use run.toml: it is empty (on rank 2)
 * ```
 */
export function errorFrom({ name, message, stack, fields }: PlainError, place?: string): Error {
  if (name === "AbortError") return new DOMException(message, name);
  const classes = [toolkit, globalThis, Deno.errors] as unknown as Record<string, unknown>[];
  const type = classes.map((known) => known[name]).find((known) => typeof known === "function");
  const error = new Error(place === undefined ? message : `${message} (${place})`);
  const isErrorClass = typeof type === "function" && (type === Error || type.prototype instanceof Error);
  if (isErrorClass) Object.setPrototypeOf(error, type.prototype);
  if (stack) Object.defineProperty(error, "stack", { value: stack, writable: true, configurable: true });
  return Object.assign(error, { ...(error.name === name ? {} : { name }), ...fields });
}

import * as errors from "../base/mod.ts";

/** An error as it travels from a thread: what structured clones would lose is kept. */
export interface PlainError {
  name: string;
  message: string;
  stack: string;
  /** Fields of its own that are plain values. */
  fields: Record<string, unknown>;
}

/** Anything thrown, in plain data. */
export function plainError(thrown: unknown): PlainError {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown), stack: "", fields: {} };
  const fields = Object.entries(thrown).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  return {
    name: thrown.name,
    message: thrown.message,
    stack: thrown.stack ?? "",
    fields: Object.fromEntries(fields),
  };
}

/** The error again, with its class if that is one of the toolkit's or of the language, and the rank that threw it. */
export function restoreError({ name, message, stack, fields }: PlainError, rank: number): Error {
  const type = ({ ...errors } as Record<string, unknown>)[name] ?? (globalThis as Record<string, unknown>)[name];
  const error = new Error(message);
  const isErrorClass = typeof type === "function" && (type === Error || type.prototype instanceof Error);
  if (isErrorClass) Object.setPrototypeOf(error, type.prototype);
  Object.defineProperty(error, "stack", { value: `${stack || `${name}: ${message}`}\n    on rank ${rank}` });
  if (error.name !== name) Object.defineProperty(error, "name", { value: name });
  return Object.assign(error, { ...fields, rank: fields.rank ?? rank });
}

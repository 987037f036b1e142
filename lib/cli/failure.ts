import { isToolkitError } from "../base/mod.ts";

/** Exit codes: done, a failure inside, wrong input, interrupted. */
export const EXIT = { done: 0, failed: 1, input: 2, interrupted: 130 } as const;

/** A failure as it is reported. */
export interface Failure {
  /** Exit code of the program. */
  readonly exitCode: number;
  /** Class of the error, such as "InputError". */
  readonly code: string;
  /** One line. */
  readonly message: string;
  /** File or option, and the place inside of it, where the error knows. */
  readonly source?: string;
  /** See `source`. */
  readonly key?: string;
}

/**
 * What to tell of an error. Files and options that the user can put right give exit code 2; all else is a failure
 * inside, and its line points to `--debug`.
 */
export function failureOf(error: unknown): Failure {
  const line = (text: string) => text.replaceAll(/\s*\n\s*/g, " ");
  if (isToolkitError(error, "InputError")) {
    return {
      exitCode: EXIT.input,
      code: error.code,
      message: line(error.message),
      source: error.source,
      key: error.key,
    };
  }
  if (isToolkitError(error, "FormatError")) {
    const { code, path, location } = error;
    return { exitCode: EXIT.input, code, message: line(error.message), source: path, key: location };
  }
  if (error instanceof Deno.errors.NotCapable) {
    return { exitCode: EXIT.input, code: "NotCapable", message: line(error.message) };
  }
  if (error instanceof DOMException && error.name === "AbortError") {
    return { exitCode: EXIT.interrupted, code: "Interrupted", message: line(error.message) };
  }
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  const code = isToolkitError(error) ? error.code : name;
  return { exitCode: EXIT.failed, code, message: line(isToolkitError(error) ? message : `${name}: ${message}`) };
}

/** Stack of an error and of its causes. */
export function stackOf(error: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) parts.push(at.stack ?? String(at));
  return parts.join("\ncaused by: ");
}

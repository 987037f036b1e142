import { InputError, isToolkitError } from "../base/mod.ts";

/**
 * Runs `body`; what it refuses is told as wrong input, with the file or key that it came from in place of the operation.
 *
 * @param what File, or "run.toml: key".
 */
export function inputErrors<T>(what: string, key: string, body: () => T): T {
  const told = (cause: unknown): never => {
    const ours = isToolkitError(cause, "DomainError") || isToolkitError(cause, "ShapeError");
    if (!ours) throw cause;
    const text = cause.message.replace(/^Cannot [^:]*: /, "");
    throw new InputError(`Cannot use ${what}: ${text}`, what, key, { cause });
  };
  try {
    const value = body();
    return value instanceof Promise ? value.catch(told) as T : value;
  } catch (cause) {
    return told(cause);
  }
}

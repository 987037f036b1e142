/** An array has another shape than the operation needs. */
export class ShapeError extends RangeError {
  /** Constant that names the class. */
  readonly code = "ShapeError" as const;
  /** As `code`. */
  override name = "ShapeError";
  /** `expected` is what is needed, `actual` what is there. */
  constructor(message: string, readonly expected: string, readonly actual: string) {
    super(message);
  }
}

/** A value lies outside of its range. */
export class DomainError extends RangeError {
  /** Constant that names the class. */
  readonly code = "DomainError" as const;
  /** As `code`. */
  override name = "DomainError";
  /** `expected` is what is needed, `actual` what is there. */
  constructor(message: string, readonly expected: string, readonly actual: string) {
    super(message);
  }
}

/** An array has another element type than the operation needs. */
export class DtypeError extends TypeError {
  /** Constant that names the class. */
  readonly code = "DtypeError" as const;
  /** As `code`. */
  override name = "DtypeError";
  /** `expected` is what is needed, `actual` what is there. */
  constructor(message: string, readonly expected: string, readonly actual: string) {
    super(message);
  }
}

/** A file does not hold what its layout promises. */
export class FormatError extends SyntaxError {
  /** Constant that names the class. */
  readonly code = "FormatError" as const;
  /** As `code`. */
  override name = "FormatError";
  /** `path` is the file, `location` the place inside of it (a dataset, a line). */
  constructor(message: string, readonly path: string, readonly location: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** An iteration ended before it reached its tolerance. */
export class ConvergenceError extends Error {
  /** Constant that names the class. */
  readonly code = "ConvergenceError" as const;
  /** As `code`. */
  override name = "ConvergenceError";
  /** `steps` were made; `residual` is what is left, `tolerance` what was wanted. */
  constructor(message: string, readonly steps: number, readonly residual: number, readonly tolerance: number) {
    super(message);
  }
}

/** A kernel failed: a fault of the toolkit, not of its input. */
export class KernelError extends Error {
  /** Constant that names the class. */
  readonly code = "KernelError" as const;
  /** As `code`. */
  override name = "KernelError";
  /** `kernel` is the operation, `status` its number. */
  constructor(message: string, readonly kernel: string, readonly status: number, options?: ErrorOptions) {
    super(message, options);
  }
}

/** There is no room in the shared memory. */
export class MemoryError extends RangeError {
  /** Constant that names the class. */
  readonly code = "MemoryError" as const;
  /** As `code`. */
  override name = "MemoryError";
  /** `requestedBytes` were asked for, `freeBytes` are left. */
  constructor(message: string, readonly requestedBytes: number, readonly freeBytes: number) {
    super(message);
  }
}

/** A stored result cannot be used or made. */
export class CacheError extends Error {
  /** Constant that names the class. */
  readonly code = "CacheError" as const;
  /** As `code`. */
  override name = "CacheError";
  /** `key` is the key of the result, `path` its place. */
  constructor(message: string, readonly key: string, readonly path: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** What a user gave on the command line or in a file is wrong; the message names file, key and remedy. */
export class InputError extends Error {
  /** Constant that names the class. */
  readonly code = "InputError" as const;
  /** As `code`. */
  override name = "InputError";
  /** `source` is the file or option, `key` the place inside of it. */
  constructor(message: string, readonly source: string, readonly key: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** An exchange between ranks failed; the message carries the text of MPI, if it comes from there. */
export class CommError extends Error {
  /** Constant that names the class. */
  readonly code = "CommError" as const;
  /** As `code`. */
  override name = "CommError";
  /** `operation` failed on rank `rank`; `errorClass` is MPI's number of the kind of error, 0 if it is not MPI's. */
  constructor(
    message: string,
    readonly operation: string,
    readonly rank: number,
    readonly errorClass = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Any of the toolkit's errors. */
export type ToolkitError =
  | ShapeError
  | DomainError
  | DtypeError
  | FormatError
  | ConvergenceError
  | KernelError
  | MemoryError
  | CacheError
  | InputError
  | CommError;

/** Names of the toolkit's error classes, their constant `code`. */
export type ErrorCode = ToolkitError["code"];

const CODES: ReadonlySet<string> = new Set<ErrorCode>([
  ...(["ShapeError", "DomainError", "DtypeError", "FormatError", "ConvergenceError"] as const),
  ...(["KernelError", "MemoryError", "CacheError", "InputError", "CommError"] as const),
]);

/**
 * Whether a caught value is an error of the toolkit, of one class if `code` is given.
 *
 * @example
 * ```ts
 * const error: unknown = new ShapeError("Cannot add: shapes differ", "[3]", "[4]");
 * if (isToolkitError(error, "ShapeError")) console.log(error.actual);
 * ```
 */
export function isToolkitError(error: unknown): error is ToolkitError;
/** As above, for one class. */
export function isToolkitError<C extends ErrorCode>(
  error: unknown,
  code: C,
): error is Extract<ToolkitError, { code: C }>;
export function isToolkitError(error: unknown, code?: ErrorCode): boolean {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return false;
  return code === undefined ? CODES.has(error.code) : error.code === code;
}

/**
 * The error for a file or folder that cannot be written, with the way out where the reason is known. An InputError is
 * returned as it is.
 *
 * @param path What was to be written.
 * @param cause What was thrown.
 * @param text The reason, if it is not the message of `cause`.
 */
export function writeFailure(path: string, cause: unknown, text?: string): InputError {
  if (cause instanceof InputError) return cause;
  const message = text || (cause as Error).message;
  const reason = cause instanceof Deno.errors.NotFound
    ? "its folder does not exist; make it first"
    : /no space left/i.test(message)
    ? "the disk is full; free some room, or write elsewhere"
    : message;
  return new InputError(`Cannot write "${path}": ${reason}`, path, "", { cause });
}

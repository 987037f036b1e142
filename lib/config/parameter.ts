/**
 * Types of a parameter's value. A path is text, relative to the configuration file; "rows" are numbers in one list or in
 * rows of a matrix, and come out as one list.
 */
export type Kind = "number" | "integer" | "text" | "boolean" | "path" | "numbers" | "rows" | "texts" | "paths";

/** A value of a configuration; null stands for "not set". */
export type Value = number | string | boolean | readonly number[] | readonly string[] | null;

/** One row of the table that describes the parameters of a pipeline. */
export interface Parameter {
  /** Table of the configuration file that holds it: "simulation", or "telescope.psf" in another; "" outside of tables. */
  readonly group: string;
  /** Its name there: "Ncell". */
  readonly key: string;
  /** What its value may be; several kinds if any of them will do. */
  readonly kind: Kind | readonly Kind[];
  /** Unit: "Mpc/h", or "1" for a pure number; left out where it makes no sense. */
  readonly unit?: string;
  /** Value when left out; null: it may be left out and has no value. Without this member it must be given. */
  readonly default?: Value;
  /** Words that are allowed; a number is not affected. */
  readonly choices?: readonly string[];
  /** Smallest number allowed, for lists of each element. */
  readonly least?: number;
  /** Largest number allowed, for lists of each element. */
  readonly most?: number;
  /** Whether `least` itself is not allowed. */
  readonly aboveLeast?: boolean;
  /** One sentence, without a full stop. */
  readonly description: string;
  /** Why it is accepted though it changes nothing; see `unusedKeys`. */
  readonly unused?: string;
}

/** Values by group, as the rows of the table name it, and key. */
export type Values = Readonly<Record<string, Readonly<Record<string, Value>>>>;

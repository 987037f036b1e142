import type { Parameter } from "../config/mod.ts";

/** Rows of one table of a configuration. */
export const table = (group: string, rows: Record<string, Omit<Parameter, "group" | "key">>): Parameter[] =>
  Object.entries(rows).map(([key, rest]) => ({ group, key, ...rest }));

/** A number above 0. */
export const POSITIVE = { kind: "number", least: 0, aboveLeast: true } as const;

/** Text that is accepted without effect. */
export const ignored = (description: string, unused: string): Omit<Parameter, "group" | "key"> => ({
  kind: ["text", "number", "boolean", "texts"],
  default: null,
  description,
  unused,
});

/** The option that a key sets: scale_length is scaleLength. */
export const optionOf = (key: string): string => key.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

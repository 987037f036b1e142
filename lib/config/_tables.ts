/** Whether a value is a table of keys. */
export const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** The table of a document with this name, if it has one. */
export function tableAt(root: Readonly<Record<string, unknown>>, group: string): Record<string, unknown> | undefined {
  let table: unknown = root;
  for (const part of group === "" ? [] : group.split(".")) table = isTable(table) ? table[part] : undefined;
  return isTable(table) ? table : undefined;
}

/** Name of a key with its table. */
export const joined = (group: string, key: string): string => group === "" ? key : `${group}.${key}`;

import { checkInteger } from "../base/mod.ts";
import { limits } from "../mpi/mod.ts";

/**
 * Rows that fit into one message: `max(1, floor(limit / (itemBytes * rowItems)))`.
 *
 * @param itemBytes [byte] Size of an element.
 * @param rowItems [1] Elements in a row.
 * @param limit [byte] The most that one message has.
 * @returns [row] At least 1: a row is never cut.
 * @example
 * ```ts
 * import { chunkStep } from "@cosmesh/cosmesh/distributor";
 * chunkStep(8, 100, 4096); // 5
 * chunkStep(8, 1000, 4096); // 1, though the row is longer
 * ```
 */
export function chunkStep(itemBytes: number, rowItems: number, limit: number = limits.maxMessageBytes): number {
  checkInteger(itemBytes, "itemBytes", 1);
  checkInteger(rowItems, "rowItems");
  checkInteger(limit, "limit", 1);
  return Math.max(1, Math.floor(limit / (itemBytes * Math.max(1, rowItems))));
}

/**
 * The first row of each message and the one behind its last. Sender and receiver find the same from the same shape,
 * type and limit.
 *
 * @param rows [row] Number of rows.
 * @param itemBytes [byte] Size of an element.
 * @param rowItems [1] Elements in a row.
 * @param limit [byte] The most that one message has.
 * @example
 * ```ts
 * import { rowChunks } from "@cosmesh/cosmesh/distributor";
 * [...rowChunks(5, 1, 1, 2)]; // [0, 2], [2, 4], [4, 5]
 * ```
 */
export function* rowChunks(
  rows: number,
  itemBytes: number,
  rowItems: number,
  limit: number = limits.maxMessageBytes,
): Generator<[start: number, stop: number]> {
  checkInteger(rows, "rows");
  const step = chunkStep(itemBytes, rowItems, limit);
  for (let start = 0; start < rows; start += step) yield [start, Math.min(start + step, rows)];
}

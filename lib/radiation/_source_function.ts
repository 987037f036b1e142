import type { Points } from "../cosmology/mod.ts";
import { sourceValues } from "./_kernel.ts";
import { type Argument, broadcast } from "./_points.ts";
import { sourceNumbers } from "./_solver_numbers.ts";
import type { ReionizationParameters } from "./parameter_table.ts";

/** A function of sources by its number, for checked arguments; `prepare` may check them together, or change them. */
export function sourceFunction(
  which: number,
  parameters: ReionizationParameters,
  args: readonly Argument[],
  prepare: (columns: Float64Array[]) => Float64Array[] | void = () => {},
): Points {
  return broadcast(args, (columns) => sourceValues(which, sourceNumbers(parameters), prepare(columns) ?? columns));
}

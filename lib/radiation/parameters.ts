import { InputError } from "../base/mod.ts";
import {
  IGNORED_PARAMETERS,
  PARAMETER_TABLE,
  type ParameterInfo,
  type ReionizationParameters,
} from "./parameter_table.ts";

/** Groups of parameters as a file or a configuration has them, not checked. */
export type ParameterGroups = { readonly [group: string]: { readonly [name: string]: unknown } };

/** Parameters with some groups and some of their members given. */
export type PartialParameters = {
  readonly [G in keyof ReionizationParameters]?: Partial<ReionizationParameters[G]>;
};

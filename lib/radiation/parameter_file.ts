import type { Hdf5File, Hdf5Output } from "../io/mod.ts";
import { PARAMETER_TABLE, type ParameterInfo, type ReionizationParameters } from "./parameter_table.ts";
import type { ParameterGroups } from "./parameters.ts";

/** Reads a group with one subgroup per group of parameters: scalars are attributes, lists are datasets. */
export function readParameterGroups(file: Hdf5File, group: string): ParameterGroups {
  return Object.fromEntries(
    file.names(group).map((name) => {
      const path = `${group}/${name}`;
      const lists = file.names(path).map((list) => {
        const inner = `${path}/${list}`;
        return [list, file.info(inner).dtype === "string" ? file.readStrings(inner) : [...file.readNumbers(inner)]];
      });
      return [name, { ...file.attributes(path), ...Object.fromEntries(lists) }];
    }),
  );
}

/** Writes parameters the way `readParameterGroups` reads them; what is null is left out, as BEoRN does. */
export function writeParameterGroups(file: Hdf5Output, group: string, parameters: ReionizationParameters): void {
  for (const [name, infos] of Object.entries(PARAMETER_TABLE) as [keyof ReionizationParameters, object][]) {
    const path = `${group}/${name}`;
    file.group(path);
    for (const [key, { kind }] of Object.entries(infos) as [string, ParameterInfo<unknown>][]) {
      const value = (parameters[name] as unknown as Record<string, unknown>)[key];
      if (value === null) continue;
      if (kind === "numbers") file.writeArray(`${path}/${key}`, Float64Array.from(value as number[]));
      else file.setAttributes(path, { [key]: kind === "integer" ? BigInt(value as number) : value as number });
    }
  }
}

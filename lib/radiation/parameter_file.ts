import type { Hdf5File, Hdf5Output } from "../io/mod.ts";
import { PARAMETER_TABLE, type ParameterInfo, type ReionizationParameters } from "./parameter_table.ts";
import type { ParameterGroups } from "./parameters.ts";

const kindOf = (group: string, name: string): string | undefined =>
  (PARAMETER_TABLE as unknown as Record<string, Record<string, ParameterInfo<unknown>>>)[group]?.[name]?.kind;

/** Reads a group with one subgroup per group of parameters: scalars are attributes, lists are datasets. */
export function readParameterGroups(file: Hdf5File, path: string): ParameterGroups {
  return Object.fromEntries(
    file.names(path).map((group) => {
      const inner = `${path}/${group}`;
      const lists = file.names(inner).map((name) => {
        const list = `${inner}/${name}`;
        return [name, file.info(list).dtype === "string" ? file.readStrings(list) : [...file.readNumbers(list)]];
      });
      const scalars = Object.entries(file.attributes(inner)).map(([name, value]) => {
        // BEoRN writes an enumeration with the names FALSE and TRUE; the package that writes ours can write 0 and 1 only.
        const flag = kindOf(group, name) === "boolean" && (value === 0 || value === 1);
        return [name, flag ? value === 1 : value];
      });
      return [group, Object.fromEntries([...scalars, ...lists])];
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

/**
 * Parameters as BEoRN's `igm_params.yaml` has them.
 *
 * @param parameters All parameters.
 * @example
 * ```ts
 * import { parametersYaml, reionizationParameters } from "@cosmesh/cosmesh/radiation";
 * const text = await parametersYaml(reionizationParameters());
 * console.log(text.split("\n")[1]); //   source_type: SED
 * ```
 */
export async function parametersYaml(parameters: ReionizationParameters): Promise<string> {
  const { stringify } = await import("npm:deno-std@1.4.0/yaml/stringify.js");
  // YAML 1.1, which Python's reader knows, wants a point in numbers with an exponent.
  return stringify({ ...parameters }).replace(/^(.*: -?\d+)(e[+-]\d+)$/gm, "$1.0$2");
}

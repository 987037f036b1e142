/**
 * Checks that the documentation of a numeric parameter, or of a numeric property of `...Options`, begins with its unit:
 * `[Mpc/h]`, `[K]`, or `[1]` for a pure number.
 *
 *     deno task docs:check
 *
 * @module
 */
import { type Declared, type Door, placeOf, publicApi } from "./public_api.ts";

const isNumber = (declared?: Pick<Declared, "tsType">): boolean =>
  declared?.tsType?.kind === "keyword" && declared.tsType.value === "number";

const hasUnit = (doc: string | undefined): boolean => /^\[[^\]]+\]/.test(doc ?? "");

/** Functions in a declaration: itself, or the constructors and methods of a class. */
function functionsOf(declared: Declared): Declared[] {
  if (declared.kind === "function") return [declared];
  if (declared.kind !== "class") return [];
  const { constructors = [], methods = [] } = declared.def;
  return [
    ...constructors.map((c: Declared & { params: unknown }) => ({ ...c, name: "constructor", def: c })),
    ...methods.map((m: Declared & { functionDef: unknown }) => ({ ...m, def: m.functionDef })),
  ];
}

/** Numeric parameters and options whose documentation names no unit, one line each. */
export function unitProblems(doors: readonly Door[]): string[] {
  const problems = new Set<string>();
  for (const { symbols } of doors) {
    for (const { name, declarations } of symbols) {
      for (const declared of declarations) {
        for (const fn of functionsOf(declared)) {
          const tags = fn.jsDoc?.tags?.filter(({ kind }) => kind === "param") ?? [];
          for (const param of fn.def.params) {
            const given = param.left ?? param;
            const tag = tags.find((tag) => tag.name === given.name);
            if (tag && isNumber(given) && !hasUnit(tag.doc)) {
              const place = placeOf({ ...fn, location: fn.location ?? declared.location });
              problems.add(`${place} ${fn === declared ? name : `${name}.${fn.name}`} @param ${tag.name}`);
            }
          }
        }
        const properties: Declared[] = declared.kind === "interface" && name.endsWith("Options")
          ? declared.def.properties ?? []
          : [];
        for (const property of properties) {
          if (isNumber(property) && !hasUnit(property.jsDoc?.doc)) {
            problems.add(`${placeOf(property)} ${name}.${property.name}`);
          }
        }
      }
    }
  }
  return [...problems].map((problem) => `${problem}: begin with the unit in brackets, [1] for a pure number`);
}

if (import.meta.main) {
  const problems = unitProblems(await publicApi());
  problems.forEach((problem) => console.error(problem));
  Deno.exit(problems.length > 0 ? 1 : 0);
}

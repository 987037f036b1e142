/**
 * The public names, as `deno doc` sees them.
 *
 *     deno run -A tasks/dev/public_api.ts      writes test/api.txt
 *
 * @module
 */
import { fromFileUrl, join, toFileUrl } from "@std/path";
import { ROOT } from "./source_text.ts";

/** Parts of deno doc's JSON that are used here. */
export interface Declared {
  readonly name: string;
  readonly kind: string;
  readonly jsDoc?: { readonly doc?: string; readonly tags?: readonly { kind: string; name?: string; doc?: string }[] };
  readonly location?: { readonly filename: string; readonly line: number };
  readonly tsType?: { readonly kind: string; readonly value?: unknown };
  // deno-lint-ignore no-explicit-any -- its shape depends on the kind
  readonly def?: any;
}

/** A door of the toolkit: its name in `exports`, and what it offers. */
export interface Door {
  readonly name: string;
  readonly symbols: readonly { readonly name: string; readonly declarations: readonly Declared[] }[];
}

/** `exports` of deno.json. */
export function exportsOf(): Record<string, string> {
  return JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json"))).exports;
}

/** Doors of the toolkit with their public symbols, from one run of `deno doc`. */
export async function publicApi(): Promise<Door[]> {
  const doors = Object.entries(exportsOf());
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...doors.map(([, path]) => path)],
    cwd: ROOT,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout));
  return doors.map(([name, path]) => ({ name, symbols: nodes[toFileUrl(join(ROOT, path)).href].symbols }));
}

/** Text of test/api.txt: for each door its names, in alphabetical order. */
export function apiText(doors: readonly Door[]): string {
  const lines = doors.flatMap(({ name, symbols }) => {
    return [name, ...symbols.map(({ name }) => `  ${name}`).sort()];
  });
  return lines.join("\n") + "\n";
}

/** Place of a declaration, relative to the root. */
export function placeOf({ location }: Declared): string {
  return location ? `${fromFileUrl(location.filename).slice(ROOT.length + 1)}:${location.line + 1}` : "?";
}

if (import.meta.main) await Deno.writeTextFile(join(ROOT, "test", "api.txt"), apiText(await publicApi()));

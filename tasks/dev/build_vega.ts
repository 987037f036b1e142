/**
 * Writes `lib/plot/_vega.js`: Vega and Vega-Lite in one file, and `lib/plot/VEGA_LICENSES.txt`.
 *
 *     deno run -A --no-lock tasks/dev/build_vega.ts
 *
 * As packages they are 70, in versions that float where there is no lock file. Deno fetches everything in deno.lock at the
 * first run of any program, all at once: 12 s here, because the name server lost some of 75 questions asked together.
 * As one file they need no download, work offline and from a URL, and a figure is the same text everywhere.
 */
import { join, toFileUrl } from "@std/path";
import { ROOT } from "./source_text.ts";

const ENTRY = `export { parse, textMetrics, View } from "npm:vega@6.4.0";
export { compile } from "npm:vega-lite@6.5.0";
`;

async function deno(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, stderr: "piped" }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

const folder = await Deno.makeTempDir();
const [entry, bundle] = [join(folder, "entry.ts"), join(folder, "bundle.js")];
await Deno.writeTextFile(entry, ENTRY);
await deno("bundle", "--no-lock", "--minify", "--sourcemap=external", "--platform=deno", "-o", bundle, entry);
const code = await Deno.readTextFile(bundle);
const { sources } = JSON.parse(await Deno.readTextFile(`${bundle}.map`)) as { sources: string[] };

// Folders of the packages that went into the file: ".../npm/REGISTRY/NAME/VERSION/...".
const packages = new Map<string, string>();
for (const source of sources) {
  const found = /^(.*\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+)\/([^/]+))\//.exec(source);
  if (found) packages.set(`${found[2]}@${found[3]}`, join(folder, found[1]));
}

async function licence(place: string): Promise<string> {
  for (const { name } of Deno.readDirSync(place)) {
    if (/^licen[cs]e/i.test(name)) return (await Deno.readTextFile(join(place, name))).trim();
  }
  const { license, author } = JSON.parse(await Deno.readTextFile(join(place, "package.json")));
  return `${license}, ${typeof author === "string" ? author : author?.name}`;
}

// Packages that share a licence's text are listed above it.
const byText = new Map<string, string[]>();
for (const [name, place] of [...packages].sort(([a], [b]) => a < b ? -1 : 1)) {
  const text = await licence(place);
  byText.set(text, [...byText.get(text) ?? [], name]);
}
const notices = [...byText].map(([text, names]) => `${names.join(", ")}\n\n${text}\n`);
const target = toFileUrl(join(ROOT, "lib", "plot")).href;
await Deno.writeTextFile(
  new URL(`${target}/VEGA_LICENSES.txt`),
  `lib/plot/_vega.js contains these packages.\n\n${notices.join(`\n${"-".repeat(80)}\n\n`)}`,
);
await Deno.writeTextFile(
  new URL(`${target}/_vega.js`),
  `// Written by tasks/dev/build_vega.ts from vega@6.4.0 and vega-lite@6.5.0; licences: VEGA_LICENSES.txt.
// @ts-self-types="./_vega.d.ts"
// deno-fmt-ignore-file
// deno-lint-ignore-file
${code.trim()}
`,
);
await Deno.remove(folder, { recursive: true });

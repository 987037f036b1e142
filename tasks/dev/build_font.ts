/**
 * Writes `lib/plot/_font.ts`: the letters that figures need, cut out of Inter.
 *
 *     deno run -A --no-lock tasks/dev/build_font.ts
 *
 * A base64 module needs no permission to load, works offline and from a URL, and makes figures equal on every machine.
 * Inter's licence (SIL Open Font License 1.1, no reserved name) allows parts of the font under the same licence.
 */
import { readFile, writeFile } from "node:fs/promises";

type Subset = (font: Uint8Array, letters: string, options: Record<string, unknown>) => Promise<Uint8Array>;

const PACKAGE = "npm:@expo-google-fonts/inter@0.4.2";
// Imports by name from a variable and --no-lock keep both packages out of deno.lock: everything in it is downloaded by
// the first run of any program here.
const TOOL = "npm:subset-font@2.9.0";
const subset: Subset = (await import(TOOL)).default;
// Loading one file of the package makes `import.meta.resolve` find the others on disk.
const METADATA = `${PACKAGE}/metadata.json`;
await import(METADATA, { with: { type: "json" } });

const FACES = { regular: "400Regular/Inter_400Regular.ttf", semiBold: "600SemiBold/Inter_600SemiBold.ttf" };

/** Characters from `first` to `last`. */
const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)).join("");

// ASCII, Latin-1, Greek, superscripts and subscripts, and the signs of captions and formulae.
const LETTERS = range(0x20, 0x7e) + range(0xa0, 0xff) + range(0x391, 0x3c9) + range(0x2070, 0x209c) +
  "ŁłŒœŠšŽžčćřęěńőűıİğşȷ–—‘’“”…•′″−×·÷±≈≠≤≥∝∞√∑∫∂∇→←↑↓⟨⟩Åµ☉⊙";

async function face(path: string): Promise<string> {
  const source = await readFile(new URL(import.meta.resolve(`${PACKAGE}/${path}`)));
  const part = await subset(source, LETTERS, {
    targetFormat: "truetype",
    // Copyright, family and style, names, licence and its address, family and style again.
    preserveNameIds: [0, 1, 2, 4, 6, 13, 14, 16, 17],
    // Without kerning and ligatures the width of a text is the sum of its letters', as lib/plot/_metrics.ts adds them.
    dropTables: ["GPOS", "GSUB", "GDEF", "STAT"],
    noLayoutClosure: true,
    noHinting: true,
  });
  return new Uint8Array(part).toBase64();
}

const faces = await Promise.all(Object.entries(FACES).map(async ([name, path]) => [name, await face(path)] as const));
const text = [
  `// Written by tasks/dev/build_font.ts from ${PACKAGE}. Inter: Copyright 2020 The Inter Project Authors`,
  "// (https://github.com/rsms/inter), SIL Open Font License 1.1: see FONT_LICENSE.txt.",
  "// deno-fmt-ignore-file",
  ...faces.map(([name, base64]) => `export const ${name}: string =\n  "${base64}";`),
];
await writeFile(new URL("../../lib/plot/_font.ts", import.meta.url), text.join("\n") + "\n");

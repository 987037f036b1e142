import { fileURLToPath } from "node:url";
import { fromData } from "../array/mod.ts";
import { InputError } from "../base/mod.ts";
import { baseName, gridOf, powersOfTen, type ReadTemplatesOptions, templateError } from "./_import.ts";
import type { TemplateGrid } from "./template_grid.ts";

/** [M_sun] Mass of a population of BPASS. */
const MASS = 1e6;

/** Metallicity in a name as "spectra-bin-imf135_300.z020.dat": 0.020; "zem4" is 10^-4. */
function metallicityOf(path: string): number {
  const [, power, digits] = path.match(/\.z(em)?(\d+)\.dat(?:\.gz)?$/) ?? [];
  if (digits === undefined) {
    const why = 'the name must end in the metallicity, as ".z020.dat" or ".zem4.dat"; rename it as BPASS has it';
    throw templateError(path, "name", why);
  }
  return Number(power ? `1e-${digits}` : `0.${digits}`);
}

/** Tables of spectra in a folder, sorted by name. */
async function tablesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && /^spectra.*\.z(em)?\d+\.dat(\.gz)?$/.test(name)) names.push(`${folder}/${name}`);
  }
  if (names.length > 0) return names.sort();
  const why = 'there is no table named as "spectra-bin-imf135_300.z020.dat"; give the folder that holds them';
  throw templateError(folder, "", why);
}

async function filesOf(path: string | URL | readonly string[]): Promise<string[]> {
  if (typeof path !== "string" && !(path instanceof URL)) return [...path];
  const name = typeof path === "string" ? path : fileURLToPath(path);
  try {
    return (await Deno.stat(name)).isDirectory ? await tablesIn(name) : [name];
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new InputError(`Cannot read "${name}": there is no such file`, name, "", { cause });
  }
}

/** Lines of a text, also one compressed by gzip. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : (cause as Error).message;
    throw new InputError(`Cannot read "${path}": ${reason}`, path, "", { cause });
  }
  const bytes = /\.gz$/.test(path) ? file.readable.pipeThrough(new DecompressionStream("gzip")) : file.readable;
  let rest = "";
  for await (const text of bytes.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

interface Table {
  readonly wavelength: number[];
  /** `[wavelength][age]`. */
  readonly rows: Float64Array[];
}

/** Rows of a table within a range of wavelengths, with one more at each end. */
async function readTable(path: string, [from, to]: readonly [number, number]): Promise<Table> {
  const [wavelength, rows]: [number[], Float64Array[]] = [[], []];
  let before: string | undefined;
  let number = 0;
  const keep = (line: string, at: number) => {
    const [first, ...rest] = line.trim().split(/\s+/).map(Number);
    const columns = rows[0]?.length ?? rest.length;
    if (rest.length === 0 || rest.length !== columns || !rest.every(Number.isFinite)) {
      const why = `line ${at} must be a wavelength and ${columns || 51} numbers, got "${line.slice(0, 60)}"`;
      throw templateError(path, `line ${at}`, `${why}; copy the file again`);
    }
    wavelength.push(first);
    rows.push(Float64Array.from(rest));
  };
  for await (const line of linesOf(path)) {
    number++;
    if (line.trim() === "") continue;
    const at = parseFloat(line);
    if (at < from) {
      before = line;
      continue;
    }
    if (before !== undefined) keep(before, number - 1);
    before = undefined;
    keep(line, number);
    if (at > to) break;
  }
  return { wavelength, rows };
}

/**
 * Reads templates of BPASS (Eldridge, Stanway et al. 2017, PASA 34, e058; Stanway & Eldridge 2018): tables
 * `spectra-...zXXX.dat`, also compressed by gzip, one for each metallicity. Rows are a wavelength [Angstrom] and luminosities
 * [L_sun/Angstrom] of 10^6 M_sun at ages of 10^(6 + 0.1 i) yr, as wavelengths in vacuum. The tables have 10^5 wavelengths: with
 * `range`, only those needed are kept.
 *
 * @param path Folder of the tables of one kind (single or binary stars, one initial mass function), or the files.
 * @param options What the files do not say.
 * @throws {FormatError} for a table with other rows, other wavelengths or the same metallicity as another; as `readRubixTemplates`.
 * @throws {InputError} if there is no such file or folder.
 * @throws {DomainError} if `range` is not covered.
 */
export async function readBpassTemplates(
  path: string | URL | readonly string[],
  options: ReadTemplatesOptions = {},
): Promise<TemplateGrid> {
  const files = (await filesOf(path)).map((file) => ({ file, metallicity: metallicityOf(file) }));
  files.sort((a, b) => a.metallicity - b.metallicity);
  files.forEach(({ file, metallicity }, i) => {
    if (i === 0 || metallicity !== files[i - 1].metallicity) return;
    const why = `its metallicity ${metallicity} is also that of "${
      files[i - 1].file
    }"; give the files of one kind as a list`;
    throw templateError(file, "name", why);
  });
  let [wavelength, ages, spectra] = [new Float64Array(0), 0, new Float64Array(0)];
  for (const [k, { file }] of files.entries()) {
    const { wavelength: here, rows } = await readTable(file, options.range ?? [0, Infinity]);
    if (rows.length === 0) {
      throw templateError(file, "", "there are no rows in the range of wavelengths; widen the range");
    }
    if (k === 0) {
      [wavelength, ages] = [Float64Array.from(here), rows[0].length];
      spectra = new Float64Array(files.length * ages * here.length);
    } else if (
      here.length !== wavelength.length || here.some((l, i) => l !== wavelength[i]) || rows[0].length !== ages
    ) {
      const why = `its wavelengths and ages must be those of "${files[0].file}"; give files of one version`;
      throw templateError(file, "wavelength", why);
    }
    rows.forEach((row, i) => row.forEach((v, j) => spectra[(k * ages + j) * wavelength.length + i] = v / MASS));
  }
  const first = files[0].file;
  return gridOf({
    ...{ path: first, name: baseName(first), medium: "vacuum", wavelength },
    metallicity: Float64Array.from(files, ({ metallicity }) => metallicity),
    age: powersOfTen(Float64Array.from({ length: ages }, (_, i) => i / 10 - 3)),
    flux: fromData(spectra, [files.length, ages, wavelength.length], options.dtype ?? "float32"),
  }, options);
}

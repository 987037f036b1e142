import { FormatError } from "../base/mod.ts";

/** A table read by `readPowerFile`. */
export interface PowerFile {
  /** [h/Mpc] Wavenumbers, rising. */
  k: Float64Array;
  /** [(Mpc/h)^3] Power. */
  power: Float64Array;
}

/** Options of `parsePower`. */
export interface ParsePowerOptions {
  /** Name of the source, for messages. Default "the table". */
  path?: string;
  /** [1] Given if the file is in 1/Mpc and Mpc^3: h, to convert with. Default: the file is in h/Mpc and (Mpc/h)^3. */
  h?: number;
}

/**
 * Reads a table of P(k) as CAMB (`matterpower.dat`) and CLASS (`pk.dat`) write it: columns k and P, apart by blanks, tabs
 * or commas; more columns are ignored, as are empty lines and those that begin with `#`.
 *
 * @param text Contents of the file.
 * @param options Name, units.
 * @throws {FormatError} with the line that cannot be read, or where k does not rise.
 * @example
 * ```ts
 * import { parsePower } from "@cosmesh/cosmesh/cosmology";
 * const { k, power } = parsePower("# k/h  P\n0.01 2.1e4\n0.1 6e3\n");
 * ```
 */
export function parsePower(text: string, { path = "the table", h = 1 }: ParsePowerOptions = {}): PowerFile {
  const [k, power]: [number[], number[]] = [[], []];
  const refuse = (i: number, rule: string) => {
    throw new FormatError(`Cannot read power from ${path}: line ${i + 1} ${rule}`, path, `line ${i + 1}`);
  };
  text.split(/\r?\n/).forEach((line, i) => {
    const content = line.split("#")[0].trim();
    if (content === "") return;
    const [first, second] = content.split(/[\s,;]+/).map(Number);
    if (!(first > 0 && second > 0 && first * second < Infinity)) {
      refuse(
        i,
        `must have k and P above 0 in its first columns, got "${content.slice(0, 60)}"; begin a comment with #`,
      );
    }
    if (k.length > 0 && first / h <= k[k.length - 1]) {
      refuse(i, `must have a larger k than the line before, got ${first}`);
    }
    k.push(first / h);
    power.push(second * (h * h * h));
  });
  if (k.length < 2) refuse(0, "and those after it hold no table of k and P");
  return { k: Float64Array.from(k), power: Float64Array.from(power) };
}

/**
 * Reads a file of P(k) of CAMB or CLASS: `parsePower` of its text.
 *
 * @param path Path or URL of the file.
 * @param options Units.
 * @throws {FormatError} with the line that cannot be read; {Deno.errors.NotFound} if there is no such file.
 */
export async function readPowerFile(path: string | URL, options: ParsePowerOptions = {}): Promise<PowerFile> {
  return parsePower(await Deno.readTextFile(path), { path: String(path), ...options });
}

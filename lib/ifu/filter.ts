import { checkFinite, checkPositive, DomainError, FormatError, InputError } from "../base/mod.ts";

/** How much light of each wavelength a filter lets through: linear between its points, nothing outside of them. */
export interface Filter {
  /** What it is called in messages and tables. */
  readonly name: string;
  /** [Angstrom] Wavelengths, ascending, in the medium of the cube. */
  readonly wavelength: Float64Array;
  /** [1] Share of the light, or of the photons that are counted; only ratios matter. */
  readonly transmission: Float64Array;
}

/** Options of `readFilter`. */
export interface ReadFilterOptions {
  /** What the filter is called. Default: the name of the file without its ending. */
  name?: string;
  /** Unit of the wavelengths in the file. Default "Angstrom". */
  unit?: "Angstrom" | "nm" | "um";
}

const ANGSTROM = { Angstrom: 1, nm: 10, um: 1e4 } as const;

/** Checks a filter; the error begins with `operation`. */
function checked(operation: string, filter: Filter): Filter {
  const { wavelength, transmission } = filter;
  const fail = (rule: string, got: string): never => {
    throw new DomainError(`Cannot ${operation}: ${rule}, got ${got}`, rule, got);
  };
  if (wavelength.length < 2) fail("it takes at least two wavelengths", String(wavelength.length));
  const at = wavelength.findIndex((w, i) => !(w > (i === 0 ? 0 : wavelength[i - 1])));
  if (at >= 0) fail("wavelengths must be positive and ascending", `${wavelength[at]} at place ${at}`);
  const low = transmission.findIndex((t) => !(t >= 0 && Number.isFinite(t)));
  if (low >= 0) fail("transmissions must be finite and not negative", `${transmission[low]} at place ${low}`);
  if (transmission.every((t) => t === 0)) fail("some light must pass", "0 everywhere");
  return filter;
}

/**
 * Reads the curve of a filter from a text file: in each line a wavelength and a transmission, separated by comma, semicolon
 * or blanks. A first line of names and lines that begin with "#" are left out.
 *
 * @param path Path, or `file:` URL.
 * @param options Name and unit.
 * @throws {InputError} if the file cannot be read.
 * @throws {FormatError} with the line that is no pair of numbers.
 * @throws {DomainError} if wavelengths do not ascend, or transmissions are negative or all 0.
 * @example
 * ```ts
 * import { readFilter } from "@cosmesh/cosmesh/ifu";
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "Wavelength,Transmission\n5000,0\n5500,0.9\n6000,0\n");
 * const filter = await readFilter(path, { name: "triangle" });
 * console.log(filter.wavelength[1], filter.transmission[1]); // 5500 0.9
 * ```
 */
export async function readFilter(path: string | URL, options: ReadFilterOptions = {}): Promise<Filter> {
  const { unit = "Angstrom" } = options;
  const file = String(path);
  const text = await Deno.readTextFile(path).catch((cause: Error) => {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : cause.message;
    throw new InputError(`Cannot read filter "${file}": ${reason}`, file, "", { cause });
  });
  const wavelength: number[] = [];
  const transmission: number[] = [];
  let named = false;
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const fields = line.trim().split(/\s*[,;]\s*|\s+/);
    const [w, t] = fields.map((field) => field === "" ? NaN : Number(field));
    if (fields.length >= 2 && !Number.isNaN(w) && !Number.isNaN(t)) {
      wavelength.push(w * ANGSTROM[unit]);
      transmission.push(t);
    } else if (!named && wavelength.length === 0 && /^[a-z"]/i.test(fields[0])) named = true;
    else {
      const why = `line ${i + 1} must be a wavelength and a transmission, got "${line.trim()}"`;
      throw new FormatError(`Cannot read filter "${file}": ${why}`, file, `line ${i + 1}`);
    }
  }
  const name = options.name ?? file.replace(/^.*[/\\]/, "").replace(/\.[^.]*$/, "");
  const curves = { wavelength: Float64Array.from(wavelength), transmission: Float64Array.from(transmission) };
  return checked(`read filter "${file}"`, { name, ...curves });
}

/**
 * A filter that lets all light through between two wavelengths.
 *
 * @param name What it is called.
 * @param from [Angstrom] First wavelength.
 * @param to [Angstrom] Last wavelength.
 * @throws {DomainError} if they are not positive and ascending.
 * @example
 * ```ts
 * import { topHat } from "@cosmesh/cosmesh/ifu";
 * const band = topHat("Halpha", 6520, 6600);
 * console.log(band.wavelength, band.transmission); // 6520, 6600; 1, 1
 * ```
 */
export function topHat(name: string, from: number, to: number): Filter {
  const wavelength = Float64Array.of(checkPositive(from, "from"), checkFinite(to, "to"));
  return checked(`make filter ${name}`, { name, wavelength, transmission: Float64Array.of(1, 1) });
}

/**
 * Top-hats at the places of well-known bands: u, g, r, i, z of SDSS, V of Johnson. Their limits are the toolkit's own, near
 * the wavelengths where the real curves have half of their maximum; magnitudes differ from those through real curves by some
 * hundredths for smooth spectra. Read a curve with `readFilter` where that matters.
 */
export const TOP_HATS: Readonly<Record<"u" | "g" | "r" | "i" | "z" | "V", Filter>> = {
  u: topHat("tophat_u", 3200, 3850),
  g: topHat("tophat_g", 3950, 5400),
  r: topHat("tophat_r", 5600, 6900),
  i: topHat("tophat_i", 6900, 8200),
  z: topHat("tophat_z", 8200, 9500),
  V: topHat("tophat_V", 5050, 5950),
};

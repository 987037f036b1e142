/** Header cards of FITS files (standard 4.0, section 4): lines of 80 characters, 36 to a block. */

import { DomainError, FormatError } from "../base/mod.ts";

/** Value of a header entry. */
export type FitsValue = string | number | boolean;

/** An entry of a header with what is said about it. */
export interface FitsEntry {
  /** Text, number or truth value. */
  readonly value: FitsValue;
  /** What it means; cut where the card ends. */
  readonly comment?: string;
}

/**
 * Header of a FITS file, in order: keywords of at most 8 letters, digits, "-" and "_", written in capitals; others are
 * written by the convention HIERARCH. Texts that need more than one card are continued (CONTINUE); `COMMENT` and `HISTORY` have a line for
 * each line of their text.
 */
export type FitsHeader = Readonly<Record<string, FitsValue | FitsEntry>>;

/** Bytes of a block, of which headers and data take whole numbers. */
export const BLOCK = 2880;
const CARD = 80;

/** Keywords that say how data lie in the file; the writer sets them from the data. */
export const STRUCTURE =
  /^(SIMPLE|XTENSION|BITPIX|NAXIS\d*|EXTEND|PCOUNT|GCOUNT|GROUPS|EXTNAME|BZERO|BSCALE|BLANK|END|CHECKSUM|DATASUM)$/;

/** Keywords whose numbers are real, also where they are whole. */
const REAL = /^(CRVAL|CRPIX|CDELT|CROTA|CD\d|PC\d|BZERO|BSCALE|EQUINOX)/;

function fail(key: string, rule: string, got: string): never {
  throw new DomainError(`Cannot write header entry "${key}": ${rule}, got ${got}`, rule, got);
}

function numberText(key: string, value: number): string {
  if (!Number.isFinite(value)) fail(key, "FITS has no NaN and no infinity in headers; leave it out", String(value));
  const plain = String(value);
  const text = (plain.length > 20 ? value.toExponential() : plain).toUpperCase().replace("E+", "E");
  if (!/[.E]/.test(text)) return Number.isInteger(value) && !REAL.test(key) ? text : `${text}.0`;
  return text.includes(".") ? text : text.replace("E", ".0E");
}

/** Text of a value, right-justified to column 30 as the fixed format has it, if it is not longer. */
function valueText(key: string, value: FitsValue): string {
  if (typeof value === "boolean") return (value ? "T" : "F").padStart(20);
  return typeof value === "number" ? numberText(key, value).padStart(20) : `'${quoted(value).padEnd(8)}'`.padEnd(20);
}

const quoted = (text: string) => text.replaceAll("'", "''");

/** Cards of one entry. */
export function cards(key: string, entry: FitsValue | FitsEntry): string[] {
  const { value, comment = "" } = typeof entry === "object" ? entry : { value: entry };
  const wrong = /[^\x20-\x7e]/.exec(`${key}${key === "COMMENT" || key === "HISTORY" ? "" : value}${comment}`);
  if (wrong) fail(key, "keywords, texts and comments must be printable ASCII", JSON.stringify(wrong[0]));
  if (key === "COMMENT" || key === "HISTORY") return commentary(key, String(value));
  const plain = /^[A-Z0-9_-]{1,8}$/i.test(key);
  if (!plain && key.includes("=")) fail(key, 'keywords must not contain "="', key);
  const start = plain ? `${key.toUpperCase().padEnd(8)}= ` : `HIERARCH ${key} = `;
  const text = plain ? valueText(key, value) : valueText(key, value).trim();
  const end = comment === "" ? "" : ` / ${comment}`;
  if (start.length + text.length <= CARD) return [(start + text + end).slice(0, CARD).padEnd(CARD)];
  if (!plain || typeof value !== "string") fail(key, "keyword and value must fit into one card of 80 characters", text);
  return continued(start, quoted(value), end);
}

/** A long text over several cards, each part of which but the last ends in "&". */
function continued(start: string, text: string, end: string): string[] {
  const lines: string[] = [];
  for (let rest = text, head = start;; head = "CONTINUE  ") {
    const last = rest.length <= CARD - head.length - 2;
    let cut = last ? rest.length : CARD - head.length - 3;
    // Two quotes that stand for one must stay together: an odd run of them before the cut ends in the first of two.
    if (!last && /'*$/.exec(rest.slice(0, cut))![0].length % 2 === 1) cut--;
    lines.push(`${head}'${rest.slice(0, cut)}${last ? "" : "&"}'${last ? end : ""}`.slice(0, CARD).padEnd(CARD));
    if (last) return lines;
    rest = rest.slice(cut);
  }
}

function commentary(key: string, text: string): string[] {
  return text.split("\n").flatMap((line) => {
    if (/[^\x20-\x7e]/.test(line)) fail(key, "keywords, texts and comments must be printable ASCII", line);
    const parts = line.match(/.{1,72}/g) ?? [""];
    return parts.map((part) => `${key.padEnd(8)}${part}`.padEnd(CARD));
  });
}

/** Bytes of a header: all cards, END, and blanks up to a whole number of blocks. */
export function headerBytes(entries: readonly (readonly [string, FitsValue | FitsEntry])[]): Uint8Array {
  const text = [...entries.flatMap(([key, entry]) => cards(key, entry)), "END".padEnd(CARD)].join("");
  return new TextEncoder().encode(text.padEnd(Math.ceil(text.length / BLOCK) * BLOCK));
}

/** Reads the header that starts at `at`; `block` gives the bytes of the block at a place, fewer at the end of the file. */
export function parseHeader(
  block: (at: number) => Uint8Array,
  at: number,
  path: string,
): { header: Record<string, FitsEntry>; end: number } {
  const header: Record<string, FitsEntry> = {};
  let long: string | undefined;
  for (let place = at;; place += BLOCK) {
    const bytes = block(place);
    if (bytes.length < BLOCK) {
      throw new FormatError(`Cannot read "${path}": a header has no END`, path, "END");
    }
    const text = new TextDecoder("latin1").decode(bytes);
    for (let c = 0; c < BLOCK; c += CARD) {
      const card = text.slice(c, c + CARD);
      const key = card.slice(0, 8).trimEnd();
      if (key === "END") return { header, end: place + BLOCK };
      if (key === "COMMENT" || key === "HISTORY") {
        const line = card.slice(8).trimEnd();
        header[key] = { value: key in header ? `${header[key].value}\n${line}` : line };
      } else if (key === "CONTINUE" && long !== undefined) {
        const { value, comment = "" } = parseValue(card.slice(8), path, long);
        const before = header[long];
        const said = (before.comment ?? "") + comment;
        header[long] = { value: String(before.value).slice(0, -1) + value, ...said ? { comment: said } : {} };
        if (!String(value).endsWith("&")) long = undefined;
      } else {
        const [, name, rest] = /^HIERARCH\s+([^=]+?)\s*=(.*)$/.exec(card) ?? [, key, card.slice(10)];
        if (name === "" || (card.slice(8, 10) !== "= " && key !== "HIERARCH")) continue;
        const entry = parseValue(rest!, path, name!);
        if (entry.value !== undefined) header[name!] = entry as FitsEntry;
        long = String(entry.value).endsWith("&") ? name : undefined;
      }
    }
  }
}

/** Value and comment of a card after its keyword; the value is left out of a card that has none. */
function parseValue(text: string, path: string, key: string): { value?: FitsValue; comment?: string } {
  const string = /^\s*'((?:[^']|'')*)'\s*(?:\/\s?(.*))?$/.exec(text);
  const said = (comment?: string) => comment?.trimEnd() ? { comment: comment.trimEnd() } : {};
  if (string) return { value: string[1].replaceAll("''", "'").trimEnd(), ...said(string[2]) };
  const [, word, comment] = /^\s*([^/\s]*)\s*(?:\/\s?(.*))?$/.exec(text) ?? [, "?"];
  if (word === "") return said(comment);
  if (word === "T" || word === "F") return { value: word === "T", ...said(comment) };
  const value = Number(word!.replace(/[dD]/, "E"));
  if (!Number.isFinite(value)) {
    throw new FormatError(
      `Cannot read "${path}": header entry "${key}" has no readable value: ${text.trim()}`,
      path,
      key,
    );
  }
  return { value, ...said(comment) };
}

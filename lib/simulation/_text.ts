import { FormatError, InputError } from "../base/mod.ts";

/** About the most rows that a text table may have: its bytes over those of the shortest row at its start. */
export async function textRows(path: string): Promise<number> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const start = new Uint8Array(Math.min(size, 65536));
  const read = await file.read(start) ?? 0;
  const rows = new TextDecoder("latin1").decode(start.subarray(0, read)).split("\n")
    .filter((row, i, all) => row.trim() !== "" && !row.trimStart().startsWith("#") && (i < all.length - 1 || i === 0));
  return rows.length === 0 ? 0 : Math.ceil(size / (Math.min(...rows.map((row) => row.length)) + 1));
}

/** [1] Redshifts in the second column of a log: numbers apart by spaces, `#` begins a comment. The kernels need not be ready. */
export async function logRedshifts(path: string): Promise<number[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    throw new InputError(`Cannot read "${path}": ${(cause as Error).message}`, path, "", { cause });
  }
  return text.split("\n").flatMap((line, i) => {
    const fields = line.trim().split(/\s+/);
    if (fields[0] === "" || fields[0].startsWith("#")) return [];
    const z = fields.length < 2 ? NaN : Number(fields[1]);
    if (Number.isFinite(z)) return [z];
    const why = `column 1 (redshift) of line ${i + 1} must be a finite number, got "${fields[1] ?? ""}"`;
    throw new FormatError(`Cannot read "${path}": ${why}; copy the file again`, path, `line ${i + 1}`);
  });
}

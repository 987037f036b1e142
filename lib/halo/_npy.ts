import { FormatError } from "../base/mod.ts";
import { npyHeader } from "../io/mod.ts";
import type { ColumnSource } from "./_columns.ts";

/** A column of an array in NumPy's format: where its elements lie. */
interface Strided {
  name?: string;
  type: string;
  offset: number;
  stride: number;
}

interface Npy {
  view: DataView;
  rows: number;
  columns: Strided[];
}

/** Bytes of an element type such as "<f4". */
const sizeOf = (type: string): number => Number(type.slice(2)) * (type[1] === "U" ? 4 : 1);

/** An array file (NumPy's formats 1.0 to 3.0): numbers `[row]` or `[row, column]`, or a structured array `[row]`. */
function parseNpy(path: string, bytes: Uint8Array, location: string): Npy {
  const fail = (what: string) => new FormatError(`Cannot read "${path}": ${what}`, path, location);
  const { type, fields, shape, fortran, start: data } = npyHeader(bytes, path, location);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const columns: Strided[] = [];
  let stride = 0;
  if (fields.length > 0 && shape.length === 1) {
    for (const { name, type, count } of fields) {
      for (let i = 0; i < (count ?? 1); i++) {
        columns.push({ name: count ? `${name}[${i}]` : name, type, offset: data + stride, stride: 0 });
        stride += sizeOf(type);
      }
    }
    columns.forEach((c) => c.stride = stride);
  } else if (type && (shape.length === 1 || shape.length === 2)) {
    const [rows, width = 1] = shape;
    const size = sizeOf(type);
    stride = width * size;
    for (let i = 0; i < width; i++) {
      const [offset, step] = fortran ? [i * rows * size, size] : [i * size, stride];
      columns.push({ type, offset: data + offset, stride: step });
    }
  } else {
    throw fail(`${location} must be [row], [row, column] or structured, got shape [${shape.join(", ")}]`);
  }
  if (data + shape[0] * stride > bytes.length) throw fail(`${location} ends too early; write or copy the file again`);
  return { view, rows: shape[0], columns };
}

/** Elements of a column as float64. */
function readStrided(path: string, { view, rows }: Npy, { name, type, offset, stride }: Strided): Float64Array {
  const little = type[0] !== ">";
  const get: Record<string, ((at: number) => number) | undefined> = {
    f4: (at) => view.getFloat32(at, little),
    f8: (at) => view.getFloat64(at, little),
    i1: (at) => view.getInt8(at),
    u1: (at) => view.getUint8(at),
    i2: (at) => view.getInt16(at, little),
    u2: (at) => view.getUint16(at, little),
    i4: (at) => view.getInt32(at, little),
    u4: (at) => view.getUint32(at, little),
    i8: (at) => Number(view.getBigInt64(at, little)),
    u8: (at) => Number(view.getBigUint64(at, little)),
  };
  const read = get[type.slice(1)];
  if (!read) {
    const what = name === undefined ? "its elements" : `"${name}"`;
    throw new FormatError(`Cannot read "${path}": ${what} must be numbers, got type "${type}"`, path, name ?? "descr");
  }
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) out[i] = read(offset + i * stride);
  return out;
}

/** The columns of a file of one array. */
export async function openNpy(path: string): Promise<ColumnSource> {
  const npy = parseNpy(path, await Deno.readFile(path), "the file");
  return sourceOf(path, [npy]);
}

/** The columns of all arrays of a zipped file of arrays, by the arrays' names. */
export async function openNpz(path: string): Promise<ColumnSource> {
  const { unzipSync } = await import("npm:fflate@0.8.3");
  const bytes = await Deno.readFile(path);
  let members: Record<string, Uint8Array>;
  try {
    members = unzipSync(bytes, { filter: ({ name }) => name.endsWith(".npy") });
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new FormatError(`Cannot read "${path}": it is no zipped file of arrays (${reason})`, path, "/", { cause });
  }
  const arrays = Object.entries(members).map(([member, bytes]) => {
    const name = member.slice(0, -4);
    const npy = parseNpy(path, bytes, `array "${name}"`);
    const { columns } = npy;
    columns.forEach((c, i) => c.name ??= columns.length === 1 ? name : `${name}[${i}]`);
    return npy;
  });
  return sourceOf(path, arrays);
}

function sourceOf(path: string, arrays: Npy[]): ColumnSource {
  const all = arrays.flatMap((npy) => npy.columns.map((column) => ({ npy, column })));
  const names = all.map(({ column }) => column.name ?? "");
  return {
    path,
    width: all.length,
    names: names.some((name) => name) ? names : [],
    read: (columns) => columns.map((c) => readStrided(path, all[c].npy, all[c].column)),
  };
}

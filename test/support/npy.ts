/**
 * Numbers of NumPy's files, for reference data.
 *
 * @module
 */
import { npyHeader } from "../../lib/io/mod.ts";

const TYPES: Readonly<Record<string, (view: DataView, at: number) => number>> = {
  "<f8": (view, at) => view.getFloat64(at, true),
  "<f4": (view, at) => view.getFloat32(at, true),
  "<i4": (view, at) => view.getInt32(at, true),
  "<i8": (view, at) => Number(view.getBigInt64(at, true)),
  "|u1": (view, at) => view.getUint8(at),
};

/** All numbers of a `.npy` file in C order, with the shape. */
export function readNpy(url: URL): { shape: number[]; data: Float64Array } {
  const bytes = Deno.readFileSync(url);
  const { type = "", shape, start, fortran } = npyHeader(bytes, url.pathname);
  if (fortran || !(type in TYPES)) throw new Error(`${url.pathname}: type ${type} in C order only`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const size = shape.reduce((a, b) => a * b, 1);
  const item = Number(type.slice(2));
  return {
    shape: [...shape],
    data: Float64Array.from({ length: size }, (_, i) => TYPES[type](view, start + i * item)),
  };
}

import { fromFileUrl } from "@std/path";
import { readNpy } from "../support/npy.ts";

const folder = new URL("../ifu/reference/", import.meta.url);

/** Path of a file among the numbers of RUBIX. */
export function referencePath(name: string): string {
  return fromFileUrl(new URL(name, folder));
}

/** An array in double precision among the numbers of RUBIX. */
export function readReference(name: string): { shape: number[]; data: Float64Array } {
  return readNpy(new URL(`f64/${name}.npy`, folder));
}

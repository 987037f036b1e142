/** The only file that uses the package h5wasm: HDF5 itself, compiled to WASM, over the file system. */

import type { Dataset as H5Dataset, File as H5File } from "npm:h5wasm@0.10.3/node";

export type { H5Dataset, H5File };

/** Layout of a dataset or attribute, as h5wasm describes it. */
export interface H5Metadata {
  /** Class of the type: 0 integer, 1 float, 3 string, 6 compound, 8 enumeration. */
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly shape: number[] | null;
  readonly chunks: number[] | null;
  readonly littleEndian: boolean;
  /** Of a virtual dataset, the files that its elements lie in. */
  readonly virtual_sources?: readonly { readonly file_name: string }[];
  /** Members of a compound type. */
  readonly compound_type?: { readonly members: readonly (H5Metadata & { name: string; offset: number })[] };
}

/** The part of h5wasm's inner module that is used here. Counts and addresses are bigints, as HDF5's are 64 bits wide. */
export interface H5Module {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  activate_throwing_error_handler(): void;
  get_type(file: bigint, path: string): number;
  get_dataset_metadata(file: bigint, path: string): H5Metadata;
  get_dataset_data(
    file: bigint,
    path: string,
    count: bigint[] | null,
    offset: bigint[] | null,
    strides: bigint[] | null,
    address: bigint,
  ): number;
  set_dataset_data(
    file: bigint,
    path: string,
    count: bigint[],
    offset: bigint[],
    strides: bigint[],
    address: bigint,
  ): number;
  create_dataset(file: bigint, path: string, address: bigint, metadata: unknown): number;
  resize_dataset(file: bigint, path: string, shape: bigint[]): number;
}

/** h5wasm, loaded. */
export interface H5 {
  readonly module: H5Module;
  /** Opens a file: "r" to read it, "w" to write it anew, "a" to read and write what is there. */
  open(path: string, mode: "r" | "w" | "a"): H5File;
}

let loading: Promise<H5> | undefined;

async function load(): Promise<H5> {
  const { File, ready } = await import("npm:h5wasm@0.10.3/node");
  const module = await ready as unknown as H5Module;
  // Without this, errors are printed, and what could not be read is undefined or left over from other reads.
  module.activate_throwing_error_handler();
  return { module, open: (path, mode) => new File(path, mode) };
}

/** Loads h5wasm at first use; importing this file does not. */
export function loadH5(): Promise<H5> {
  return loading ??= load();
}

/** The innermost reason in an error of HDF5, in its own words; "" if it gives none. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const system = [...text.matchAll(/error message = '([^']*)'/g)].at(-1);
  if (system) return system[1];
  const line = text.match(/^ *#\d+: .*$/gm)?.at(-1) ?? "";
  return line.replace(/^.*?\(\): /, "");
}

/**
 * Runs h5wasm with a clock that stands still: HDF5 stores the times of objects, and files with equal contents should
 * have equal bytes. `body` is synchronous, so nothing else sees that clock.
 */
export function withoutClock<T>(body: () => T): T {
  const { now } = Date;
  Date.now = () => 0;
  try {
    return body();
  } finally {
    Date.now = now;
  }
}

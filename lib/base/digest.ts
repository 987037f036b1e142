import { createHash } from "node:crypto";
import { canonicalJson, type Json } from "./json.ts";

/** SHA-256 of bytes or text, as 64 hexadecimal digits. Bytes in shared memory are allowed. */
export function sha256(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/** SHA-256 of a JSON value in its canonical form. */
export function digestJson(value: Json): string {
  return sha256(canonicalJson(value));
}

/** SHA-256 of a file, read in pieces of 4 MiB; needs permission to read it. */
export async function digestFile(path: string | URL): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  const buffer = new Uint8Array(1 << 22);
  for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) hash.update(buffer.subarray(0, n));
  return hash.digest("hex");
}

import assert from "node:assert/strict";
import { dirname, fromFileUrl, join } from "@std/path";
import { sha256 } from "../../lib/base/mod.ts";
import { binary, binaryDigest, sourcesDigest } from "../../lib/kernel/wasm.ts";
import { writeExports } from "../../tasks/dev/kernel_exports.ts";
import { digestSources } from "../../tasks/dev/kernel_sources.ts";

const root = join(dirname(fromFileUrl(import.meta.url)), "..", "..");
const kernels = join(root, "kernels");
const REMEDY = "run deno task kernels (docs/kernels.md) and commit lib/kernel/wasm.ts and lib/kernel/exports.ts";

Deno.test("the binary was built from the sources in kernels/", async () => {
  assert.equal(sourcesDigest, await digestSources(kernels), `The sources were changed after the build; ${REMEDY}`);
});

Deno.test("the binary is the one whose digest is recorded", () => {
  assert.equal(sha256(Uint8Array.fromBase64(binary)), binaryDigest, `The binary was changed by hand; ${REMEDY}`);
});

Deno.test("the types of the exports are those of the sources", async () => {
  const types = await Deno.readTextFile(join(root, "lib", "kernel", "exports.ts"));
  assert.equal(types, writeExports(kernels), `The types differ from kernels/abi/src; ${REMEDY}`);
});

Deno.test("digestSources() changes with a file's content and name, and not with tests or line ends", async () => {
  const folder = await Deno.makeTempDir({ prefix: "cosmesh-" });
  try {
    const put = async (path: string, text: string) => {
      await Deno.mkdir(join(folder, dirname(path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    };
    await put("core/src/lib.rs", "fn a() {}\n");
    const first = await digestSources(folder);
    await put("core/tests/agrees.rs", "fn t() {}\n");
    await put("target/x.rs", "fn x() {}\n");
    await put("core/src/lib.rs", "fn a() {}\r\n");
    assert.equal(await digestSources(folder), first);
    await put("core/src/lib.rs", "fn b() {}\n");
    const second = await digestSources(folder);
    assert.notEqual(second, first);
    await Deno.rename(join(folder, "core/src/lib.rs"), join(folder, "core/src/main.rs"));
    assert.notEqual(await digestSources(folder), second);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/**
 * Builds the kernels and writes `lib/kernel/wasm.ts` (the binary) and `lib/kernel/exports.ts` (its types).
 *
 *     deno task kernels          build and write
 *     deno task kernels:check    build and compare with what is committed
 *     deno task kernels --quick  build without optimisation across crates: for trying things out, never to be committed
 *
 * Needs wasm-pack, wasm-bindgen-cli and a Rust compiler with its library sources; `docs/kernels.md` has the recipes.
 *
 * @module
 */
import { dirname, fromFileUrl, join } from "@std/path";
import { digestSources } from "./kernel_sources.ts";
import { writeExports } from "./kernel_exports.ts";

// An import by a name in a variable, and --no-lock, keep this package (104 MB) out of deno.lock: everything in that file is
// downloaded by the first run of any program here.
const OPTIMIZER = "npm:binaryen@132.0.0";
const { default: binaryen } = await import(OPTIMIZER);

const root = join(dirname(fromFileUrl(import.meta.url)), "..", "..");
const kernels = join(root, "kernels");
const check = Deno.args.includes("--check");
const quick = Deno.args.includes("--quick");

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(command, { args, env, cwd: join(kernels, "abi"), stderr: "inherit" }).output();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    console.error(`Cannot find ${command}; docs/kernels.md says how to install it`);
    Deno.exit(2);
  }
  if (!output.success) {
    console.error(`${command} ${args.join(" ")} ended with status ${output.code}`);
    Deno.exit(1);
  }
  return new TextDecoder().decode(output.stdout).trim();
}

// Debian's compiler is wanted where it is installed, because rustup's often comes first in PATH and lacks the sources.
const debian = exists("/usr/lib/rustlib/src") && exists("/usr/bin/rustc");
const rustc = Deno.env.get("RUSTC") ?? (debian ? "/usr/bin/rustc" : "rustc");
const cargo = Deno.env.get("CARGO") ?? (debian ? "/usr/bin/cargo" : "cargo");
const env: Record<string, string> = { RUSTC: rustc, CARGO: cargo, RUSTC_BOOTSTRAP: "1" };
if (quick) {
  const profile = { LTO: "off", CODEGEN_UNITS: "4", INCREMENTAL: "true" };
  Object.entries(profile).forEach(([key, value]) => env[`CARGO_PROFILE_RELEASE_${key}`] = value);
}

// wasm-pack stops when the folder of the target's prebuilt library is missing, though -Z build-std builds the library.
const libdir = await run(rustc, ["--target", "wasm32-unknown-unknown", "--print", "target-libdir"], env);
if (!exists(libdir)) await Deno.mkdir(libdir, { recursive: true });

const home = Deno.env.get("CARGO_HOME") ?? join(Deno.env.get("HOME") ?? "", ".cargo");
const sysroot = await run(rustc, ["--print", "sysroot"], env);
const flags = [
  `--remap-path-prefix=${kernels}=kernels`,
  `--remap-path-prefix=${home}=cargo`,
  `--remap-path-prefix=${sysroot}=rust`,
];
await run("wasm-pack", [
  ...["build", ".", "--target", "web", "--mode", "no-install", "--release", "--no-pack", "--no-typescript"],
  ...["--out-dir", "pkg", "--out-name", "kernels", "--", "-Z", "build-std=std,panic_abort"],
  ...["--config", `target.wasm32-unknown-unknown.rustflags=${JSON.stringify(flags)}`],
], env);

const linked = binaryen.readBinary(await Deno.readFile(join(kernels, "abi", "pkg", "kernels_bg.wasm")));
const f = binaryen.Features;
linked.setFeatures(
  f.Atomics | f.SIMD128 | f.BulkMemory | f.BulkMemoryOpt | f.MutableGlobals | f.SignExt | f.NontrappingFPToInt |
    f.ReferenceTypes | f.Multivalue,
);
binaryen.setOptimizeLevel(3);
binaryen.setShrinkLevel(0);
if (!quick) linked.optimize();
const bytes = new Uint8Array(linked.emitBinary());
const sources = await digestSources(kernels);
const version = await run(rustc, ["--version"], env);

async function sha256(data: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data)).toHex();
}

const text = `// Written by \`deno task kernels\` (${version}); not to be edited.
/** SHA-256 of the sources in kernels/ that the binary was built from. */
export const sourcesDigest = "${sources}";
/** SHA-256 of the binary. */
export const binaryDigest = "${await sha256(bytes)}";
/** The binary, base64. */
export const binary =
  "${bytes.toBase64()}";
`;
const target = join(root, "lib", "kernel", "wasm.ts");
const types = writeExports(kernels);
const typesTarget = join(root, "lib", "kernel", "exports.ts");
if (check) {
  const same = (await Deno.readTextFile(target)) === text && (await Deno.readTextFile(typesTarget)) === types;
  console.log(
    same ? "the committed binary is what the sources give" : "the committed binary differs; run deno task kernels",
  );
  Deno.exit(same ? 0 : 1);
}
await Deno.writeTextFile(target, text);
await Deno.writeTextFile(typesTarget, types);
console.log(`lib/kernel/wasm.ts: ${(bytes.length / 1024).toFixed(1)} KiB of WebAssembly`);

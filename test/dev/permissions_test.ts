import assert from "node:assert/strict";
import { dirname, fromFileUrl, join } from "@std/path";

const root = join(dirname(fromFileUrl(import.meta.url)), "..", "..");
const { tasks } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));

// What the README names: files, the environment (h5wasm reads it), the free memory, and for what runs on ranks the
// library of MPI, which is opened under mpirun only. No network, no programs.
const FILES = ["--allow-read", "--allow-write"];
const ALL = [...FILES, "--allow-env", "--allow-sys=systemMemoryInfo"];
const RANKS = [...FILES, "--allow-env", "--allow-ffi", "--allow-sys=systemMemoryInfo"];

Deno.test("the commands of users have the permissions that the README names, and no others", () => {
  const commands = { precompute: RANKS, paint: RANKS, analyse: RANKS, explain: ALL, list: FILES, clean: FILES };
  for (const [name, permissions] of Object.entries(commands)) {
    const command: string = tasks[name].command;
    assert.deepEqual(command.match(/(?:--allow-\S+|-A\b)/g), permissions, name);
    assert.match(command, /^deno run --no-prompt /);
  }
});

import assert from "node:assert/strict";

const kernel = new URL("../../lib/kernel/mod.ts", import.meta.url).href;
const PROGRAM = `import { allocate, ready } from "${kernel}";
await ready({ threads: 1 });
allocate(Uint8Array, 2 ** 24, "array").fill(1);
console.log("filled");
await new Promise((resolve) => setTimeout(resolve, 60_000));`;

/** Flags of the kernels' memory in a program with these permissions, as Linux tells them; "hg" is the advice. */
async function flags(permissions: string[]): Promise<string[] | undefined> {
  const args = ["run", "--no-prompt", ...permissions, `data:text/javascript,${encodeURIComponent(PROGRAM)}`];
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
  const { value } = await child.stdout.getReader().read();
  assert.equal(value && new TextDecoder().decode(value).trim(), "filled");
  const maps = (await Deno.readTextFile(`/proc/${child.pid}/smaps`)).split(/\n(?=[0-9a-f]+-)/);
  child.kill();
  await child.status;
  const sizes = maps.map((map) =>
    map.split(" ")[0].split("-").map((text) => parseInt(text, 16)).reduce((a, b) => b - a)
  );
  // What is in use, and what is kept for it, are 4 GiB together.
  const used = maps.find((_, i) => sizes[i] + sizes[i + 1] === 2 ** 32);
  return used?.match(/VmFlags: (.*)/)?.[1].trim().split(" ");
}

const adjustable = Deno.build.os === "linux" &&
  await Deno.stat("/sys/kernel/mm/transparent_hugepage/enabled").then(() => true, () => false);

Deno.test("ready() asks for huge pages with --allow-ffi, and works without it", { ignore: !adjustable }, async () => {
  assert.ok((await flags(["--allow-ffi"]))?.includes("hg"));
  assert.equal((await flags([]))?.includes("hg"), false);
});

import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";
import { allocate, call, memoryUse, ready, release } from "../../lib/kernel/mod.ts";

Deno.test("call() runs every block once, with 1, 2 and 3 threads", async () => {
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const numbers = allocate(Uint32Array, 100_000, "numbers");
    call("probe", (k, a) => k.pool_probe(a.inout(numbers), numbers.length, 50, 1e9));
    assert.ok(numbers.every((n) => n === 50));
    release(numbers);
  }
});

Deno.test("call() copies an array that is not in the shared memory, there and back", async () => {
  await ready({ threads: 2 });
  const numbers = Uint32Array.from({ length: 5000 }, (_, i) => i);
  call("probe", (k, a) => k.pool_probe(a.inout(numbers), numbers.length, 3, 1e9));
  assert.ok(numbers.every((n, i) => n === i + 3));
});

Deno.test("call() turns a panic in any block into a KernelError, and the pool works again after it", async () => {
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    const numbers = new Uint32Array(300_000);
    for (const block of [0, 17, 292]) {
      assert.throws(
        () => call("probe", (k, a) => k.pool_probe(a.inout(numbers), numbers.length, 1, block)),
        (error: unknown) => {
          assert.ok(isToolkitError(error, "KernelError"));
          assert.match(error.message, /asked to fail in block|a worker of the pool failed/);
          return true;
        },
      );
      call("probe", (k, a) => k.pool_probe(a.inout(numbers), numbers.length, 1, 1e9));
    }
    assert.ok(numbers.every((n) => n === 3));
  }
});

Deno.test("allocate() says how many bytes were asked for and how many are free", async () => {
  await ready({ threads: 1 });
  const before = memoryUse();
  const held: Float64Array[] = [];
  const fill = () => {
    for (let i = 0; i < 5; i++) held.push(allocate(Float64Array, 2 ** 27, "a mesh", { zero: false }));
  };
  assert.throws(fill, (error: unknown) => {
    assert.ok(isToolkitError(error, "MemoryError"));
    assert.equal(error.requestedBytes, 2 ** 30);
    assert.equal(error.freeBytes, 2 ** 32 - before.allocated - held.length * 2 ** 30);
    assert.match(error.message, /Cannot allocate 1024 MiB for a mesh: \d+ MiB of 4096 MiB are not in use; dispose/);
    return true;
  });
  held.forEach(release);
  assert.equal(memoryUse().allocated, before.allocated);
});

Deno.test("allocate() says that one array cannot hold 2 GiB", async () => {
  await ready({ threads: 1 });
  assert.throws(() => allocate(Float64Array, 2 ** 28, "a mesh"), (error: unknown) => {
    assert.ok(isToolkitError(error, "MemoryError"));
    assert.equal(error.requestedBytes, 2 ** 31);
    assert.match(
      error.message,
      /Cannot allocate 2048 MiB for a mesh: one array holds less than 2048 MiB; work in parts/,
    );
    return true;
  });
});

Deno.test("a program with an idle pool ends by itself", async () => {
  const program = `
    import { ready, call } from ${JSON.stringify(new URL("../../lib/kernel/mod.ts", import.meta.url).href)};
    await ready({ threads: 3 });
    const n = new Uint32Array(1e6);
    call("probe", (k, a) => k.pool_probe(a.inout(n), n.length, 10, 1e9));
    console.log(n[999_999]);`;
  const start = performance.now();
  const command = new Deno.Command(Deno.execPath(), { args: ["eval", program], stdout: "piped", stderr: "piped" });
  const { code, stdout, stderr } = await command.output();
  assert.equal(new TextDecoder().decode(stdout), "10\n", new TextDecoder().decode(stderr));
  assert.equal(code, 0);
  assert.ok(performance.now() - start < 10_000);
});

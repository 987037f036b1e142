/** The toolkit imported from a URL, as a user without a checkout does it. */
import assert from "node:assert/strict";
import { dirname, extname, fromFileUrl, join } from "@std/path";

const root = join(dirname(fromFileUrl(import.meta.url)), "..");

// Raw-file hosts send TypeScript as plain text; Deno takes the extension then.
const CONTENT_TYPES: Record<string, string> = { ".ts": "text/plain; charset=utf-8", ".js": "text/javascript" };

/** Serves lib/ and mod.ts on 127.0.0.1; `requests` collects the paths asked for. */
function serve(requests: string[]): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    requests.push(pathname);
    const type = CONTENT_TYPES[extname(pathname)];
    if (!type || !/^\/(mod\.ts|lib\/)/.test(pathname)) return new Response("no such file", { status: 404 });
    return new Response(await Deno.readFile(join(root, pathname)), { headers: { "content-type": type } });
  });
}

/** Runs `body` with a folder that holds a program, an empty cache, and a server. */
async function elsewhere(
  program: (base: string) => string,
  body: (
    deno: (...args: string[]) => Promise<string>,
    stop: () => Promise<void>,
    host: string,
    requests: string[],
  ) => Promise<void>,
  linkPackages = false,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "cosmesh-" });
  const requests: string[] = [];
  const server = serve(requests);
  const host = `127.0.0.1:${server.addr.port}`;
  const cache = join(folder, "cache");
  await Deno.mkdir(cache);
  try {
    // The packages of plot, io and cli come from the cache of the tests: this is not about the registry.
    if (linkPackages) await Deno.symlink(await packagesFolder(), join(cache, "npm"));
    await Deno.writeTextFile(join(folder, "main.ts"), program(`http://${host}`));
    const deno = async (...args: string[]) => {
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args,
        cwd: folder,
        env: { DENO_DIR: cache, NO_COLOR: "1" },
      }).output();
      const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assert.ok(success, `${args.join(" ")}\n${out}${err}`);
      return out;
    };
    await body(deno, () => server.shutdown(), host, requests);
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

async function packagesFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], cwd: root }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).npmCache;
}

const transform = (base: string) => `
  import { fft, memoryUse, ready, threadCount, zeros } from "${base}/mod.ts";
  await ready({ threads: 3 });
  using mesh = zeros([64, 64, 64], "float32");
  mesh.data.fill(1);
  using spectrum = fft.rfftn(mesh);
  console.log(threadCount(), spectrum.data[0], memoryUse().allocated > 0);`;

Deno.test("mod.ts from a URL computes with --allow-import alone, and offline the second time", () =>
  elsewhere(transform, async (deno, stop, host, requests) => {
    const permissions = ["--no-prompt", `--allow-import=${host}`];
    assert.equal(await deno("run", ...permissions, "main.ts"), "3 262144 true\n");
    assert.ok(requests.includes("/lib/kernel/wasm.ts"));
    await stop();
    assert.equal(await deno("run", "--cached-only", ...permissions, "main.ts"), "3 262144 true\n");
  }, true));

Deno.test("mod.ts from a URL runs offline the first time after deno cache", () =>
  elsewhere(transform, async (deno, stop, host) => {
    await deno("cache", `--allow-import=${host}`, "main.ts");
    await stop();
    const permissions = ["--no-prompt", `--allow-import=${host}`];
    assert.equal(await deno("run", "--cached-only", ...permissions, "main.ts"), "3 262144 true\n");
  }, true));

Deno.test("a numerics folder from a URL needs no package", () =>
  elsewhere((base) => `
    import { zeros } from "${base}/lib/array/mod.ts";
    import { ready } from "${base}/lib/kernel/mod.ts";
    import { rfftn } from "${base}/lib/fft/mod.ts";
    import "${base}/lib/paint/mod.ts";
    import "${base}/lib/power/mod.ts";
    import "${base}/lib/morphology/mod.ts";
    import "${base}/lib/radial/mod.ts";
    await ready({ threads: 2 });
    using mesh = zeros([8, 8, 8]);
    using spectrum = rfftn(mesh);
    console.log(spectrum.shape.join());`, async (deno, _stop, host) => {
    assert.equal(await deno("run", "--no-npm", "--no-prompt", `--allow-import=${host}`, "main.ts"), "8,8,5\n");
  }));

Deno.test("a figure drawn by the library from a URL needs no permission", () =>
  elsewhere((base) => `
    import { plot } from "${base}/mod.ts";
    const { svg, png } = await plot.renderFigure(plot.spectrumFigure([{ label: "a", k: [0.1, 1], value: [1, 2] }]));
    console.log(svg.startsWith("<svg"), png.length > 1000);`, async (deno, _stop, host) => {
    assert.equal(await deno("run", "--no-prompt", `--allow-import=${host}`, "main.ts"), "true true\n");
  }, true));

Deno.test("ranks as threads run from a URL with --allow-import alone, and offline after deno cache", () =>
  elsewhere((base) => `
    import { runRanks } from "${base}/lib/mpi/mod.ts";
    const job = "export default (comm) => comm.allreduce(Int32Array.of(comm.rank))[0]";
    console.log(...await runRanks("data:text/javascript," + job, { ranks: 3 }));`, async (deno, stop, host) => {
    await deno("cache", `--allow-import=${host}`, "main.ts");
    await stop();
    assert.equal(await deno("run", "--cached-only", "--no-prompt", `--allow-import=${host}`, "main.ts"), "3 3 3\n");
  }, true));

import assert from "node:assert/strict";
import { FormatError, InputError } from "../../lib/base/mod.ts";
import { downloadTngCutout, readTngCutout } from "../../lib/galaxy/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { inFolder } from "../support/folder.ts";
import { writeSyntheticCutout } from "./_tng.ts";

await ready();

/** A service with one subhalo, 14, of which `answer` gives the cutout. */
async function withService(
  answer: () => Promise<BodyInit>,
  body: (fetch: (url: string, init: RequestInit) => Promise<Response>, asked: string[]) => Promise<void>,
) {
  const asked: string[] = [];
  await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const url = new URL(request.url);
    asked.push(url.pathname + url.search);
    if (request.headers.get("api-key") !== "secret") return new Response("no", { status: 403 });
    if (url.pathname === "/TNG50-1/snapshots/50/subhalos/14/") {
      return Response.json({ id: 14, pos_x: 100, pos_y: 200, pos_z: 300, halfmassrad_stars: 4, related: {} });
    }
    if (url.pathname === "/TNG50-1/snapshots/50/subhalos/14/cutout.hdf5") return new Response(await answer());
    return new Response("none", { status: 404 });
  });
  const { port } = server.addr;
  await body(
    (url, init) => fetch(url.replace("https://www.tng-project.org/api", `http://127.0.0.1:${port}`), init),
    asked,
  );
}

const tng = { snapshot: 50, id: 14, apiKey: "secret" };

Deno.test("downloadTngCutout() saves a cutout with its center, once", async () => {
  await inFolder(async (folder) => {
    await writeSyntheticCutout(`${folder}/source.h5`, { center: [100, 200, 300], subhalo: false });
    await withService(() => Deno.readFile(`${folder}/source.h5`) as Promise<BodyInit>, async (fetch, asked) => {
      const options = { ...tng, folder: `${folder}/new/tng/`, fetch };
      const path = await downloadTngCutout(options);
      assert.equal(path, `${folder}/new/tng/TNG50-1_50_14.hdf5`);
      assert.deepEqual([...Deno.readDirSync(`${folder}/new/tng`)].map(({ name }) => name), ["TNG50-1_50_14.hdf5"]);
      assert.match(asked[1], /cutout\.hdf5\?stars=Coordinates,GFM_InitialMass,.*&gas=Coordinates,Masses/);
      using galaxy = await readTngCutout(path);
      const scale = 1 / 1.5 / 0.6774;
      galaxy.center.forEach((c, k) => assert.ok(Math.abs(c / (100 * (k + 1) * scale) - 1) < 1e-6));
      assert.ok(Math.abs(galaxy.halfMassRadius! / (4 * scale) - 1) < 1e-6);
      assert.equal(await downloadTngCutout(options), path);
      assert.equal(asked.length, 2, "the file is taken as it is");
      await downloadTngCutout({ ...options, reuse: false, gas: false });
      assert.doesNotMatch(asked[3], /gas/);
    });
  });
});

Deno.test("downloadTngCutout() says what to do when it fails, and leaves no file", async () => {
  await inFolder(async (folder) => {
    const answers: BodyInit[] = ["<html>be patient</html>"];
    await withService(() => Promise.resolve(answers[0]), async (fetch) => {
      const fail = async (options: object, type: typeof InputError | typeof FormatError, text: RegExp) => {
        await assert.rejects(
          downloadTngCutout({ ...tng, folder, fetch, ...options }),
          (e) => e instanceof type && text.test(e.message) && !/secret/.test(e.message),
        );
        assert.deepEqual([...Deno.readDirSync(folder)], []);
      };
      await fail({ apiKey: "" }, InputError, /an API key is needed; get one at https/);
      await fail({ apiKey: "wrong" }, InputError, /refuses the API key \(status 403\)/);
      await fail({ id: 15 }, InputError, /subhalo 15 of snapshot 50 of TNG50-1: the service does not have it; check/);
      await fail({}, FormatError, /must answer with an HDF5 file/);
      const offline = () => Promise.reject(new TypeError("dns error"));
      await fail(
        { fetch: offline },
        InputError,
        /cannot be reached \(dns error\); check the network, or download the cutout by/,
      );
      const forbidden = () => Promise.reject(new Deno.errors.NotCapable("Requires net access"));
      await fail({ fetch: forbidden }, InputError, /run with --allow-net/);
      const busy = () => Promise.resolve(new Response("", { status: 502, statusText: "Bad Gateway" }));
      await fail({ fetch: busy }, InputError, /status 502 Bad Gateway; try again later/);
      const broken = (url: string, init: RequestInit) =>
        url.includes("cutout")
          ? Promise.resolve(new Response(new ReadableStream({ pull: (c) => c.error(new TypeError("reset")) })))
          : fetch(url, init);
      await fail({ fetch: broken }, InputError, /the connection broke \(reset\); try again/);
      await fail({ id: -1 }, RangeError as unknown as typeof InputError, /"id"/);
    });
  });
});

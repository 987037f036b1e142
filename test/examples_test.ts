import assert from "node:assert/strict";
import { dirname, fromFileUrl, join } from "@std/path";

const folder = join(dirname(fromFileUrl(import.meta.url)), "..", "examples");

for (const { name } of [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".ts"))) {
  Deno.test(`examples/${name} runs`, async () => {
    const cwd = await Deno.makeTempDir({ prefix: "cosmesh-" });
    try {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", "--no-prompt", join(folder, name)],
        cwd,
        env: { NO_COLOR: "1" },
      }).output();
      const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assert.equal(code, 0, err);
      assert.notEqual(out, "", "an example must show something");
    } finally {
      await Deno.remove(cwd, { recursive: true });
    }
  });
}

/**
 * Measures the accuracy of the numerics against references of higher precision, and writes docs/accuracy.md.
 *
 *     deno task accuracy [NAME ...] [--python PATH]
 *
 * NAME is a module of this folder; with names, only those are measured and nothing is written. The references come from
 * Python packages (bench/peers/requirements.txt), which `deno task bench` installs into build/peers. The run fails where
 * an error is above its bound.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { dirname, fromFileUrl, join } from "@std/path";
import { ready } from "../../lib/kernel/mod.ts";
import { type AccuracyRow, type AccuracySection, pythonAt } from "./_table.ts";

const NAMES = ["array", "linalg", "rng", "fft", "spline", "quadrature", "ode", "cosmology"];
const here = dirname(fromFileUrl(import.meta.url));
const root = join(here, "..", "..");

function table(rows: AccuracyRow[]): string {
  const lines = rows.map(({ name, domain, reference, worst, median, bound }) =>
    `| ${name} | ${domain} | ${reference} | ${worst.toExponential(1)} | ${median.toExponential(1)} | ${
      bound.toExponential(1)
    } |`
  );
  return ["| function | where | reference | worst | median | bound |", "|---|---|---|---|---|---|", ...lines].join(
    "\n",
  );
}

const given = parseArgs(Deno.args, {
  string: ["python"],
  default: { python: join(root, "build", "peers", "bin", "python") },
});
const names: string[] = given._.length > 0 ? given._.map(String) : NAMES;
const unknown = names.find((name) => !NAMES.includes(name));
if (unknown !== undefined) {
  console.error(`Cannot measure "${unknown}": there are ${NAMES.join(", ")}`);
  Deno.exit(2);
}
await ready();
const python = pythonAt(given.python);
const parts: string[] = [];
const above: string[] = [];
for (const name of names) {
  const { title, about, measure } = (await import(`./${name}.ts`)) as AccuracySection;
  const rows = await measure(python);
  const part = `## ${title}\n\n${about}\n\n${table(rows)}`;
  console.log(`\n${part}`);
  parts.push(part);
  above.push(...rows.filter(({ worst, bound }) => !(worst <= bound)).map((row) => `${name}: ${row.name}`));
}
if (above.length > 0) {
  console.error(`\nAbove their bounds: ${above.join("; ")}`);
  Deno.exit(1);
}
if (names === NAMES) {
  const head =
    "# Accuracy\n\nWritten by `deno task accuracy`, which fails where an error is above its bound. Errors are " +
    "relative unless a line says otherwise;\nthe references are computed with more digits than ours.\n";
  await Deno.writeTextFile(join(root, "docs", "accuracy.md"), `${head}\n${parts.join("\n\n")}\n`);
}

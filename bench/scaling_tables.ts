/**
 * Writes the tables of docs/scaling.md from a record:
 *
 *     deno run -A bench/scaling_tables.ts [bench/record/MACHINE/DATE.json]
 *
 * Default is the latest record that has them. A table stands between `<!-- table NAME -->` and `<!-- end -->`.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import type { ModelTimes, TransformCase } from "./_scaling_model.ts";
import type { Times } from "./_side_by_side.ts";

interface Message {
  mpi: string;
  operation: string;
  bytes: number;
  times: Times[];
}

interface Scaling {
  mpi: string;
  what: string;
  scaling: string;
  ranks: number;
  side?: number;
  times: Times[];
}

interface Benchmarks {
  mpi: { results: Message[] };
  scaling: {
    results: Scaling[];
    model: { here: { times: ModelTimes }; large: { times: (TransformCase & ModelTimes)[] } };
  };
}

function findRecord(): string {
  const folder = fromFileUrl(new URL("record", import.meta.url));
  const paths = [...Deno.readDirSync(folder)].filter((entry) => entry.isDirectory)
    .flatMap(({ name }) => [...Deno.readDirSync(`${folder}/${name}`)].map((file) => `${folder}/${name}/${file.name}`));
  const measured = paths.filter((path) => Deno.readTextFileSync(path).includes('"scaling": {'));
  const date = (path: string) => path.split("/").at(-1)!;
  const latest = measured.sort((a, b) => date(a) < date(b) ? -1 : 1).at(-1);
  if (latest === undefined) throw new Error("Cannot write tables: no record has them; run deno task bench mpi scaling");
  return latest;
}

const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const unique = <T>(values: T[]): T[] => [...new Set(values)];
const shortest = (times: Times[], name: string) => times.find((one) => one.name === name)?.min;
const text = (ms: number | undefined) =>
  ms === undefined ? "-" : ms < 1 ? `${(1000 * ms).toPrecision(3)} us` : `${ms.toPrecision(3)} ms`;
const size = (bytes: number) =>
  bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : bytes >= 2 ** 10 ? `${bytes / 2 ** 10} kiB` : `${bytes} B`;

function messageTable({ results }: Benchmarks["mpi"], operation: string): string {
  const mpis = unique(results.map(({ mpi }) => mpi));
  const rows = unique(results.map(({ bytes }) => bytes)).map((bytes) => {
    const cells = mpis.flatMap((mpi) => {
      const { times } = results.find((r) => r.mpi === mpi && r.operation === operation && r.bytes === bytes)!;
      const [ours, typed, peer] = ["ours", "ours, typed arrays", "mpi4py"].map((name) => shortest(times, name));
      const rate = bytes < 2 ** 16 ? "" : ` (${(bytes / ours! / 1e6).toFixed(1)} GB/s)`;
      return [text(ours) + rate, text(peer), peer ? (ours! / peer).toFixed(2) : "-", text(typed)];
    });
    return [size(bytes), ...cells];
  });
  return table(["bytes", ...mpis.flatMap((mpi) => [mpi, "mpi4py", "ratio", "ours, typed arrays"])], rows);
}

function transformTable({ results }: Benchmarks["scaling"], scaling: "strong" | "weak"): string {
  const all = results.filter((r) => r.what === "transform" && r.scaling === scaling);
  const rows = all.map(({ mpi, ranks, side, times }) => {
    const [forward, inverse] = ["forward", "inverse"].map((way) => shortest(times, `ours, ${way}`)!);
    const [theirs, back] = ["forward", "inverse"].map((way) => shortest(times, `mpi4py-fft, ${way}`));
    const first = all.find((r) => r.mpi === mpi && r.ranks === 1 && (scaling === "weak" || r.side === side));
    // Points of each rank in a millisecond, beside those of one rank.
    const speed = (n: number, side: number, ms: number) => side ** 3 / n / ms;
    const alone = first && speed(1, first.side!, shortest(first.times, "ours, forward")!);
    const efficiency = alone ? (speed(ranks, side!, forward) / alone).toFixed(2) : "-";
    const peers = scaling === "weak" ? [] : [text(theirs), text(back)];
    return [mpi, `${side}^3`, `${ranks}`, text(forward), text(inverse), efficiency, ...peers];
  });
  const peers = scaling === "weak" ? [] : ["mpi4py-fft, forward", "inverse"];
  return table(["MPI", "mesh", "ranks", "forward", "inverse", "efficiency", ...peers], rows);
}

function paintTable({ results }: Benchmarks["scaling"]): string {
  const all = results.filter(({ what }) => what === "paint");
  const rows = all.map(({ mpi, ranks, times: [{ min }] }) => {
    const alone = all.find((r) => r.mpi === mpi && r.ranks === 1)?.times[0].min;
    return [mpi, `${ranks}`, `${(min / 1000).toFixed(2)} s`, alone ? (alone / min / ranks).toFixed(2) : "-"];
  });
  return table(["MPI", "ranks", "time", "efficiency"], rows);
}

function modelTable({ model: { large } }: Benchmarks["scaling"]): string {
  const seconds = (s: number) => `${s.toPrecision(2)} s`;
  const rows = large.times.map(({ grid, order, local, copies, network, latency, total }) => [
    ...[grid.join(" x "), order],
    ...[local, copies, network, latency, total].map(seconds),
  ]);
  return table(["parts", "order", "transforms", "copies", "network", "latency", "sum"], rows);
}

/** Of the model beside this machine's own measurement of two ranks. */
function hereTable({ results, model: { here } }: Benchmarks["scaling"]): string {
  const { local, copies, network, total } = here.times;
  const of = results.filter((r) => r.what === "transform" && r.scaling === "strong" && r.ranks === 2);
  const side = Math.max(...of.map((r) => r.side!));
  const measured = Math.min(...of.filter((r) => r.side === side).map(({ times }) => shortest(times, "ours, forward")!));
  const cells = [local, copies, network, total].map((s) => text(1000 * s));
  return table(["mesh", "transforms", "copies", "exchange", "sum", "measured"], [[
    ...[`${side}^3, 2 ranks`, ...cells],
    text(measured),
  ]]);
}

const path = Deno.args[0] ?? findRecord();
const { mpi, scaling } = (JSON.parse(await Deno.readTextFile(path)) as { benchmarks: Benchmarks }).benchmarks;
const tables: Record<string, string> = {
  messages: messageTable(mpi, "message"),
  exchanges: messageTable(mpi, "exchange"),
  strong: transformTable(scaling, "strong"),
  weak: transformTable(scaling, "weak"),
  paint: paintTable(scaling),
  here: hereTable(scaling),
  model: modelTable(scaling),
};
const document = new URL("../docs/scaling.md", import.meta.url);
const old = await Deno.readTextFile(document);
const written = old.replaceAll(/(<!-- table (\w+) -->\n)[\s\S]*?(<!-- end -->)/g, (_, begin, name, end) => {
  if (tables[name] === undefined) throw new Error(`Cannot write tables: docs/scaling.md wants "${name}"`);
  return `${begin}\n${tables[name]}\n\n${end}`;
});
await Deno.writeTextFile(document, written);

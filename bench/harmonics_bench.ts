/**
 * Spherical harmonic transforms of spin 0, 1 and 2 up to lmax = 3 nside - 1: ours beside healpy (libsharp) and ducc0, in one
 * run; then ray-tracing through planes, ours alone.
 *
 *     deno run -A bench/harmonics_bench.ts [--python PATH] [--threads 2] [--nside 512] [--rounds 3] [--json FILE]
 *
 * `--python none` measures ours alone. The peers need the packages of bench/peers/requirements.txt.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { zeros } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { raytracePlanes } from "../lib/lensing/mod.ts";
import { type Alm, alm2map, alm2mapSpin, almSize, map2alm, map2almSpin } from "../lib/sphere/mod.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface HarmonicsBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of all contenders. */
  threads: number;
  /** [1] Resolution. */
  nside: number;
  /** [1] Rounds; each contender runs twice in each. */
  rounds: number;
}

function coefficients(lmax: number): Alm {
  const alm = zeros([almSize({ lmax })], "complex128");
  alm.data.forEach((_, i) => alm.data[i] = (i * 48271 % 65537) / 65537 - 0.5);
  for (let l = 0; l <= lmax; l++) alm.data[2 * l + 1] = 0;
  return alm;
}

/** Runs, times and gives the results back. */
function run(make: () => Disposable | readonly Disposable[]): number {
  let made: Disposable | readonly Disposable[];
  const time = timed(() => void (made = make()));
  for (const one of [made!].flat() as Disposable[]) one[Symbol.dispose]();
  return time;
}

/** Measures and prints; returns the record. */
export async function benchHarmonics(options: HarmonicsBenchOptions): Promise<Record<string, unknown>> {
  const { python, threads, nside, rounds } = options;
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "harmonics_peer.py");
  using e = coefficients(3 * nside - 1);
  using b = coefficients(3 * nside - 1);
  using map = alm2map(e, nside);
  const cases: [name: string, make: () => Disposable | readonly Disposable[]][] = [
    ["alm2map 0", () => alm2map(e, nside)],
    ["map2alm 0", () => map2alm(map, { iterations: 0 })],
    ...[1, 2].flatMap((spin): [string, () => readonly Disposable[]][] => [
      [`alm2map ${spin}`, () => alm2mapSpin([e, b], nside, spin)],
      [`map2alm ${spin}`, () => map2almSpin([map, map], spin, { iterations: 0 })],
    ]),
  ];
  const results: { name: string; times: Times[] }[] = [];
  for (const [name, make] of cases) {
    const theirs = (code: string): Contender => [code, () => peer!.run({ case: `${code} ${name}`, nside, threads })];
    const contenders: Contender[] = [["ours", () => run(make)], ...peer ? [theirs("healpy"), theirs("ducc0")] : []];
    const times = await sideBySide(contenders, { rounds, repeats: 2 });
    results.push({ name, times });
    console.log(`spin ${name}: ${times.map((t) => `${t.name} ${t.min.toFixed(0)} ms`).join(", ")}`);
  }
  using planes = zeros([2, map.size], "float32");
  planes.data.forEach((_, i) => planes.data[i] = 1e-3 * (map.data[i % map.size] as number));
  const rays = run(() =>
    Object.values(raytracePlanes({ convergence: planes, distances: Float64Array.of(500, 1000) }, Float64Array.of(1500)))
  );
  console.log(`rays, one plane: ${(rays / 2).toFixed(0)} ms`);
  return { machine: await machine(), threads, nside, peers: peer?.versions ?? {}, results, rayPlane: rays / 2 };
}

if (import.meta.main) {
  const { python, threads, nside, rounds, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "nside", "rounds", "json"],
    default: { python: "build/peers/bin/python", threads: "2", nside: "512", rounds: "3" },
  });
  const record = await benchHarmonics({
    python,
    threads: Number(threads),
    nside: Number(nside),
    rounds: Number(rounds),
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}

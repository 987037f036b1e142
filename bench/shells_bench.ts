/**
 * Shells of a light cone on HEALPix maps and planes: ours beside healpy and numpy, in one run.
 *
 *     deno run -A bench/shells_bench.ts [--python PATH] [--threads 2] [--rounds 3] [--n 256] [--nside 256] [--json FILE]
 *
 * `--python none` measures ours alone. Both start from float32 displacements; "healpy alone" is given the vectors of the
 * particles in the shell, and is measured from there.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { empty, zeros } from "../lib/array/mod.ts";
import { planck18 } from "../lib/cosmology/mod.ts";
import { metadata, ParticleField } from "../lib/fields/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import {
  lightconeShells,
  paintFlat,
  paintSpherical,
  paintSphericalAdjoint,
  type RealArray,
  shellAt,
  type SphericalScheme,
} from "../lib/lightcone/mod.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface ShellsBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of ours. */
  threads: number;
  /** [1] Rounds; each contender runs once in each. */
  rounds: number;
  /** [1] Cells along each side. */
  n: number;
  /** [1] Resolution of the maps. */
  nside: number;
}

/** The peer's waves. */
function waves(n: number): RealArray {
  const out = empty([3, n, n, n], "float32");
  const k = (i: number) => 2 * Math.PI * i / n;
  for (let c = 0, at = 0; c < 3; c++) {
    for (let x = 0; x < n; x++) {
      for (let y = 0; y < n; y++) {
        const sum = 2 * Math.sin(3 * k(x)) + Math.sin(7 * k(y) + c);
        for (let z = 0; z < n; z++, at++) out.data[at] = sum + Math.cos(5 * k(z) + 2 * c);
      }
    }
  }
  return out;
}

/** Measures and prints; returns the record. */
export async function benchShells(
  { python, threads, rounds, n, nside }: ShellsBenchOptions,
): Promise<Record<string, unknown>> {
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "shells_peer.py");
  const meta = metadata({ mesh: [n, n, n], boxSize: [2 * n, 2 * n, 2 * n] });
  const particles = new ParticleField(waves(n), meta, "gridRelative");
  const four = lightconeShells(meta, { cosmology: planck18, nbShells: 4 });
  const last = shellAt(four, 3);
  const results: { operation: string; times: Times[] }[] = [];
  const compare = async (operation: string, ours: () => void, theirs: [string, Record<string, string | number>][]) => {
    const contenders: Contender[] = [["ours", () => timed(ours)]];
    if (peer) { for (const [name, request] of theirs) contenders.push([name, () => peer.run(request)]); }
    const times = await sideBySide(contenders, { rounds, repeats: 1 });
    results.push({ operation, times });
    console.log(operation);
    for (const { name, min, median } of times) {
      const ratio = (min / times[0].min).toFixed(2);
      console.log(`  ${name.padEnd(14)} min ${min.toFixed(1)} ms  median ${median.toFixed(1)} ms  this/ours ${ratio}`);
    }
  };
  for (const scheme of ["bilinear", "ngp"] as SphericalScheme[]) {
    const paint = (shells: typeof four) => () => paintSpherical(particles, shells, { nside, scheme }).dispose();
    const request = { n, nside, scheme, shells: 4 };
    await compare(`${scheme}, outermost of four shells`, paint(last), [
      ["healpy alone", { case: "healpy", shell: 3, ...request }],
      ["numpy, healpy", { case: "numpy", shell: 3, ...request }],
    ]);
    await compare(`${scheme}, four shells`, paint(four), [["numpy, healpy", { case: "numpy", shell: -1, ...request }]]);
  }
  await compare("flat, outermost of four shells", () => paintFlat(particles, last, { pixels: [n, n] }).dispose(), [
    ["numpy", { case: "flat", n, pixels: n, shells: 4, shell: 3 }],
  ]);
  {
    using rbf = paintSpherical(particles, last, { nside, scheme: "rbfNeighbor" });
    await compare(
      "rbfNeighbor, outermost of four shells",
      () => paintSpherical(particles, last, { nside, scheme: "rbfNeighbor" }).dispose(),
      [],
    );
    using displacement = zeros([3, n, n, n], "float32");
    await compare(
      "adjoint of bilinear, outermost of four shells",
      () => paintSphericalAdjoint(particles, last, { nside }, rbf.array, { displacement }),
      [],
    );
  }
  return { machine: await machine(), threads, n, nside, peers: peer?.versions ?? {}, results };
}

if (import.meta.main) {
  const { python, threads, rounds, n, nside, json } = parseArgs(Deno.args, {
    string: ["python", "threads", "rounds", "n", "nside", "json"],
    default: { python: "build/peers/bin/python", threads: "2", rounds: "3", n: "256", nside: "256" },
  });
  const record = await benchShells({
    python,
    threads: Number(threads),
    rounds: Number(rounds),
    n: Number(n),
    nside: Number(nside),
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}

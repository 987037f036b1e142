/**
 * Components, distances, spreading and free paths on a field of overlapping bubbles: ours beside scipy.ndimage, BEoRN and
 * tools21cm, in one run.
 *
 *     deno run -A bench/morphology_bench.ts [--python PATH] [--threads 2] [--sizes 128,256] [--rounds 5]
 *         [--beorn-sizes 128] [--json FILE]
 *
 * `--python none` measures ours alone. BEoRN's spreading takes seconds at 128^3 and minutes at 256^3. The peers need the
 * packages of bench/peers/requirements.txt.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { Field, fromData } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import {
  bubbleSizes,
  connectedComponents,
  distanceTransformSquared,
  distanceTransformSquaredWithin,
  spreadExcess,
} from "../lib/morphology/mod.ts";
import { randomKey } from "../lib/rng/mod.ts";
import { type Contender, machine, Peer, sideBySide, timed, type Times } from "./_side_by_side.ts";

/** Options of the benchmark. */
export interface MorphologyBenchOptions {
  /** Interpreter with the peers' packages; "none" for no peers. */
  python: string;
  /** [1] Threads of ours; the peers have one. */
  threads: number;
  /** [1] Sides of the meshes. */
  sizes: number[];
  /** [1] Sides of the meshes that BEoRN spreads too. */
  beornSizes: number[];
  /** [1] Rounds; each contender runs three times in each. */
  rounds: number;
}

/** Ionised fraction of bubbles whose centres cluster and whose volumes overlap, a seventh of the mesh in sum. */
export function bubbleField(n: number): Float32Array {
  let state = 1;
  const random = () => (state = state * 48271 % 2147483647) / 2147483647;
  const x = new Float32Array(n ** 3).fill(1e-6);
  const total = 0.14 * n ** 3;
  for (let sum = 0; sum < total;) {
    const cluster = [n * random(), n * random(), n * random()];
    for (let b = 1 + Math.floor(12 * random() ** 4); b > 0; b--) {
      const centre = cluster.map((c) => Math.floor(c + n / 60 * (random() + random() - 1)));
      // Few large, many small: from the size of a cell up to a fiftieth of the box.
      const radius = 1 + n / 48 * random() ** 2;
      const reach = Math.ceil(radius);
      for (let i = -reach; i <= reach; i++) {
        for (let j = -reach; j <= reach; j++) {
          for (let k = -reach; k <= reach; k++) {
            if (i * i + j * j + k * k >= radius * radius) continue;
            const [a, c, d] = [i, j, k].map((o, axis) => (centre[axis] + o + n) % n);
            x[(a * n + c) * n + d] += 1;
            sum++;
          }
        }
      }
    }
  }
  return x;
}

/** Measures and prints; returns the record. */
export async function benchMorphology(options: MorphologyBenchOptions): Promise<Record<string, unknown>> {
  const { python, threads, sizes, beornSizes, rounds } = options;
  await ready({ threads });
  await using peer = python === "none" ? undefined : await Peer.start(python, "morphology_peer.py");
  const results: { operation: string; n: number; times: Times[] }[] = [];
  const path = await Deno.makeTempFile();
  try {
    for (const n of sizes) {
      const field = bubbleField(n);
      await Deno.writeFile(path, new Uint8Array(field.buffer));
      using x = fromData(field, [n, n, n], "float32");
      using mask = fromData(Uint8Array.from(field, (v) => Number(v >= 0.9999999)), [n, n, n], "uint8");
      const add = async (operation: string, contenders: Contender[], turns = { rounds, repeats: 3 }) => {
        const peers = contenders.filter(([name]) => name.startsWith("ours") || peer !== undefined);
        results.push({ operation, n, times: await sideBySide(peers, turns) });
        report(results.at(-1)!);
      };
      const ask = (name: string) => () => peer!.run({ case: name, n, path });
      await add("components", [
        ["ours", () => timed(() => connectedComponents(mask).labels.dispose())],
        ["scipy.ndimage.label", ask("label")],
      ]);
      await add("distances", [
        ["ours", () => timed(() => distanceTransformSquared(mask).dispose())],
        ["ours, up to 3 cells", () => timed(() => distanceTransformSquaredWithin(mask, 3).dispose())],
        ["scipy.ndimage edt", ask("distance")],
      ]);
      const bubbles = new Field({ array: x, boxSize: n, quantity: "ionisedFraction", unit: "1" });
      const send = (rays: number) => () => timed(() => void bubbleSizes(bubbles, { key: randomKey(1), rays }));
      await add("free paths of 100 000 rays", [["ours", send(1e5)], ["tools21cm", ask("rays")]]);
      await add("free paths of 1 000 000 rays", [["ours", send(1e6)]]);
      const spread = (): number => {
        x.data.set(field);
        return timed(() => void spreadExcess(x));
      };
      await add("spreading", [["ours", spread]]);
      if (peer && beornSizes.includes(n)) {
        await add("spreading", [["ours", spread], ["BEoRN", ask("spread")]], { rounds: 1, repeats: 1 });
      }
      x.data.set(field);
      console.log("  ", spreadExcess(x));
    }
  } finally {
    await Deno.remove(path);
  }
  return { machine: await machine(), threads, peers: peer?.versions ?? {}, results };
}

function report({ operation, n, times }: { operation: string; n: number; times: Times[] }): void {
  console.log(`${operation} ${n}^3`);
  for (const { name, min, median } of times) {
    const ratio = (min / times[0].min).toFixed(2);
    console.log(`  ${name.padEnd(30)} min ${min.toFixed(2)} ms  median ${median.toFixed(2)} ms  this/ours ${ratio}`);
  }
}

if (import.meta.main) {
  const { python, threads, sizes, rounds, json, "beorn-sizes": beornSizes } = parseArgs(Deno.args, {
    string: ["python", "threads", "sizes", "rounds", "json", "beorn-sizes"],
    default: {
      python: "build/peers/bin/python",
      threads: "2",
      sizes: "128,256",
      rounds: "5",
      "beorn-sizes": "128",
    },
  });
  const numbers = (list: string) => list.split(",").filter((s) => s !== "").map(Number);
  const record = await benchMorphology({
    python,
    threads: Number(threads),
    sizes: numbers(sizes),
    beornSizes: numbers(beornSizes),
    rounds: Number(rounds),
  });
  if (json) await Deno.writeTextFile(json, JSON.stringify(record, null, 2) + "\n");
}

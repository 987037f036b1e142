import { digestFile, digestJson } from "../base/mod.ts";
import type { Context } from "./context.ts";
import type { Ranks } from "./ranks.ts";
import type { Task } from "./task.ts";
import type { Team } from "./team.ts";

/** [s] Time by phase. */
export type Phases = Readonly<Record<string, number>>;

/** What ranks compare, lest they make different things together. */
export function outline({ name, version, inputs, parameters }: Task): string {
  return digestJson({ name, version, inputs: Object.keys(inputs), parameters });
}

/**
 * Runs the task of a step, on each rank of the team if there is one; all ranks end it alike.
 *
 * @returns Time by phase: the mean over ranks.
 */
export async function make(run: () => Promise<void>, context: Context, team: Team | undefined): Promise<Phases> {
  if (!team) {
    await run();
    return context.phases;
  }
  const failure = await run().catch((error: unknown) => ({ error }));
  const all = await team.leave(failure?.error, context.phases) as readonly Phases[];
  const names = [...new Set(all.flatMap((phases) => Object.keys(phases)))];
  const mean = (name: string) => all.reduce((sum, phases) => sum + (phases[name] ?? 0), 0) / all.length;
  return Object.fromEntries(names.map((name) => [name, mean(name)]));
}

/**
 * SHA-256 of all files of a folder, each computed by one of the ranks.
 *
 * @param list Lists them, on rank 0.
 */
export async function digestFiles(
  folder: string,
  list: () => Promise<string[]>,
  ranks: Ranks | undefined,
): Promise<Record<string, string>> {
  const digest = async (names: readonly string[]) => {
    const digests: [string, string][] = [];
    for (const name of names) digests.push([name, await digestFile(`${folder}/${name}`)]);
    return Object.fromEntries(digests);
  };
  if (!ranks) return await digest(await list());
  const { rank, size } = ranks.comm;
  const [names] = await ranks.alike(async () => rank === 0 ? await list() : []);
  const parts = await ranks.alike(() => digest(names.filter((_, i) => i % size === rank)));
  return Object.assign({}, ...parts);
}

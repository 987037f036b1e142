import { sha256, ShapeError } from "../base/mod.ts";
import { attempt } from "../base/mod.ts";
import type { Comm } from "./comm.ts";
import { discard } from "./together.ts";

/**
 * As `together`, and the text that `same` gives must be one on all ranks: what they are about to exchange. It costs one
 * reduction of three numbers; who said what is asked for only if it differs.
 *
 * @param comm Ranks; all of them call.
 * @param operation What the ranks are about to do, for messages: "Cannot ...".
 * @param same What must be the same, in words.
 * @param run What may fail on this rank alone; it must not exchange anything.
 * @param giveBack Gets the result of this rank where another one failed. Default: it is disposed of, if it can be.
 * @throws {ShapeError} on all ranks, with the texts, if these differ; as `together` if `run` fails on a rank.
 * @example
 * ```ts
 * import { agreeOn, selfComm } from "@cosmesh/cosmesh/mpi";
 * const length = 3;
 * const sums = agreeOn(selfComm(), "add up", () => `${length} numbers`, () => new Float64Array(length));
 * console.log(sums.length); // 3
 * ```
 */
export function agreeOn<T>(
  comm: Comm,
  operation: string,
  same: () => string,
  run: () => T,
  giveBack: (value: T) => void = discard,
): T {
  if (comm.size === 1) return run();
  const { value: text, error: bad } = attempt(same);
  const { value, error = bad } = bad ? {} : attempt(run);
  // 52 bits of a digest stand for the text.
  const code = text === undefined ? 0 : parseInt(sha256(text).slice(0, 13), 16);
  const [failed, most, least] = comm.allreduce(Float64Array.of(error ? 1 : 0, code, -code), "max");
  if (!failed && most === -least) return value!;
  if (!error) giveBack(value as T);
  if (failed) comm.agree(error);
  const texts = comm.allgatherObject(text) as string[];
  const other = texts.findIndex((t) => t !== texts[0]);
  const rule = "all ranks must give the same";
  const got = `${texts[0]} on rank 0, ${texts[other]} on rank ${other}`;
  throw new ShapeError(`Cannot ${operation}: ${rule}, got ${got}`, texts[0], texts[other]);
}

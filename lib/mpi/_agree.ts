import { sha256, ShapeError } from "../base/mod.ts";
import { attempt } from "./_attempt.ts";
import type { Comm } from "./comm.ts";
import { discard } from "./together.ts";

/**
 * As `together`, and the text that `same` gives must be one on all ranks: what they are about to exchange. It costs one
 * reduction of three numbers; who said what is asked for only if it differs.
 *
 * @throws {ShapeError} on all ranks, with the texts.
 */
export function agreeOn<T>(comm: Comm, operation: string, same: () => string, run: () => T): T {
  if (comm.size === 1) return run();
  const { value: text, error: bad } = attempt(same);
  const { value, error = bad } = bad ? {} : attempt(run);
  // 52 bits of a digest stand for the text.
  const code = text === undefined ? 0 : parseInt(sha256(text).slice(0, 13), 16);
  const [failed, most, least] = comm.allreduce(Float64Array.of(error ? 1 : 0, code, -code), "max");
  if (!failed && most === -least) return value!;
  discard(value);
  if (failed) comm.agree(error);
  const texts = comm.allgatherObject(text) as string[];
  const other = texts.findIndex((t) => t !== texts[0]);
  const rule = "all ranks must give the same";
  const got = `${texts[0]} on rank 0, ${texts[other]} on rank ${other}`;
  throw new ShapeError(`Cannot ${operation}: ${rule}, got ${got}`, texts[0], texts[other]);
}

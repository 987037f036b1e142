import { levenshteinDistance } from "npm:deno-std@1.4.0/text/levenshtein_distance.js";

/**
 * The candidate with the fewest edits (insertions, deletions, substitutions) from `word`, ignoring case; nothing if all
 * are further away than a typing error explains.
 *
 * @example
 * ```ts
 * import { nearest } from "@cosmesh/cosmesh/config";
 *
 * nearest("Ncel", ["Ncell", "Lbox"]); // "Ncell"
 * ```
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, word.length / 2.5) + 0.5;
  for (const candidate of candidates) {
    const edits = levenshteinDistance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** The words "; did you mean ...?" for the nearest candidate, or the list of all if none is near. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? `; there are ${candidates.join(", ")}` : `; did you mean "${near}"?`;
}

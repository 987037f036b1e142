import { allocate, release } from "../kernel/mod.ts";
import { addHistogram, Gathered, type Prefix } from "./_kernel.ts";

/** Goes once through all blocks of several streams of numbers; `weights` are 1 where they are left out. */
export type Pass = (each: (stream: number, values: Float64Array, weights?: Float64Array) => void) => void;

/** Targets of a stream whose weights have this sum. */
export type TargetsOf = (total: number, count: number) => readonly number[];

const NOTHING: Prefix = { high: 0, low: 0, digits: 0 };

/** Values that are sorted in memory; more are told apart by histograms first. */
const CAPACITY = 1 << 18;
const BINS = 1 << 16;
const DIGITS = 4;

/** A search among numbers of a stream that share digits. */
interface Search {
  readonly stream: number;
  readonly prefix: Prefix;
  /** How many there are. */
  readonly count: number;
  /** Weight of all smaller numbers. */
  readonly below: number;
  /** Wanted sums of weights, ascending, and the places of their numbers in the result. */
  readonly targets: number[];
  readonly places: number[];
}

/** A prefix with one more digit. */
function longer({ high, low, digits }: Prefix, digit: number): Prefix {
  const word = digits % 2 === 0 ? digit * BINS : digit;
  return digits < 2 ? { high: high + word, low, digits: digits + 1 } : { high, low: low + word, digits: digits + 1 };
}

/** The number whose digits are all known: keys of numbers below 0 are their bits inverted, others have the first bit set. */
function numberOf({ high, low }: Prefix): number {
  const positive = high >= 0x80000000;
  const words = positive ? [low, high & 0x7fffffff] : [~low, ~high];
  return new Float64Array(Uint32Array.from(words, (word) => word >>> 0).buffer)[0];
}

/** Searches for the next digit, by bins of weights and numbers in turn. */
function refined(search: Search, bins: Float64Array): Search[] {
  const next: Search[] = [];
  let last = BINS - 1;
  while (last > 0 && bins[2 * last + 1] === 0) last--;
  let [below, bin] = [search.below, 0];
  search.targets.forEach((target, i) => {
    while (bin < last && below + bins[2 * bin] < target) below += bins[2 * bin++];
    const prefix = longer(search.prefix, bin);
    const found = next.at(-1);
    if (found && found.prefix.high === prefix.high && found.prefix.low === prefix.low) {
      found.targets.push(target);
      found.places.push(search.places[i]);
    } else {
      const count = bins[2 * bin + 1];
      next.push({ stream: search.stream, prefix, count, below, targets: [target], places: [search.places[i]] });
    }
  });
  return next;
}

/** One pass that adds up bins for each search. */
function countBins(pass: Pass, searches: readonly Search[], use: (search: Search, bins: Float64Array) => void): void {
  const bins: Float64Array[] = [];
  try {
    for (const _ of searches) bins.push(allocate(Float64Array, 2 * BINS, "bins of a quantile"));
    pass((stream, values, weights) => {
      searches.forEach((search, i) => {
        if (search.stream === stream) addHistogram(values, weights, search.prefix, bins[i]);
      });
    });
    searches.forEach((search, i) => use(search, bins[i]));
  } finally {
    bins.forEach(release);
  }
}

/** One pass that gathers the numbers of each search and sorts them. */
function gather(pass: Pass, searches: readonly Search[], out: readonly Float64Array[]): void {
  const gathered: Gathered[] = [];
  try {
    for (const { count } of searches) gathered.push(new Gathered(count));
    pass((stream, values, weights) => {
      searches.forEach((search, i) => {
        if (search.stream === stream) gathered[i].add(values, weights, search.prefix);
      });
    });
    searches.forEach(({ stream, below, targets, places }, i) => {
      gathered[i].reach(below, Float64Array.from(targets)).forEach((value, t) => out[stream][places[t]] = value);
    });
  } finally {
    gathered.forEach((g) => g[Symbol.dispose]());
  }
}

/** Quantiles of streams that are short enough to be held. */
function gatherAll(pass: Pass, streams: number, most: number, targetsOf: TargetsOf): Float64Array[] {
  const gathered: Gathered[] = [];
  try {
    for (let i = 0; i < streams; i++) gathered.push(new Gathered(most));
    pass((stream, values, weights) => gathered[stream].add(values, weights, NOTHING));
    return gathered.map((g) => g.reach(0, Float64Array.from(targetsOf(...g.totals()))));
  } finally {
    gathered.forEach((g) => g[Symbol.dispose]());
  }
}

/** Quantiles of longer ones: a histogram of the first digits, and so on until what is left can be held. */
function gatherByDigits(pass: Pass, streams: number, targetsOf: TargetsOf): Float64Array[] {
  const out: Float64Array[] = [];
  const start = Array.from({ length: streams }, (_, stream): Search => {
    return { stream, prefix: NOTHING, count: 0, below: 0, targets: [], places: [] };
  });
  let searches: Search[] = [];
  countBins(pass, start, (search, bins) => {
    let [total, count] = [0, 0];
    for (let b = 0; b < bins.length; b += 2) [total, count] = [total + bins[b], count + bins[b + 1]];
    const targets = [...targetsOf(total, count)];
    out.push(new Float64Array(targets.length));
    searches.push(...refined({ ...search, targets, places: targets.map((_, i) => i) }, bins));
  });
  while (searches.length > 0) {
    const few = searches.filter(({ count }) => count <= CAPACITY);
    const many = searches.filter(({ count }) => count > CAPACITY);
    searches = [];
    for (const { stream, prefix, targets, places } of many) {
      if (prefix.digits === DIGITS) targets.forEach((_, t) => out[stream][places[t]] = numberOf(prefix));
    }
    const open = many.filter(({ prefix }) => prefix.digits < DIGITS);
    if (open.length > 0) countBins(pass, open, (search, bins) => searches.push(...refined(search, bins)));
    if (few.length > 0) gather(pass, few, out);
  }
  return out;
}

/**
 * Exact quantiles of streams of numbers: for each target the least number up to which weights sum to at least it. Short streams are
 * read once, longer ones twice as a rule.
 *
 * @param pass Reads the streams.
 * @param streams [1] How many there are.
 * @param most [1] Numbers of a stream, at most.
 * @param targetsOf Ascending targets, from the sum of all weights of a stream and the number of its values.
 * @returns The number for each target of each stream.
 */
export function quantiles(pass: Pass, streams: number, most: number, targetsOf: TargetsOf): Float64Array[] {
  return most <= CAPACITY ? gatherAll(pass, streams, most, targetsOf) : gatherByDigits(pass, streams, targetsOf);
}

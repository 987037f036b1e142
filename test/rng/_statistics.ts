/**
 * Statistical tests, each as a number of standard deviations or a probability, with what they detect.
 *
 * All use one significance level, ALPHA. A test finds a deviation with 99 % probability if it moves its statistic by the
 * threshold and 2.33 standard deviations more: "detects" below says which one that is for n numbers.
 */
export const ALPHA = 1e-6;
/** Two-sided normal threshold of ALPHA. */
export const THRESHOLD = 4.892;
/** [standard error] What a normal statistic detects with 99 % power. */
export const DETECTED = THRESHOLD + 2.326;

/** Normal distribution function, to 1.2e-7 (Numerical Recipes' erfcc). */
export function normalCdf(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + z / 2);
  const c = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587];
  const p = [...c, -0.82215223, 0.17087277].reduceRight((sum, a) => sum * t + a, 0);
  const tail = t * Math.exp(-z * z + p) / 2;
  return x < 0 ? tail : 1 - tail;
}

/** [standard error] Distance of a sample's mean from `mean`; `variance` of one number. Detects DETECTED sqrt(variance / n). */
export function meanTest(values: ArrayLike<number>, mean: number, variance: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] - mean;
  return sum / Math.sqrt(variance * values.length);
}

/** Threshold of chi-squared for ALPHA (Wilson and Hilferty; 1 % at 5 degrees of freedom, less above). */
export function chi2Threshold(degrees: number): number {
  const h = 2 / (9 * degrees);
  return degrees * (1 - h + 4.753 * Math.sqrt(h)) ** 3;
}

/**
 * Chi-squared over its threshold; above 1 the test fails. Detects an rms deviation of the bins' probabilities of
 * `chi2Detected(bins, n)`, relative to themselves.
 */
export function chi2Test(counts: ArrayLike<number>, expected: ArrayLike<number>): number {
  let chi2 = 0;
  for (let i = 0; i < counts.length; i++) chi2 += (counts[i] - expected[i]) ** 2 / expected[i];
  return chi2 / chi2Threshold(counts.length - 1);
}

/** [1] Relative deviation that chi-squared over so many equal bins finds in n numbers with 99 % power. */
export function chi2Detected(bins: number, n: number): number {
  const [degrees, threshold] = [bins - 1, chi2Threshold(bins - 1)];
  // Chi-squared with noncentrality s has mean degrees + s and variance 2 (degrees + 2 s).
  let s = 0;
  while (degrees + s - 2.326 * Math.sqrt(2 * (degrees + 2 * s)) < threshold) s += 0.1;
  return Math.sqrt(s / n);
}

/** Numbers in each of so many equal bins of [0, 1). */
export function histogram(values: ArrayLike<number>, bins: number): Float64Array {
  const counts = new Float64Array(bins);
  for (let i = 0; i < values.length; i++) counts[Math.min(bins - 1, Math.floor(values[i] * bins))]++;
  return counts;
}

/**
 * Kolmogorov and Smirnov's sqrt(n) D at 4096 steps, over its threshold for ALPHA; above 1 the test fails. Detects a
 * difference of the distribution functions of 3.9 / sqrt(n).
 */
export function ksTest(uniform: ArrayLike<number>): number {
  const counts = histogram(uniform, 4096);
  let [sum, worst] = [0, 0];
  counts.forEach((count, i) => {
    sum += count;
    worst = Math.max(worst, Math.abs(sum / uniform.length - (i + 1) / 4096));
  });
  return worst * Math.sqrt(uniform.length) / Math.sqrt(-Math.log(ALPHA / 2) / 2);
}

/** [standard error] Correlation of uniform numbers with others. Detects a coefficient of DETECTED / sqrt(n). */
export function correlationTest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = Math.min(a.length, b.length);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (a[i] - 0.5) * (b[i] - 0.5);
  return 12 * sum / Math.sqrt(n);
}

/** Names of the tests of uniform numbers that fail, with their statistic. */
export function failures(uniform: Float64Array): string[] {
  const n = uniform.length;
  const found: string[] = [];
  const check = (name: string, over: number) => over > 1 && found.push(`${name} ${over.toFixed(2)}`);
  check("mean", Math.abs(meanTest(uniform, 1 / 2, 1 / 12)) / THRESHOLD);
  const squares = uniform.map((u) => (u - 0.5) ** 2);
  check("variance", Math.abs(meanTest(squares, 1 / 12, 1 / 180)) / THRESHOLD);
  check("chi2", chi2Test(histogram(uniform, 128), new Float64Array(128).fill(n / 128)));
  check("ks", ksTest(uniform));
  for (const lag of [1, 2, 3, 4, 16, 512]) {
    check(`lag ${lag}`, Math.abs(correlationTest(uniform, uniform.subarray(lag))) / THRESHOLD);
  }
  // Pairs of neighbours in 16 x 16 cells.
  const cells = new Float64Array(256);
  for (let i = 0; i + 1 < n; i += 2) cells[16 * Math.floor(16 * uniform[i]) + Math.floor(16 * uniform[i + 1])]++;
  check("pairs", chi2Test(cells, new Float64Array(256).fill(Math.floor(n / 2) / 256)));
  return found;
}

const EPSILON = Number.EPSILON;

/**
 * Root of `f` between `a` and `b`, where it changes its sign, by Brent's method in the form of `scipy.optimize.brentq`
 * with xtol = rtol = 4 epsilon: inverse quadratic interpolation or the secant, and bisection where those are slow.
 *
 * @throws {Error} never: a pair without a change of sign gives the end where |f| is less.
 */
export function brent(f: (t: number) => number, a: number, b: number): number {
  const tolerance = 4 * EPSILON;
  let [previous, current, block] = [a, b, 0];
  let [fPrevious, fCurrent, fBlock] = [f(a), f(b), 0];
  let [step, lastStep] = [0, 0];
  if (fPrevious === 0) return a;
  if (fCurrent === 0) return b;
  if (Math.sign(fPrevious) === Math.sign(fCurrent)) return Math.abs(fPrevious) < Math.abs(fCurrent) ? a : b;
  for (let i = 0; i < 100; i++) {
    if (fPrevious !== 0 && fCurrent !== 0 && Math.sign(fPrevious) !== Math.sign(fCurrent)) {
      [block, fBlock] = [previous, fPrevious];
      step = lastStep = current - previous;
    }
    if (Math.abs(fBlock) < Math.abs(fCurrent)) {
      [previous, current, block] = [current, block, current];
      [fPrevious, fCurrent, fBlock] = [fCurrent, fBlock, fCurrent];
    }
    const delta = (tolerance + tolerance * Math.abs(current)) / 2;
    const half = (block - current) / 2;
    if (fCurrent === 0 || Math.abs(half) < delta) return current;
    if (Math.abs(lastStep) > delta && Math.abs(fCurrent) < Math.abs(fPrevious)) {
      let trial: number;
      if (previous === block) {
        trial = -fCurrent * (current - previous) / (fCurrent - fPrevious);
      } else {
        const toPrevious = (fPrevious - fCurrent) / (previous - current);
        const toBlock = (fBlock - fCurrent) / (block - current);
        trial = -fCurrent * (fBlock * toBlock - fPrevious * toPrevious) / (toBlock * toPrevious * (fBlock - fPrevious));
      }
      if (2 * Math.abs(trial) < Math.min(Math.abs(lastStep), 3 * Math.abs(half) - delta)) {
        lastStep = step;
        step = trial;
      } else {
        lastStep = step = half;
      }
    } else {
      lastStep = step = half;
    }
    [previous, fPrevious] = [current, fCurrent];
    current += Math.abs(step) > delta ? step : half > 0 ? delta : -delta;
    fCurrent = f(current);
  }
  return current;
}

/** Value and slope of a function along a line. */
export interface OnLine {
  value: number;
  slope: number;
}

/** Sufficient decrease, and how much smaller the slope must become (Nocedal & Wright 2006, section 3.1). */
const DECREASE = 1e-4;
const CURVATURE = 0.9;
const MOST = 30;

type Point = OnLine & { t: number };

/** The minimum of the cubic through two points with their slopes, kept off the ends; the middle if it has none. */
function between(a: Point, b: Point): number {
  const d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  const [low, high] = a.t < b.t ? [a.t, b.t] : [b.t, a.t];
  const middle = 0.5 * (low + high);
  if (!(square >= 0)) return middle;
  const d2 = (b.t > a.t ? 1 : -1) * Math.sqrt(square);
  const t = b.t - (b.t - a.t) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
  const margin = 0.1 * (high - low);
  return t >= low + margin && t <= high - margin ? t : middle;
}

/**
 * A step along a line of descent that meets the strong conditions of Wolfe (Nocedal & Wright 2006, algorithms 3.5 and 3.6),
 * or where that cannot be had, one with sufficient decrease; `undefined` if there is none. The last call of `at` is for the
 * step that is returned.
 */
export function searchLine(
  value: number,
  slope: number,
  length: number,
  at: (t: number) => OnLine,
): Point | undefined {
  const enough = (p: Point) => p.value <= value + DECREASE * p.t * slope;
  const flat = (p: Point) => Math.abs(p.slope) <= -CURVATURE * slope;
  let low: Point = { t: 0, value, slope };
  let high: Point | undefined;
  let last = low;
  if (!(slope < 0)) return undefined;
  for (let i = 0, t = length; i < MOST; i++) {
    const p = last = { t, ...at(t) };
    // NaN counts as too far.
    if (!(enough(p) && p.value < low.value)) high = p;
    else if (flat(p)) return p;
    else {
      if (high ? p.slope * (high.t - low.t) >= 0 : p.slope >= 0) high = low;
      low = p;
    }
    if (high && Math.abs(high.t - low.t) <= 1e-12 * Math.abs(low.t || length)) break;
    t = !high ? 2 * t : Number.isFinite(high.value + high.slope) ? between(low, high) : 0.5 * (low.t + high.t);
  }
  if (low.t === 0) return undefined;
  return last.t === low.t ? low : { t: low.t, ...at(low.t) };
}

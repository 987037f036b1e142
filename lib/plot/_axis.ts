import { DomainError, type Json } from "../base/mod.ts";

/** An object that JSON can hold. */
export type JsonObject = { readonly [member: string]: Json };

/** How values are spread over an axis. */
export type AxisScale = "linear" | "log";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A whole number in superscript digits: -12 is "⁻¹²". */
export function superscript(n: number): string {
  return String(n).replace("-", "⁻").replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]);
}

function plain(multiple: number, exponent: number): string {
  if (exponent >= -3 && exponent <= 3) return String(Number(`${multiple}e${exponent}`));
  return multiple === 1 ? `10${superscript(exponent)}` : `${multiple}×10${superscript(exponent)}`;
}

/** Multiples of 1, 2 or 5 times a power of ten inside of the limits, four to ten of them. */
function roundTicks(low: number, high: number): number[] {
  const exponent = Math.floor(Math.log10((high - low) / 4));
  const step = [1, 2, 5, 10].findLast((factor) => Number(`${factor}e${exponent}`) * 4 <= high - low) ?? 1;
  const unit = Number(`${step}e${exponent}`);
  const first = Math.ceil(low / unit - 1e-9);
  const last = Math.floor(high / unit + 1e-9);
  // Multiples are whole numbers times a power of ten read as text: 0.3, not 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(`${(first + i) * step}e${exponent}`));
}

/** Log axis over a small range: round numbers written out. */
function narrowLogAxis(low: number, high: number): JsonObject {
  return { values: roundTicks(low, high), format: ".6~g", labelOverlap: true };
}

/**
 * Log axis with ticks at 1, 2, ... 9 of each decade. Labels are 10ⁿ, or 0.1 0.2 0.5 1 where there are less than two
 * decades to label.
 */
function logAxis([low, high]: readonly [number, number]): JsonObject {
  if (high / low < 6) return narrowLogAxis(low, high);
  const first = Math.floor(Math.log10(low));
  const exponents = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i);
  const isInside = (value: number) => value >= low && value <= high;
  const decades = exponents.filter((exponent) => isInside(Number(`1e${exponent}`)));
  const stride = Math.ceil(decades.length / 8);
  const values: number[] = [];
  const labels: Record<string, string> = {};
  for (const exponent of exponents) {
    for (let multiple = 1; multiple <= (stride > 1 ? 1 : 9); multiple++) {
      const value = Number(`${multiple}e${exponent}`);
      if (!isInside(value)) continue;
      values.push(value);
      if (decades.length < 2) {
        if ([1, 2, 5].includes(multiple)) labels[value.toExponential(0)] = plain(multiple, exponent);
      } else if (multiple === 1 && exponent % stride === 0) {
        labels[value.toExponential(0)] = `10${superscript(exponent)}`;
      }
    }
  }
  const isDecade = "test(/^1e/, format(datum.value, '.0e'))";
  return {
    values,
    labelExpr: `(${JSON.stringify(labels)})[format(datum.value, '.0e')] || ''`,
    labelOverlap: false,
    tickSize: { condition: { test: isDecade, value: 6 }, value: 3 },
    gridOpacity: { condition: { test: isDecade, value: 1 }, value: 0 },
  };
}

/** Axis with some five ticks; very large and very small values are written as 2×10¹³. */
function linearAxis([low, high]: readonly [number, number]): JsonObject {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (largest === 0 || (largest < 1e5 && largest >= 1e-2)) return { tickCount: 6 };
  const top = Math.floor(Math.log10(largest));
  const powers = Object.fromEntries(
    Array.from({ length: 5 }, (_, i) => top - i).map((e) => [`${e < 0 ? "-" : "+"}${Math.abs(e)}`, superscript(e)]),
  );
  const parts = "split(format(datum.value, '.3~e'), 'e')";
  return {
    tickCount: 5,
    labelExpr: `datum.value == 0 ? '0' : ${parts}[0] + '×10' + (${JSON.stringify(powers)})[${parts}[1]]`,
  };
}

/** A position channel: field, fixed domain, title, ticks of the scale's kind. */
export function channel(
  field: string,
  title: string | null,
  scale: AxisScale,
  domain: readonly [number, number],
  axis: JsonObject = {},
): JsonObject {
  return {
    field,
    type: "quantitative",
    scale: { type: scale, domain, nice: false, clamp: true, ...(scale === "log" ? {} : { zero: false }) },
    axis: { title, labelFlush: false, ...(scale === "log" ? logAxis(domain) : linearAxis(domain)), ...axis },
  };
}

/** Smallest and largest of the finite values; errors name the operation and what the values are. */
export function limitsOf(
  operation: string,
  what: string,
  values: ArrayLike<number>,
  scale: AxisScale,
): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) {
    throw new DomainError(`Cannot ${operation}: ${what} holds no finite value`, "at least one finite value", "none");
  }
  if (scale === "log" && low <= 0) {
    throw new DomainError(
      `Cannot ${operation}: ${what} goes down to ${low}, and a log scale needs values above 0; use a linear scale`,
      "above 0",
      String(low),
    );
  }
  return [low, high];
}

/** Limits with some room at both ends, so that no point sits on the frame. */
export function padded([low, high]: readonly [number, number], scale: AxisScale): [number, number] {
  if (scale === "log") {
    const room = low === high ? 2 : (high / low) ** 0.04;
    return [low / room, high * room];
  }
  const room = low === high ? Math.abs(low) / 2 || 1 : 0.05 * (high - low);
  return [low - room, high + room];
}

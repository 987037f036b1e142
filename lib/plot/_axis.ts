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

/** Axis with ticks at 1, 2, ... 9 of each decade: labels 10ⁿ, or 0.1 0.2 0.5 1 where the axis spans less than two decades. */
function logAxis([low, high]: readonly [number, number]): JsonObject {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const isInside = (multiple: number, exponent: number) => {
    const value = Number(`${multiple}e${exponent}`);
    return value >= low && value <= high;
  };
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const decades = exponents.filter((exponent) => isInside(1, exponent));
  const stride = Math.ceil(decades.length / 8);
  const values: number[] = [];
  const labels: Record<string, string> = {};
  for (const exponent of exponents) {
    for (let multiple = 1; multiple <= 9; multiple++) {
      if (!isInside(multiple, exponent) || (stride > 1 && multiple > 1)) continue;
      const value = Number(`${multiple}e${exponent}`);
      values.push(value);
      const key = value.toExponential(0);
      if (decades.length >= 2) {
        if (multiple === 1 && exponent % stride === 0) labels[key] = `10${superscript(exponent)}`;
      } else if ([1, 2, 5].includes(multiple) || high / low < 4) labels[key] = plain(multiple, exponent);
    }
  }
  const isDecade = "test(/^1e/, format(datum.value, '.0e'))";
  return {
    values,
    labelExpr: `(${JSON.stringify(labels)})[format(datum.value, '.0e')] || ''`,
    labelOverlap: false,
    tickSize: { condition: { test: isDecade, value: 6 }, value: 3 },
    grid: true,
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
  values: Iterable<number>,
  scale: AxisScale,
): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
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

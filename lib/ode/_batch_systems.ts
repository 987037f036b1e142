import { NdArray } from "../array/mod.ts";
import { checkInteger, DomainError, ShapeError } from "../base/mod.ts";
import { checkNumbers } from "./_check.ts";
import type { BatchSystems, LinearSystems, PerSystem, ReactionSystems, Table } from "./batch_types.ts";

/** Tables as kernels take them. */
export interface Tables {
  knots: Float64Array;
  values: Float64Array;
}

/** Systems as kernels take them. */
export type Packed =
  | { kind: "named"; number: number; parameters: Float64Array }
  | { kind: "linear"; decay: Tables; source: Tables; factor: Tables }
  | { kind: "reactions"; count: number; orders: Uint32Array; net: Float64Array; rates: Float64Array };

/** Number of each kind with a few parameters, their names and defaults; the same list as in the kernels. */
const NAMED = {
  growth: { number: 0, parameters: { matter: undefined, darkEnergy: undefined, w0: -1, wa: 0 } },
  robertson: { number: 1, parameters: { k1: 0.04, k2: 3e7, k3: 1e4 } },
  lotkaVolterra: { number: 2, parameters: { a: undefined, b: undefined, c: undefined, d: undefined } },
  vanDerPol: { number: 3, parameters: { mu: undefined } },
} as const;

/** Components of a system of a kind. */
export function componentsOf(systems: BatchSystems): number {
  switch (systems?.name) {
    case "linear":
      return 1;
    case "growth": {
      const { order = 1 } = systems;
      if (order === 1 || order === 2) return 2 * order;
      throw new DomainError(`Cannot solve: order must be 1 or 2, got ${order}`, "1 or 2", String(order));
    }
    case "robertson":
      return 3;
    case "lotkaVolterra":
    case "vanDerPol":
      return 2;
    case "reactions":
      return species(systems);
  }
  const rule = `one of ${[...Object.keys(NAMED), "linear", "reactions"].map((n) => `"${n}"`).join(", ")}`;
  const got = String((systems as { name?: unknown })?.name);
  throw new DomainError(`Cannot solve: the name of the systems must be ${rule}, got "${got}"`, rule, got);
}

/** Checks the parameters of `count` systems, and packs them. */
export function pack(systems: BatchSystems, count: number): Packed {
  if (systems.name === "linear") return packLinear(systems, count);
  if (systems.name === "reactions") return packReactions(systems, count);
  const { number, parameters } = NAMED[systems.name];
  const given = systems as unknown as Record<string, PerSystem | undefined>;
  const columns = Object.entries(parameters).map(([name, byDefault]): [string, PerSystem] => {
    const value = given[name] ?? byDefault;
    if (value === undefined) throw new TypeError(`Cannot solve: systems of "${systems.name}" need "${name}"`);
    return [name, value];
  });
  return { kind: "named", number, parameters: rows(columns, count) };
}

/** `[system, column]`, or `[column]` if all are the same for all systems. */
function rows(columns: [string, PerSystem][], count: number): Float64Array {
  const checked = columns.map(([name, column]) => {
    if (typeof column === "number") return checkNumbers([column], name);
    const numbers = checkNumbers(column, name);
    if (numbers.length !== count) {
      const text = `Cannot solve: ${name} must be one number, or one for each of the ${count} systems`;
      throw new ShapeError(`${text}, got ${numbers.length}`, `[${count}]`, `[${numbers.length}]`);
    }
    return numbers;
  });
  const k = columns.length;
  if (columns.every(([, column]) => typeof column === "number")) return Float64Array.from(checked, ([v]) => v);
  const all = new Float64Array(count * k);
  checked.forEach((column, j) => {
    for (let i = 0; i < count; i++) all[i * k + j] = column[column.length === 1 ? 0 : i];
  });
  return all;
}

function packLinear({ decay, source, factor = 1 }: LinearSystems, count: number): Packed {
  const [a, s, g] = Object.entries({ decay, source, factor }).map(([name, table]) => packTable(table, name, count));
  return { kind: "linear", decay: a, source: s, factor: g };
}

function packTable(table: Table | number, name: string, count: number): Tables {
  if (typeof table === "number") return { knots: new Float64Array(1), values: checkNumbers([table], name) };
  if (typeof table !== "object" || table === null) {
    throw new TypeError(`Cannot solve: ${name} must be a number or a table { t, values }, got ${table}`);
  }
  const knots = checkNumbers(table.t, `${name}.t`);
  const fall = knots.findIndex((t, i) => i > 0 && t <= knots[i - 1]);
  if (fall > 0 || knots.length === 0) {
    const got = fall > 0 ? `${knots[fall - 1]}, then ${knots[fall]}` : "none";
    throw new DomainError(`Cannot solve: ${name}.t must be strictly rising knots, got ${got}`, "strictly rising", got);
  }
  const shape = table.values instanceof NdArray ? table.values.shape : [table.values.length];
  const values = checkNumbers(table.values instanceof NdArray ? table.values.data : table.values, `${name}.values`);
  const each = shape.length === 2 && shape[0] === count && shape[1] === knots.length;
  if (!each && !(shape.length === 1 && shape[0] === knots.length)) {
    const expected = `[${knots.length}] or [${count}, ${knots.length}]`;
    const text = `Cannot solve: ${name}.values must have shape ${expected}, got [${shape.join(", ")}]`;
    throw new ShapeError(text, expected, `[${shape.join(", ")}]`);
  }
  return { knots, values };
}

function species({ orders, net, rates }: ReactionSystems): number {
  const n = orders?.[0]?.length;
  if (!(n > 0)) throw new ShapeError("Cannot solve: orders must be [reaction][species], got none", "[r][n]", "none");
  if (net.length !== orders.length || rates.length !== orders.length) {
    const got = `${orders.length}, ${net.length} and ${rates.length}`;
    throw new ShapeError(
      `Cannot solve: orders, net and rates need a row for each reaction, got ${got}`,
      "as many",
      got,
    );
  }
  for (const [name, matrix] of [["orders", orders], ["net", net]] as const) {
    for (let r = 0; r < matrix.length; r++) {
      if (matrix[r].length === n) continue;
      const text = `Cannot solve: ${name}[${r}] must have ${n} species as orders[0] has, got ${matrix[r].length}`;
      throw new ShapeError(text, `[${n}]`, `[${matrix[r].length}]`);
    }
  }
  return n;
}

function packReactions({ orders, net, rates }: ReactionSystems, count: number): Packed {
  const n = orders[0].length;
  const reactions = orders.length;
  const flatOrders = new Uint32Array(reactions * n);
  const flatNet = new Float64Array(reactions * n);
  for (let r = 0; r < reactions; r++) {
    for (let j = 0; j < n; j++) flatOrders[r * n + j] = checkInteger(orders[r][j], `orders[${r}][${j}]`);
    flatNet.set(checkNumbers(net[r], `net[${r}]`), r * n);
  }
  const columns = Array.from(rates, (rate, r): [string, PerSystem] => [`rates[${r}]`, rate]);
  return { kind: "reactions", count: reactions, orders: flatOrders, net: flatNet, rates: rows(columns, count) };
}

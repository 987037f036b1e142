/**
 * From a checked configuration to what the steps are told.
 *
 * @module
 */
import type { Json } from "../../lib/base/mod.ts";
import type { Value, Values } from "../../lib/config/mod.ts";
import { type IfuSettings, type Instrument, instrumentOf, settingsOf, telescopeOf } from "../../lib/ifu/mod.ts";
import type { Config } from "../registry.ts";

/** What a configuration asks for; what cannot be is refused. */
export async function planOf({ values, source }: Config): Promise<IfuSettings> {
  const settings = await settingsOf(values, source);
  telescopeOf(settings);
  return settings;
}

/** The instrument with perfect templates, to know sizes before a run; the kernels are loaded for it. */
export async function plannedInstrument(settings: IfuSettings, threads: number): Promise<Instrument> {
  const { ready } = await import("../../lib/kernel/mod.ts");
  await ready({ threads });
  return instrumentOf(settings);
}

/** Values of some tables that decide a result, as JSON, without keys that inputs stand for or that decide nothing. */
export function valuesOf(values: Values, tables: readonly string[], without: readonly string[] = []): Json {
  const kept = (table: string) =>
    Object.entries(values[table]).filter(([key]) => !without.includes(`${table}.${key}`)) as [string, Value][];
  return Object.fromEntries(tables.map((table) => [table, Object.fromEntries(kept(table))])) as unknown as Json;
}

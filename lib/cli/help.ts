import { type Parameter, ruleOf, type Value } from "../config/mod.ts";
import type { Option } from "./options.ts";

/** Breaks text into lines of at most `width` characters, all but the first indented. */
function wrapped(text: string, width: number, indent: number): string {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join(`\n${" ".repeat(indent)}`);
}

/** Two columns: names, and what they mean. */
export function columns(rows: readonly (readonly [string, string])[], width = 100): string {
  const left = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows.map(([name, text]) => `  ${name.padEnd(left - 2)}${wrapped(text, width - left, left)}`).join("\n");
}

/** Help for options: one row each. */
export function optionsHelp(table: readonly Option[]): string {
  return columns(table.map(({ name, short, value, description }) => [
    `${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`,
    description,
  ]));
}

function defaultText(value: Value | undefined): string {
  if (value === undefined) return "required";
  if (typeof value === "number") {
    const [plain, exponent] = [String(value), value.toExponential().replace("+", "")];
    return `default ${exponent.length < plain.length ? exponent : plain}`;
  }
  return value === null ? "optional" : `default ${JSON.stringify(value)}`;
}

/** Help for the parameters of a pipeline: unit, rule, default and meaning of each key, by group. */
export function parametersHelp(table: readonly Parameter[]): string {
  const groups = [...new Set(table.map(({ group }) => group))];
  return groups.map((group) => {
    const rows = table.filter((row) => row.group === group).map((row): [string, string] => {
      const unit = row.unit === undefined ? "" : ` [${row.unit}]`;
      const rule = row.unused === undefined ? `${ruleOf(row)}; ${defaultText(row.default)}` : "changes nothing";
      return [`${row.key}${unit}`, `${row.description} (${rule})`];
    });
    // Keys outside of tables stand before all tables.
    return group === "" ? columns(rows) : `[${group}]\n${columns(rows)}`;
  }).join("\n\n");
}

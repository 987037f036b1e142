/** What figures say, for their tests. */
import assert from "node:assert/strict";
import { isToolkitError } from "../../lib/base/mod.ts";

/** Texts of an SVG in order. */
export const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

/** Checks that all of `wanted` are among the texts. */
export function assertTexts(svg: string, wanted: string[]) {
  const found = texts(svg);
  for (const text of wanted) assert.ok(found.includes(text), `"${text}" is not among ${JSON.stringify(found)}`);
}

/** Whether a caught value is a `DomainError` with such a message. */
export const domainError = (text: RegExp) => (error: unknown) =>
  isToolkitError(error, "DomainError") && text.test((error as Error).message);

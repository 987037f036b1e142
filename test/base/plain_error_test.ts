import assert from "node:assert/strict";
import { errorFrom, FormatError, InputError, isToolkitError, plainError } from "../../lib/base/mod.ts";

const sent = (thrown: unknown, place?: string): Error =>
  errorFrom(JSON.parse(JSON.stringify(plainError(thrown))), place);

Deno.test("errorFrom() gives what plainError() told of: class, message, fields and stack, also through JSON", () => {
  const input = new InputError("Cannot use run.toml: it is empty", "run.toml", "[input]");
  const error = sent(input);
  assert.ok(error instanceof InputError && isToolkitError(error, "InputError"));
  assert.deepEqual([error.message, error.source, error.key], [input.message, "run.toml", "[input]"]);
  assert.equal(error.stack, input.stack);
  const format = sent(new FormatError("Cannot read a.h5: no masses", "a.h5", "masses"));
  assert.ok(format instanceof FormatError && format instanceof SyntaxError);
  assert.equal(format.name, "FormatError");
  for (const type of [Error, RangeError, TypeError, Deno.errors.NotFound, Deno.errors.NotCapable]) {
    const thrown = sent(new type("not there"));
    assert.ok(thrown instanceof type);
    assert.deepEqual([thrown.name, thrown.message], [type.name, "not there"]);
  }
});

Deno.test("errorFrom() names the place, except of an interruption, and takes anything that was thrown", () => {
  assert.equal(sent(new Error("no room"), "on rank 2").message, "no room (on rank 2)");
  const stop = sent(new DOMException("Interrupted", "AbortError"), "on rank 2");
  assert.ok(stop instanceof DOMException);
  assert.deepEqual([stop.name, stop.message], ["AbortError", "Interrupted"]);
  assert.equal(sent("a text").message, "a text");
  const own = sent(Object.assign(new Error("full"), { name: "Uint8Array", code: "ENOSPC" }));
  assert.ok(!((own as unknown) instanceof Uint8Array));
  assert.deepEqual([own.name, (own as Error & { code: string }).code], ["Uint8Array", "ENOSPC"]);
});

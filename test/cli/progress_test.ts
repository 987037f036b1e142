import assert from "node:assert/strict";
import { CacheError, FormatError, InputError, MemoryError } from "../../lib/base/mod.ts";
import { failureOf, Progress, secondsText, stackOf } from "../../lib/cli/mod.ts";

Deno.test("Progress draws a bar with the time left on a terminal", async () => {
  let text = "";
  const progress = new Progress({ columns: 60, write: (more) => void (text += more) });
  progress.start();
  await new Promise((resolve) => setTimeout(resolve, 20));
  progress.update(0.25, "paint", "cube_z9.h5");
  assert.ok(text.startsWith("\r\x1b[K"));
  assert.match(text.slice(4), /^paint \[#{5} {15}\] 25% cube_z9\.h5 [\d.]+ s left$/);
  text = "";
  progress.line("paint: done");
  assert.equal(text, "\r\x1b[Kpaint: done\n");
  text = "";
  progress.update(0.5, "paint", "a file with a name that does not fit into the line of the terminal");
  assert.equal(text.slice("\r\x1b[K".length).length, 59);
});

Deno.test("Progress writes lines without control characters elsewhere", () => {
  let text = "";
  const progress = new Progress({ columns: 0, write: (more) => void (text += more) });
  progress.start();
  progress.update(0.5, "paint", "cube");
  progress.line("paint: cube (1 of 2)");
  progress.clear();
  assert.equal(text, "paint: cube (1 of 2)\n");
});

Deno.test("secondsText() reads well from milliseconds to hours", () => {
  const shown = [0, 0.034, 0.996, 3.14159, 9.97, 42.4, 119.6, 185, 7325].map(secondsText);
  assert.deepEqual(shown, [
    ...["0.00 s", "0.03 s", "1.0 s", "3.1 s", "10 s", "42 s"],
    ...["2 min 00 s", "3 min 05 s", "2 h 02 min"],
  ]);
});

Deno.test("failureOf() tells wrong input from failures inside, in one line", () => {
  const cases: [unknown, number, string, string][] = [
    [new InputError("Cannot use a.toml: no", "a.toml", "k"), 2, "InputError", "Cannot use a.toml: no"],
    [
      new FormatError("Cannot read a.h5:\n  it is cut off", "a.h5", "/x"),
      2,
      "FormatError",
      "Cannot read a.h5: it is cut off",
    ],
    [new Deno.errors.NotCapable("Requires write access"), 2, "NotCapable", "Requires write access"],
    [new DOMException("Interrupted", "AbortError"), 130, "Interrupted", "Interrupted"],
    [new MemoryError("Cannot allocate", 1, 0), 1, "MemoryError", "Cannot allocate"],
    [new CacheError("Cannot use the result", "k", "p"), 1, "CacheError", "Cannot use the result"],
    [new RangeError("Invalid array length"), 1, "RangeError", "RangeError: Invalid array length"],
    ["a text", 1, "Error", "Error: a text"],
  ];
  for (const [error, exitCode, code, message] of cases) {
    const failure = failureOf(error);
    assert.deepEqual([failure.exitCode, failure.code, failure.message], [exitCode, code, message]);
  }
  const { source, key } = failureOf(cases[1][0]);
  assert.deepEqual([source, key], ["a.h5", "/x"]);
});

Deno.test("stackOf() includes the causes", () => {
  const text = stackOf(new Error("outer", { cause: new TypeError("inner") }));
  assert.match(text, /^Error: outer\n +at [\s\S]+\ncaused by: TypeError: inner\n +at /);
});

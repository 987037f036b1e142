/**
 * A function that kernels call: it gets a number and an array, and fills another. The arrays are the registration's own,
 * used again at each call.
 */
export type HostFunction = (x: number, input: Float64Array, output: Float64Array) => void;

interface Registered {
  readonly body: HostFunction;
  readonly input: Float64Array;
  readonly output: Float64Array;
  thrown?: { error: unknown };
}

const registered = new Map<number, Registered>();
let next = 0;

/**
 * Gives kernels a function to call while `body` runs; `body` gets the function's number. What the function throws goes
 * through the kernel as a failure, and is thrown again, the same value, when `body` has ended in whatever way. The
 * function may call kernels itself, and register others.
 *
 * @param call What kernels call.
 * @param inputs [1] Length of its input.
 * @param outputs [1] Length of its output.
 * @param body Runs the kernels.
 */
export function withHost<T>(call: HostFunction, inputs: number, outputs: number, body: (id: number) => T): T {
  const entry: Registered = { body: call, input: new Float64Array(inputs), output: new Float64Array(outputs) };
  const id = next;
  // Numbers are used again only after 2^32 registrations, far more than can be open at once.
  next = (next + 1) >>> 0;
  registered.set(id, entry);
  try {
    const result = body(id);
    if (!entry.thrown) return result;
  } catch (error) {
    if (!entry.thrown) throw error;
  } finally {
    registered.delete(id);
  }
  throw entry.thrown.error;
}

/** What the binary imports: `host_call` of `kernels/abi/src/host.rs`, over the given memory. */
export function hostImport(
  memory: WebAssembly.Memory,
): (id: number, x: number, input: number, output: number) => number {
  let numbers = new Float64Array(memory.buffer);
  return (id, x, input, output) => {
    const entry = registered.get(id >>> 0);
    if (!entry || entry.thrown) return 1;
    // The buffer is replaced when the memory grows.
    if (numbers.buffer !== memory.buffer) numbers = new Float64Array(memory.buffer);
    const from = (input >>> 0) / 8;
    const to = (output >>> 0) / 8;
    for (let i = 0; i < entry.input.length; i++) entry.input[i] = numbers[from + i];
    try {
      entry.body(x, entry.input, entry.output);
    } catch (error) {
      entry.thrown = { error };
      return 1;
    }
    if (numbers.buffer !== memory.buffer) numbers = new Float64Array(memory.buffer);
    for (let i = 0; i < entry.output.length; i++) numbers[to + i] = entry.output[i];
    return 0;
  };
}

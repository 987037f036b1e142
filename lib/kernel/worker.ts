/** What a worker is sent when it starts. */
export interface WorkerStart {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  index: number;
  stackBytes: number;
}

/**
 * Makes an instance of the binary over the shared memory, with a stack and thread-local storage of its own.
 *
 * The imports are read from the module: the memory, the function by which kernels call the host, and the filling of the
 * table of external references, which no exported function of ours uses. A worker has no `host`; there the call fails.
 */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  stackBytes: number,
  host: WebAssembly.ImportValue = () => 1,
): WebAssembly.Exports {
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = kind === "memory" ? memory : from === "host" ? host : () => {};
  }
  const { exports } = new WebAssembly.Instance(module, imports);
  (exports.__wbindgen_start as (stackBytes: number) => void)(stackBytes);
  return exports;
}

/** Body of a worker. Its text and that of `instantiate` are the worker's whole program, so it uses nothing else. */
function serve(): void {
  // deno-lint-ignore no-explicit-any
  const scope = globalThis as any;
  scope.onmessage = ({ data }: { data: WorkerStart }) => {
    const exports = instantiate(data.module, data.memory, data.stackBytes);
    try {
      (exports.pool_worker_loop as (index: number) => void)(data.index);
      (exports.__wbindgen_thread_destroy as () => void)();
    } catch {
      (exports.pool_worker_failed as (index: number) => void)(data.index);
    }
    scope.close();
  };
}

/**
 * Starts a worker. It runs from a Blob: that needs no permission and no network, from a file, a URL or a notebook.
 */
export function startWorker(start: WorkerStart): void {
  const text = `const instantiate = ${instantiate};\n(${serve})();`;
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module", name: `cosmesh-${start.index + 1}` });
  URL.revokeObjectURL(url);
  worker.onerror = (event) => event.preventDefault();
  worker.postMessage(start);
}

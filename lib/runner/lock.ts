import { exists } from "./disk.ts";

/** Options of `lock`. */
export interface LockOptions {
  /** Whether others may have it too, if they share it as well. */
  shared?: boolean;
  /** Called once if another program has it, with the number of its process. */
  onWait?: (pid: number) => void;
  /** Ends the waiting, with the signal's reason as the error. */
  signal?: AbortSignal;
}

/** Takes a lock on a file, made if need be. The system drops it when the program ends in any way. */
export async function lock(path: string, { shared = false, onWait, signal }: LockOptions = {}): Promise<Disposable> {
  for (;;) {
    const file = await Deno.open(path, { read: true, write: true, create: true });
    if (!await file.tryLock(!shared) && !await soon(() => file.tryLock(!shared))) {
      onWait?.(Number(await Deno.readTextFile(path)) || 0);
      // An aborted wait goes on in the system until the program ends, so the file stays open.
      await Promise.race([file.lock(!shared), aborted(signal)]);
    }
    // `cleanStore` removes lock files: one that is no longer the file at the path keeps nobody out.
    if (await exists(path) && (await Deno.stat(path)).ino === (await file.stat()).ino) {
      if (!shared) {
        await file.truncate(0);
        await file.write(new TextEncoder().encode(String(Deno.pid)));
      }
      return { [Symbol.dispose]: () => file.close() };
    }
    file.close();
  }
}

/** As `lock` if nobody has it. */
export async function tryLock(path: string): Promise<Disposable | undefined> {
  const file = await Deno.open(path, { read: true, write: true, create: true });
  if (await file.tryLock(true)) return { [Symbol.dispose]: () => file.close() };
  file.close();
}

/** Tries again for a tenth of a second: the other may need no longer, and will have written its number then. */
async function soon(attempt: () => Promise<boolean>): Promise<boolean> {
  for (let i = 0; i < 10; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (await attempt()) return true;
  }
  return false;
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
}

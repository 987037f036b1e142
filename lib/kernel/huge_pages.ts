const LIBC = "libc.so.6";
/** MADV_HUGEPAGE (Linux, include/uapi/asm-generic/mman-common.h). */
const HUGE_PAGES = 14;

/**
 * Asks Linux for pages of 2 MiB instead of 4 kiB under memory that is not in use yet: large messages of MPI and kernels
 * that walk over large arrays then spend less time on finding addresses. It is an advice: without the permission
 * `--allow-ffi`, on other systems, and where such pages are switched off, all works as without it.
 */
export function adviseHugePages(buffer: ArrayBufferLike, bytes: number): void {
  if (Deno.build.os !== "linux") return;
  if (Deno.permissions.querySync({ name: "ffi", path: LIBC }).state !== "granted") return;
  const madvise = { parameters: ["pointer", "usize", "i32"], result: "i32" } as const;
  try {
    const libc = Deno.dlopen(LIBC, { madvise });
    libc.symbols.madvise(Deno.UnsafePointer.of(new Uint8Array(buffer)), BigInt(bytes), HUGE_PAGES);
    libc.close();
  } catch {
    // A libc of another name.
  }
}

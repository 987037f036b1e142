/** What a function returns or throws. */
export function attempt<T>(run: () => T): { value?: T; error?: Error } {
  try {
    return { value: run() };
  } catch (error) {
    return { error: error as Error };
  }
}

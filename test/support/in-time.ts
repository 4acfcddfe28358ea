/** What the work resolves to, or an error that says what did not happen: a test that waits for ever tells nobody why. */
export async function inTime<T>(what: string, work: PromiseLike<T>, givenUpMs = 30_000): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`Not within ${givenUpMs / 1000} s: ${what}.`)), givenUpMs)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

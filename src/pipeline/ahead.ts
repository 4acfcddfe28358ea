/**
 * Asks `source` for up to `depth` values before they are wanted, so that it works while its reader does. Order
 * is kept. Values that were asked for and never read are disposed.
 */
export async function* ahead<T extends Disposable>(source: AsyncGenerator<T>, depth: number): AsyncGenerator<T> {
  const asked: Promise<IteratorResult<T>>[] = []
  try {
    while (true) {
      while (asked.length < depth) {
        const next = source.next()
        next.catch(() => undefined) // Reported when its turn comes.
        asked.push(next)
      }
      const { done, value } = await asked.shift()!
      if (done) return
      yield value
    }
  } finally {
    for (const result of await Promise.allSettled(asked)) {
      if (result.status === 'fulfilled' && !result.value.done) result.value.value[Symbol.dispose]()
    }
    await source.return(undefined)
  }
}

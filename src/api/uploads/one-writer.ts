import type { Locker } from '@tus/server'

interface Held {
  /** Asks whoever holds it to let go. */
  readonly release: () => unknown
  readonly free: Promise<void>
}

/**
 * One request at a time for each upload: who comes next asks the one before, whose connection may be dead and not know it,
 * to let go, and waits until it has. Within this process: all of an upload goes to one server.
 */
export class OneWriter implements Locker {
  readonly #held = new Map<string, Held>()
  readonly #waitMs: number

  /** @param waitMs how long is waited for the one before */
  constructor(waitMs: number) {
    this.#waitMs = waitMs
  }

  newLock(id: string) {
    const freed = Promise.withResolvers<void>()
    return {
      lock: async (signal: AbortSignal, release: () => unknown): Promise<void> => {
        const late = AbortSignal.any([signal, AbortSignal.timeout(this.#waitMs)])
        for (let before = this.#held.get(id); before; before = this.#held.get(id)) {
          before.release()
          if (!(await inTime(before.free, late))) throw inUse
        }
        this.#held.set(id, { release, free: freed.promise })
      },
      unlock: async (): Promise<void> => {
        this.#held.delete(id)
        freed.resolve()
      }
    }
  }
}

/** As tus wants its errors. 423: try again. */
const inUse = { status_code: 423, body: 'Another request sends this upload.' }

async function inTime(free: Promise<void>, late: AbortSignal): Promise<boolean> {
  if (late.aborted) return false
  const over = Promise.withResolvers<false>()
  const stop = () => over.resolve(false)
  late.addEventListener('abort', stop, { once: true })
  const isFree = await Promise.race([free.then(() => true), over.promise])
  late.removeEventListener('abort', stop)
  return isFree
}

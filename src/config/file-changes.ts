import { unwatchFile, watch, watchFile } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { setTimeout as timer } from 'node:timers/promises'
import type { Logger } from '../core/log.ts'

export interface FileChangesOptions {
  readonly signal: AbortSignal
  readonly log: Logger
  /** How soon a change is seen that no event tells of; more often asks a network folder more. 2 s, unless said. */
  readonly lookEveryMs?: number
  /** Resolves `ms` later, or as soon as `signal` is aborted. */
  readonly pause?: typeof pauseUntil | undefined
}

/** Looked at twice, so far apart, and the same: longer than a copy over a slow line stalls, and still soon for who waits for it. */
const restMs = 500

/** What is written all the time is read all the same, after 10 s. */
const mostLooks = 20

/**
 * The state of a file (`stampOf`) now, and again whenever it was changed, once it has come to rest: whoever reads it sooner
 * may find half of it. Ends when `signal` is aborted. The file may be missing.
 */
export async function* fileChanges(path: string, options: FileChangesOptions): AsyncGenerator<string> {
  const { signal, log, lookEveryMs = 2000 } = options
  const name = basename(path)
  let changed = Promise.withResolvers<void>()
  const wake = () => changed.resolve()
  // What was read before this was watched may have been changed since.
  wake()
  // Of what a link leads to, of a mounted file and of another machine's folder there are no events here.
  watchFile(path, { interval: lookEveryMs, persistent: false }, wake)
  const isLater = (err: unknown) => log.warn({ err }, 'changes of the settings file are seen a little later')
  try {
    // The folder, as editors put another file in the place of the old one.
    const watcher = watch(dirname(resolve(path)), { signal, persistent: false }, (_event, file) => {
      if (file === null || file === name) wake()
    })
    watcher.on('error', isLater)
  } catch (error) {
    isLater(error)
  }
  const end = () => {
    unwatchFile(path, wake)
    wake()
  }
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  for (;;) {
    await changed.promise
    changed = Promise.withResolvers()
    const stamp = await stampAtRest(path, options)
    if (signal.aborted) return
    yield stamp
  }
}

/** Differs once the file was written, or another one is in its place. */
export async function stampOf(path: string): Promise<string> {
  try {
    const { size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return `${size} ${mtimeNs} ${ctimeNs}`
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

async function stampAtRest(path: string, { signal, pause = pauseUntil }: FileChangesOptions): Promise<string> {
  let stamp = await stampOf(path)
  for (let looks = 0; looks < mostLooks && !signal.aborted; looks++) {
    await pause(restMs, signal)
    const before = stamp
    stamp = await stampOf(path)
    if (stamp === before) break
  }
  return stamp
}

async function pauseUntil(ms: number, signal: AbortSignal): Promise<void> {
  await timer(ms, undefined, { signal }).catch(() => undefined)
}

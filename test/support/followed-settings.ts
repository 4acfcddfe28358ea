import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSettingsFile } from '../../src/config/load-settings.ts'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import { createLog } from '../../src/core/log.ts'
import { ConfiguredStreams, type ConfiguredStreamsOptions } from '../../src/roles/configured-streams.ts'
import { temporaryFolder } from './temporary-folder.ts'

type Changes = ConfiguredStreamsOptions['changes'] & {
  /** Below one that is there; not made. */
  readonly inFolder?: string
}

/** A settings file that is followed, and the streams that were set, each time. */
export async function following(text: string | undefined, demo = false, { inFolder = '.', ...changes }: Changes = {}) {
  const folder = await temporaryFolder()
  const path = join(folder.path, inFolder, 'sightline.yaml')
  if (text !== undefined) await writeFile(path, text)
  let readings = 0
  let whileRead: (() => Promise<void>) | undefined
  const streams = new ConfiguredStreams({
    path,
    async read() {
      const file = await readSettingsFile(path, false)
      await whileRead?.()
      readings++
      return file
    },
    changes,
    environment: { PASSWORD: 'secret' },
    log: createLog('silent'),
    demo
  })
  const stopping = new AbortController()
  const set: (readonly [string, StreamSettings])[][] = []
  const live = { setStreams: async (all: ReadonlyMap<string, StreamSettings>) => void set.push([...all]) }
  return {
    path,
    streams,
    set,
    readings: () => readings,
    /** What somebody else does when the file has been read, and nothing has been made of it yet. */
    whileRead: (act: typeof whileRead) => void (whileRead = act),
    stop: () => stopping.abort(),
    begin: (takeOver?: Parameters<typeof streams.follow>[2]) => streams.follow(live, stopping.signal, takeOver),
    async until(is: () => boolean) {
      const limit = performance.now() + 60_000
      while (!is()) {
        if (performance.now() > limit) throw new Error('the change was not seen within 60 s')
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await folder[Symbol.asyncDispose]()
    }
  }
}

export const names = (set: readonly (readonly [string, unknown])[] | undefined) => set?.map(([name]) => name)

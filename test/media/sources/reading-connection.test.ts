import { ok } from 'node:assert/strict'
import { test } from 'node:test'
import { type Reading, ReadingConnection } from '../../../src/media/sources/reading-connection.ts'
import type { AccessUnit } from '../../../src/media/sources/source.ts'

test('RC1 a source gone mad is read no faster than any camera sends, and has to wait', async () => {
  const format = { codec: 'mjpeg', parameterSets: Buffer.alloc(0) } as const
  async function* flood({ signal }: Reading): AsyncGenerator<AccessUnit> {
    for (let sent = 0; !signal.aborted; sent++) {
      const arrivedMs = performance.now()
      yield { data: Buffer.alloc(100), isKey: true, sourceMs: arrivedMs, arrivedMs, ...(sent === 0 && { format }) }
    }
  }
  const { signal } = new AbortController()
  await using connection = await ReadingConnection.open(flood, { title: 'mad', describe: () => 'mad', signal })
  const beganMs = performance.now()
  let read = 0
  for await (const _ of connection.units()) if (++read + connection.counters.droppedUnits > 1000) break
  const seconds = (performance.now() - beganMs) / 1000
  // 600 may come at once.
  ok(seconds > 1, `1000 pictures in ${seconds} s`)
})

import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { showAt } from '../../web/src/pages/report/show-at.ts'

for (const [preload, after] of [
  ['none', 'auto'],
  ['metadata', 'metadata']
] as const)
  test(`SA1 where a track begins is shown and in sight, of a video that fetches ${preload} before it plays`, () => {
    const seen: unknown[] = []
    const video = { preload: String(preload), currentTime: 0, scrollIntoView: (how: object) => void seen.push(how) }
    showAt(video, 65)
    deepStrictEqual([video.preload, video.currentTime, seen], [after, 65, [{ block: 'center' }]])
  })

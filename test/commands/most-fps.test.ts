import { equal, ok } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { makeClip } from '../support/make-clip.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('SIGHTLINE_MAX_FPS bounds how often every stream is looked at, and a stream may want less', {
  timeout: 180_000
}, async () => {
  await using folder = await temporaryFolder()
  const source = join(folder.path, 'clip.mp4')
  await makeClip(source, { width: 160, height: 128, frames: 100, fps: 20, gop: 10 })
  const settings = join(folder.path, 'sightline.yaml')
  const own = { source, model: 'motion' }
  await writeFile(
    settings,
    JSON.stringify({ streams: { one: own, more: { ...own, maxFps: 15 }, less: { ...own, maxFps: 2 } } })
  )
  const environment = { SIGHTLINE_MAX_FPS: '5' }
  await using serve = new ServingProcess(join(folder.path, 'data'), environment, ['--config', settings])
  const [, url] = await serve.says(/(http:\S+)\/readyz/)
  const frames = async (stream: string) => {
    const metrics = await (await fetch(`${url}/metrics`)).text()
    const of = (outcome: string) => {
      const line = new RegExp(`^sightline_frames_total\\{stream="${stream}",outcome="${outcome}"\\} (\\d+)`, 'm')
      return Number(line.exec(metrics)?.[1] ?? 0)
    }
    return { analysed: of('analysed'), skipped: of('skipped') }
  }
  for (const [stream, fps] of [
    ['one', 5],
    ['more', 5],
    ['less', 2]
  ] as const) {
    let { analysed, skipped } = await frames(stream)
    for (; analysed < 8; { analysed, skipped } = await frames(stream)) await pause(100)
    const share = analysed / (analysed + skipped)
    ok(Math.abs(share - fps / 20) < 0.06, `${stream}: ${analysed} of ${analysed + skipped} pictures`)
  }
  equal(await serve.stop(), 0)
})

import { equal, ok } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { makeClip } from '../support/make-clip.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('SIGHTLINE_MAX_FPS bounds how often every stream is looked at, and a stream may want less', {
  timeout: 480_000
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
    const looks = [{ analysed: 0, skipped: 0 }, await frames(stream)]
    const isSo = () => {
      const now = looks.at(-1)!
      // Since any earlier look: the machine may have stood still before, and pictures have been dropped.
      return looks.some(before => {
        const analysed = now.analysed - before.analysed
        const share = analysed / (analysed + now.skipped - before.skipped)
        return analysed >= 20 && Math.abs(share - fps / 20) < 0.06
      })
    }
    for (const untilMs = performance.now() + 120_000; !isSo() && performance.now() < untilMs; ) {
      await pause(250)
      looks.push(await frames(stream))
    }
    ok(isSo(), `${stream}: ${JSON.stringify(looks.slice(-20))}`)
  }
  equal(await serve.stop(), 0)
})

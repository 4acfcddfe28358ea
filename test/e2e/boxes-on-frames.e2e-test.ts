import { equal, ok } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { fakeCamera, findChromium, startChromium } from '../services/chromium.ts'
import { makeClip } from '../support/make-clip.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type Probed, type ProbedPicture, probePicture, probeScript } from './live-probe.ts'

const found = findChromium()
const skip = 'missing' in found ? found.missing : false
const size = { width: 640, height: 360 }
const fps = 25
const frames = 250
const stack = new AsyncDisposableStack()
let url = ''
let cameraClip = ''

before(async () => {
  if (skip !== false) return
  const { path } = stack.use(await temporaryFolder())
  const clip = join(path, 'code.mp4')
  await makeClip(clip, { ...size, fps, frames, gop: fps, paint: probePicture })
  cameraClip = join(path, 'camera.mjpeg')
  await makeClip(cameraClip, { ...size, fps, frames, codec: 'mjpeg', format: 'mjpeg', paint: probePicture })
  const settings = join(path, 'sightline.yaml')
  const camera = { source: 'push:', model: 'motion' }
  // One for each test: a browser that is just gone is waited for.
  const streams = { code: { source: clip, model: 'motion' }, exact: camera, lowest: camera }
  await writeFile(settings, JSON.stringify({ streams }))
  const serving = stack.use(new ServingProcess(join(path, 'data'), {}, ['--config', settings]))
  const [, served = ''] = await serving.says(/(http:\S+)\/readyz/)
  await serving.says(/Ready/)
  url = served
})
after(() => stack.disposeAsync())

/** Pictures between what the overlay took a picture for and what it is, both within the clip's round. */
function errorInFrames({ code, ptsMs }: ProbedPicture): number {
  const shift = (ptsMs * fps) / 1000 - code
  return shift - Math.round(shift / frames) * frames
}

async function probed(page: Page, isEnough: (probe: Probed) => boolean, patienceMs = 20_000): Promise<Probed> {
  for (const endMs = performance.now() + patienceMs; ; await pause(200)) {
    const probe = (await page.evaluate('probe')) as Probed
    if (isEnough(probe) || performance.now() > endMs) return probe
  }
}

async function onProbe<Result>(args: readonly string[], look: (page: Page) => Promise<Result>): Promise<Result> {
  await using chromium = await startChromium({ args: [...fakeCamera, ...args] })
  const page = await chromium.browser.newPage()
  await page.goto(`${url}/healthz`) // Of the same origin, and without a page of its own.
  await page.evaluate(probeScript)
  return await look(page)
}

for (const way of ['whep', 'fragments'] as const) {
  test(`O1 by ${way}, boxes lie on the very picture that they were found on`, { skip }, async t => {
    const probe = await onProbe([], async page => {
      await page.evaluate(`watch('code', 'exact', ['${way}'])`)
      return probed(page, ({ pictures }) => pictures.length >= 150)
    })
    equal(probe.way, way, probe.complaint)
    // While the hold is being learned, boxes may come late; the picture's time is right from the first on.
    const settled = probe.pictures.slice(50)
    const errors = settled.map(errorInFrames)
    const exact = settled.filter(({ origin }) => origin === 'exact' || origin === 'between').length
    const worst = Math.max(...errors.map(Math.abs))
    const right = errors.filter(error => Math.abs(error) < 0.5).length
    t.diagnostic(
      `${settled.length} pictures, ${right} taken for the very one, worst ${worst.toFixed(2)} frames; ${exact} with boxes of their own; ${JSON.stringify(probe.readings)}`
    )
    ok(settled.length >= 80, `${settled.length} pictures`)
    // While a picture's code is read, a busy browser may move on to the next: that is the reader's error.
    const within = errors.filter(error => Math.abs(error) <= 1.01).length
    ok(within / errors.length >= 0.98, `${errors.length - within} of ${errors.length} pictures off by more than one`)
    ok(exact / settled.length > 0.5, `${exact} of ${settled.length} with boxes of their own`)
  })
}

for (const mode of ['exact', 'lowest'] as const) {
  test(`O2 from a browser’s camera to its box on the screen, ${mode}`, { skip }, async t => {
    const file = [`--use-file-for-fake-video-capture=${cameraClip}`]
    const probe = await onProbe(file, async page => {
      await page.evaluate(`watch('${mode}', '${mode}', ['whep'])`)
      await page.evaluate(`publish('${mode}')`)
      return probed(page, ({ pictures }) => pictures.length >= 200, 25_000)
    })
    const byTime = new Map(probe.pictures.map(({ epoch, ptsMs, code }) => [`${epoch} ${ptsMs}`, code]))
    const glass = Object.entries(probe.boxed)
      .flatMap(([key, boxedMs]) => {
        const capturedMs = probe.captured[byTime.get(key) ?? -1]
        return capturedMs === undefined || capturedMs > boxedMs ? [] : [boxedMs - capturedMs]
      })
      .filter(ms => ms < (frames / fps) * 1000 - 1000) // Of another round.
      .slice(30)
      .sort((a, b) => a - b)
    const at = (share: number) => Math.round(glass[Math.min(glass.length - 1, Math.floor(glass.length * share))] ?? 0)
    t.diagnostic(
      `glass_ms ${mode}: p50 ${at(0.5)}, p95 ${at(0.95)}, of ${glass.length} pictures; ${JSON.stringify(probe.readings)}`
    )
    ok(glass.length >= 30, `${glass.length} pictures with boxes of ${probe.pictures.length}. ${probe.complaint}`)
    // A machine that has much else to do says nothing about us.
    if (loadavg()[0]! > 4 * availableParallelism()) t.diagnostic(`not judged: the machine's load is ${loadavg()[0]}`)
    else ok(at(0.5) < 1000, `${at(0.5)} ms`)
  })
}

import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import type { DetectionColumns } from '../../../src/core/columns.ts'
import type { Detector } from '../../../src/vision/detector.ts'
import { type OwnDetectorOptions, openOwnDetector } from '../../../src/vision/own/own-detector.ts'
import { closed } from '../../support/closed.ts'
import { inTime } from '../../support/in-time.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
let written = 0

async function open(code: string, options: Partial<OwnDetectorOptions> = {}, ending = 'mjs'): Promise<Detector> {
  const path = join(folder.path, `own-${written++}.${ending}`)
  await writeFile(path, code)
  return inTime('the detector is open, or refused', openOwnDetector({ path, ...options }))
}

/** A module whose detector does this with `pixels` and `picture`. */
const finding = (work: string, before = '') => `
  import { defineDetector } from 'sightline/detector'
  ${before}
  export default defineDetector({
    labels: ['thing', 'other'],
    input: { width: 10, height: 10, format: 'gray' },
    detect(pixels, picture) { ${work} }
  })`

/** Shows it a grey picture that lies in the upper half of its input. */
async function look(detector: Detector, shade = 0, ptsMs = 0): Promise<DetectionColumns> {
  const slot = await inTime('there is a place for a picture', detector.acquire())
  slot.pixels.fill(shade)
  return inTime('a picture is answered', detector.detect(slot, { left: 0, top: 0, width: 10, height: 5 }, ptsMs))
}

test("O1 the guide's detector finds what is red, where it is", async () => {
  const guide = await readFile(new URL('../../../docs/guide/own-detector.md', import.meta.url), 'utf8')
  const [, code = ''] = /```js\n(.*?)```/s.exec(guide) ?? []
  ok(code.trim().split('\n').length <= 30)
  await using detector = await open(code)
  const slot = await detector.acquire()
  const { width, height } = detector.request
  for (let y = 30; y < 50; y++) for (let x = 40; x < 80; x++) slot.pixels.set([200, 20, 20], (y * width + x) * 3)
  const found = await detector.detect(slot, { left: 0, top: 0, width, height }, 0)
  strictEqual(found.count, 1)
  deepStrictEqual([...found.boxes.subarray(0, 4)], [0.25, 30 / 90, 0.25, 20 / 90])
  deepStrictEqual([found.scores[0], detector.labels], [1, ['red']])
})

test('O2 boxes lie on the frame as it lies in the picture, best first, those that are none are counted', async () => {
  await using detector = await open(
    finding(`return [
      { x: 0, y: 0, w: 5, h: 5, score: 0.4, label: 'thing' },
      { x: 5, y: 0, w: 5, h: 2.5, score: 0.9, label: 'other' },
      { x: NaN, y: 0, w: 1, h: 1, score: 1, label: 'thing' },
      { x: 0, y: 0, w: 0, h: 1, score: 1, label: 'thing' },
      { x: 0, y: 0, w: 1, h: 1, score: 2, label: 'thing' },
      { x: 0, y: 0, w: 1, h: 1, score: 1, label: 'else' }, null ]`)
  )
  const { boxes, classIds, scores, count } = await look(detector)
  deepStrictEqual([...boxes.subarray(0, count * 4)], [0.5, 0, 0.5, 0.5, 0, 0, 0.5, 1])
  deepStrictEqual(
    [[...classIds.subarray(0, count)], [...scores.subarray(0, count)]],
    [
      [1, 0],
      [0.9, 0.4]
    ]
  )
  strictEqual(detector.invalidBoxes, 5)
})

test('O3 it gets the pixels and the time of each picture, and remembers between them; TypeScript is taken', async () => {
  const work = `sum += pixels[0]!; return [{ x: 0, y: 0, w: 1, h: 1, score: sum / 100 + picture.ptsMs / 1000, label: 'thing' }]`
  const code = finding(work, 'let sum: number = 0')
  await using detector = await open(code, {}, 'ts')
  strictEqual((await look(detector, 10)).scores[0], 0.1)
  strictEqual((await look(detector, 20, 500)).scores[0], 0.8)
})

test('O4 classes and scores that are not wanted are left out; a class that it does not have is SL_OPTION_INVALID', async () => {
  const both = finding(`return [
    { x: 0, y: 0, w: 5, h: 5, score: 0.4, label: 'thing' }, { x: 0, y: 0, w: 5, h: 5, score: 0.9, label: 'other' }]`)
  await using sure = await open(both, { minScore: 0.5 })
  await using things = await open(both, { classes: ['thing'] })
  deepStrictEqual([...(await look(sure)).scores.subarray(0, 1)], [0.9])
  deepStrictEqual([...(await look(things)).scores.subarray(0, 1)], [0.4])
  await rejects(closed(open(both, { classes: ['cow'] })), { code: 'SL_OPTION_INVALID' })
})

const useless = [
  { what: 'does not parse', code: 'export default {', says: /Unexpected/ },
  { what: 'throws when it is loaded', code: "throw new Error('no camera here')", says: /no camera here/ },
  { what: 'exports nothing', code: 'export const x = 1', says: /defineDetector/ },
  { what: 'ends its thread', code: 'process.exit(3)', says: /thread ended/ },
  {
    what: 'wants a picture of no size',
    code: 'export default { labels: ["a"], input: { width: 0, height: 10 }, detect() {} }',
    says: /input\.width/
  },
  {
    what: 'has no labels',
    code: 'export default { labels: [], input: { width: 9, height: 9 }, detect() {} }',
    says: /labels/
  }
]
for (const { what, code, says } of useless) {
  test(`O5 a module that ${what} is SL_DETECTOR_INVALID, and the message says why`, async () => {
    await rejects(closed(open(code)), { code: 'SL_DETECTOR_INVALID', message: says })
  })
}

test('O6 a throw, or an answer that is no list, costs its picture a coded error, and the next is looked at', async () => {
  await using detector = await open(
    finding(`if (pixels[0] === 1) throw new Error('too dark'); return pixels[0] === 2 ? 'nothing' : []`)
  )
  await rejects(look(detector, 1), { code: 'SL_DETECTOR_FAILED', message: /too dark/ })
  await rejects(look(detector, 2), { code: 'SL_DETECTOR_FAILED', message: /no list/ })
  strictEqual((await look(detector, 3)).count, 0)
})

test('O7 one that hangs is ended: its pictures fail, whoever waits for a place is told, and others go on', async () => {
  await using stuck = await open(finding('for (;;);'), { detectMs: 200 })
  await using other = await open(finding('return []'))
  const hanging = [look(stuck), look(stuck), look(stuck)]
  const outcomes = Promise.allSettled(hanging)
  strictEqual((await look(other)).count, 0)
  for (const outcome of await outcomes) {
    ok(outcome.status === 'rejected')
    strictEqual(outcome.reason.code, 'SL_DETECTOR_FAILED')
    match(outcome.reason.message, /longer than 0\.2 s/)
  }
  strictEqual(stuck.concurrency, 0)
  await rejects(look(stuck), { code: 'SL_DETECTOR_FAILED' })
})

test('O8 one that takes more memory than it may ends alone', async () => {
  await using greedy = await open(finding('const all = []; for (;;) all.push(new Array(1e5).fill(picture))'), {
    memoryMb: 64
  })
  await rejects(look(greedy), { code: 'SL_DETECTOR_FAILED', message: /memory/ })
})

test('O9 what is under way when it is closed is SL_CANCELLED', async () => {
  const detector = await open(finding('return new Promise(() => undefined)'))
  const waiting = rejects(look(detector), { code: 'SL_CANCELLED' })
  await new Promise(resolve => setImmediate(resolve))
  await detector[Symbol.asyncDispose]()
  await waiting
})

test('O10 what its libraries say to whoever started the thread is no answer, and brings nobody down', async () => {
  const says = (...what: string[]) => what.map(each => `parentPort.postMessage(${each});`).join(' ')
  const foreign = ['null', "'ready'", "{ type: 'found' }", "{ type: 'found', numbers: [1], invalid: 0 }"]
  await using detector = await open(
    finding(
      `${says(...foreign)} return [{ x: 0, y: 0, w: 1, h: 1, score: 0.5, label: 'thing' }]`,
      `import { parentPort } from 'node:worker_threads'; ${says(...foreign)}`
    )
  )
  strictEqual((await look(detector)).count, 1)
  strictEqual((await look(detector)).count, 1)
})

test('O11 what it prints goes to our errors, by no pipe beside that which Node has for its errors', async () => {
  const before = process.stderr.listenerCount('unpipe')
  const printed = new Promise<string>(resolve => {
    const write = process.stderr.write
    process.stderr.write = ((text: Uint8Array) => {
      process.stderr.write = write
      resolve(String(text))
      return true
    }) as typeof write
  })
  await using _detector = await open(finding('return []', "console.log('here')"))
  strictEqual(process.stderr.listenerCount('unpipe'), before + 1)
  strictEqual(await inTime('what it prints is there', printed), 'here\n')
})

test('O12 of more boxes than any scene holds those beyond are counted, and left out', async () => {
  const box = "{ x: 0, y: 0, w: 1, h: 1, score: 0.5, label: 'thing' }"
  await using detector = await open(finding(`return new Array(4100).fill(${box})`))
  strictEqual((await look(detector)).count, 4096)
  strictEqual(detector.invalidBoxes, 4)
})

test('O13 one that ends its thread at a picture fails at once, and says what happened', async () => {
  await using detector = await open(finding('process.exit(3)'))
  await rejects(look(detector), { code: 'SL_DETECTOR_FAILED', message: /its thread ended/ })
  strictEqual(detector.concurrency, 0)
})

test('O14 each picture has its time: one that hangs behind another is ended too', async () => {
  await using detector = await open(finding('if (seen++ > 0) for (;;); return []', 'let seen = 0'), { detectMs: 2000 })
  const [first, second] = await Promise.allSettled([look(detector), look(detector)])
  strictEqual(first.status, 'fulfilled')
  ok(second.status === 'rejected')
  match(second.reason.message, /longer than 2 s for a picture/)
})

test('O15 a module that has not loaded after half a minute is refused, and its thread ended', async context => {
  const workers: Worker[] = []
  const collect = (worker: Worker) => workers.push(worker)
  process.on('worker', collect)
  const path = join(folder.path, 'never.mjs')
  await writeFile(path, 'setInterval(() => undefined, 1000); await new Promise(() => undefined)')
  const outcome = Promise.withResolvers<unknown>()
  const told = inTime('it is refused', outcome.promise)
  context.mock.timers.enable({ apis: ['setTimeout'] })
  try {
    closed(openOwnDetector({ path })).then(() => outcome.resolve(undefined), outcome.resolve)
    context.mock.timers.tick(30_000)
    const error = (await told) as { readonly code?: string; readonly message: string } | undefined
    strictEqual(error?.code, 'SL_DETECTOR_INVALID')
    match(error.message, /it did not load within 30 s/)
  } finally {
    process.off('worker', collect)
    await Promise.all(workers.map(worker => worker.terminate()))
  }
})

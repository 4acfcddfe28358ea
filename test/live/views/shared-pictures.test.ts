import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { PictureRequest, RelayedPicture } from '../../../src/live/stream-feed.ts'
import { multipart, takenInTime } from '../../../src/live/views/mjpeg.ts'
import { SharedPictures } from '../../../src/live/views/shared-pictures.ts'
import { PendingPictures } from '../../../src/roles/streams/pending-pictures.ts'
import { ScriptedFeeds } from '../../support/scripted-feeds.ts'

const request = { boxes: false, maxFps: 5 }
const pictureAt = (ptsMs: number): RelayedPicture => ({
  ...{ jpeg: Buffer.from(`picture ${ptsMs}`), epoch: 1, ptsMs, width: 160, height: 120 }
})

/** A stream whose pictures come when a test says so. */
function scripted() {
  const feeds = new ScriptedFeeds()
  const asked: { show: (ptsMs: number) => void; fail: (error: Error) => void; signal: AbortSignal }[] = []
  async function* pictures(_: PictureRequest, signal: AbortSignal) {
    const waiting: RelayedPicture[] = []
    let wake = () => {}
    let failure: Error | undefined
    const call = () => wake()
    signal.addEventListener('abort', call)
    asked.push({
      signal,
      show(ptsMs) {
        waiting.push(pictureAt(ptsMs))
        call()
      },
      fail(error) {
        failure = error
        call()
      }
    })
    while (!signal.aborted) {
      if (failure) throw failure
      const next = waiting.shift()
      if (next) yield next
      else
        await new Promise<void>(resolve => {
          wake = resolve
        })
    }
  }
  feeds.set('door', { pictures })
  return { feeds, asked, shared: new SharedPictures(feeds) }
}

const signal = () => new AbortController().signal
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise(setImmediate)
}

test('K1 those who ask for the same share it', async () => {
  const { asked, shared } = scripted()
  const viewers = [1, 2, 3].map(() => shared.pictures('door', request, signal()))
  const first = viewers.map(viewer => viewer.next())
  asked[0]!.show(40)
  deepStrictEqual(
    (await Promise.all(first)).map(({ value }) => value?.ptsMs),
    [40, 40, 40]
  )
  strictEqual(asked.length, 1)
})

test('K2 those who ask for something else do not', async () => {
  const { feeds, shared } = scripted()
  for (const other of [request, { ...request, boxes: true }, { ...request, maxWidth: 320 }, { ...request, maxFps: 1 }])
    void shared.pictures('door', other, signal()).next()
  await until(() => feeds.requests.length === 4)
  strictEqual(shared.size, 4)
})

test('K3 with the last viewer it ends, and not before', async () => {
  const { asked, shared } = scripted()
  const [one, two] = [new AbortController(), new AbortController()]
  const [first, second] = [one, two].map(({ signal }) => shared.pictures('door', request, signal).next())
  await until(() => asked.length === 1)
  one.abort()
  deepStrictEqual([(await first)?.done, asked[0]!.signal.aborted], [true, false])
  two.abort()
  await second
  deepStrictEqual([asked[0]!.signal.aborted, shared.size], [true, 0])
})

test('K4 who comes later gets what is shown, at once', async () => {
  const { asked, shared } = scripted()
  const first = shared.pictures('door', request, signal())
  const shown = first.next()
  asked[0]!.show(40)
  await shown
  strictEqual((await shared.pictures('door', request, signal()).next()).value?.ptsMs, 40)
})

test('K5 who is slow gets the newest', async () => {
  const { asked, shared } = scripted()
  const [slow, quick] = [shared.pictures('door', request, signal()), shared.pictures('door', request, signal())]
  const waiting = slow.next()
  for (const ptsMs of [40, 80, 120]) {
    const shown = quick.next()
    asked[0]!.show(ptsMs)
    await shown
  }
  deepStrictEqual([(await waiting).value?.ptsMs, (await slow.next()).value?.ptsMs], [40, 120])
})

test('K6 what goes wrong reaches everybody, and whoever comes then begins anew', async () => {
  const { asked, shared } = scripted()
  const viewers = [1, 2].map(() => shared.pictures('door', request, signal()).next())
  asked[0]!.fail(new Error('gone'))
  for (const viewer of viewers) await rejects(viewer, /gone/)
  void shared.pictures('door', request, signal()).next()
  await until(() => asked.length === 2)
})

test('K7 a single picture is made once for all that ask for it at once', async () => {
  const { feeds, asked, shared } = scripted()
  const answers = [1, 2, 3].map(() => shared.picture('door', request))
  asked[0]!.show(40)
  deepStrictEqual(
    (await Promise.all(answers)).map(({ ptsMs }) => ptsMs),
    [40, 40, 40]
  )
  strictEqual(feeds.requests.length, 1)
})

test('K8 a failure is not kept', async () => {
  const { feeds, shared } = scripted()
  feeds.set('door', {})
  await rejects(shared.picture('door', request), { code: 'SL_STREAM_DARK' })
  feeds.set('door', {
    async *pictures() {
      yield pictureAt(80)
    }
  })
  strictEqual((await shared.picture('door', request)).ptsMs, 80)
})

test('K9 as multipart each picture is closed at once by the boundary of the next', async () => {
  async function* pictures() {
    yield pictureAt(40.4)
    yield pictureAt(80)
  }
  const parts: string[] = []
  for await (const part of multipart(pictures())) parts.push(part.toString())
  const head = (ptsMs: number, length: number) =>
    `content-type: image/jpeg\r\ncontent-length: ${length}\r\nsightline-pts-ms: ${ptsMs}\r\nsightline-epoch: 1\r\n\r\n`
  deepStrictEqual(parts, [
    `--sightline-picture\r\n${head(40, 12)}picture 40.4\r\n--sightline-picture\r\n`,
    `${head(80, 10)}picture 80\r\n--sightline-picture\r\n`
  ])
})

test('K10 who does not ask for the next picture for 10 s is given up, who asks in time is not', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let givenUp = 0
  async function* parts() {
    for (;;) yield jpeg
  }
  const jpeg = Buffer.from('ffd8ffd9', 'hex')
  const taken = takenInTime(parts(), () => void givenUp++)
  for (let i = 0; i < 5; i++) {
    await taken.next()
    t.mock.timers.tick(9000)
  }
  strictEqual(givenUp, 0)
  t.mock.timers.tick(1000)
  strictEqual(givenUp, 1)
})

test('K12 widths are those of a ladder, no wider than what was asked for', async () => {
  const { feeds, shared } = scripted()
  for (const maxWidth of [16, 100, 320, 639, 5000, undefined])
    void shared.pictures('door', { ...request, ...(maxWidth && { maxWidth }) }, signal()).next()
  // The first two are one.
  await until(() => feeds.requests.length === 5)
  deepStrictEqual(
    feeds.requests.map(({ maxWidth }) => maxWidth),
    [80, 320, 480, 3840, undefined]
  )
})

test('K13 who asks for pictures of too many kinds is refused, and others of the stream are not', async () => {
  const { feeds, shared } = scripted()
  feeds.set('yard', { pictures: async function* () {} })
  for (let maxFps = 1; maxFps <= 8; maxFps++) void shared.pictures('door', { ...request, maxFps }, signal()).next()
  const ninth = { ...request, maxFps: 9 }
  await rejects(shared.pictures('door', ninth, signal()).next(), { code: 'SL_VIEW_LIMIT' })
  const leaving = new AbortController()
  const same = shared.pictures('door', { ...request, maxFps: 8 }, leaving.signal).next()
  await shared.pictures('yard', ninth, signal()).next()
  leaving.abort()
  await same
  strictEqual(shared.size, 8)
})

test('K14 single pictures of too many kinds are refused, until one of them has been given', async () => {
  const { asked, shared } = scripted()
  const first = Array.from({ length: 8 }, (_, index) => shared.picture('door', { ...request, maxFps: index + 1 }))
  await rejects(shared.picture('door', { ...request, maxFps: 9 }), { code: 'SL_VIEW_LIMIT' })
  asked[7]!.show(40)
  strictEqual((await first[7]!).ptsMs, 40)
})

test('K15 a single picture that no frame comes for is refused as that of a dark stream', async t => {
  const limits: AbortController[] = []
  t.mock.method(AbortSignal, 'timeout', () => {
    const limit = new AbortController()
    limits.push(limit)
    return limit.signal
  })
  const pending = new PendingPictures()
  const feeds = new ScriptedFeeds()
  feeds.picture = (stream, _, signal) => pending.ask(stream, signal, () => undefined)
  const asked = new SharedPictures(feeds).picture('door', request)
  for (const limit of limits) limit.abort()
  await rejects(asked, { code: 'SL_STREAM_DARK', retryable: true })
})

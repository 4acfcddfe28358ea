import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import type { SightlineError } from '../../src/core/errors.ts'
import type { VideoFrame } from '../../src/media/frame.ts'
import { JpegEncoder } from '../../src/media/jpeg-encoder.ts'
import type { AccessUnit, SourceConnection } from '../../src/media/sources/source.ts'
import { WallClock } from '../../src/media/wall-clock.ts'
import { FirstLooks } from '../../src/pipeline/first-looks.ts'
import type { Claim } from '../../src/pipeline/turns.ts'
import { PacketChannel } from '../../src/roles/streams/packet-channel.ts'
import { SourceSession } from '../../src/roles/streams/source-session.ts'
import { StreamCounts } from '../../src/roles/streams/stream-counts.ts'
import type { StreamEpoch } from '../../src/roles/streams/stream-epoch.ts'
import { StreamViewers } from '../../src/roles/streams/stream-viewers.ts'
import { StillFrame } from '../report/still-frame.ts'
import { clipUnits } from '../support/clip-units.ts'

const mostSilentMs = 400

/** Has time pass as silence has it: it stands still otherwise. */
type Pass = (forMs: number) => void

function drivenClock(t: TestContext): Pass {
  let ms = 0
  t.mock.method(performance, 'now', () => ms)
  t.mock.timers.enable({ apis: ['setInterval'] })
  return forMs => {
    for (const untilMs = ms + forMs; ms < untilMs; ) {
      ms += 10
      t.mock.timers.tick(10)
    }
  }
}

async function jpeg(width: number, height: number): Promise<Buffer> {
  await using encoder = new JpegEncoder()
  return (await encoder.encode(new StillFrame(0, width, height, () => [90, 90, 90]))).jpeg
}

const [small, large] = [await jpeg(64, 48), await jpeg(96, 64)]

interface Shot {
  readonly data?: Buffer
  readonly isKey?: boolean
  readonly sourceMs: number
  /** After so long. */
  readonly afterMs?: number
}

/** Pictures so far apart. */
const shots = (count: number, everyMs: number, more: Partial<Shot> = {}): readonly Shot[] =>
  Array.from({ length: count }, (_, n) => ({ sourceMs: n * everyMs, ...more }))

/** A source of these; then it ends or, `isStuck`, says nothing more while time passes. Their arrival is as far apart as they are. */
function camera(
  given: readonly Shot[],
  isStuck = false,
  codec: SourceConnection['format']['codec'] = 'mjpeg',
  pass?: Pass
): SourceConnection {
  const closed = Promise.withResolvers<void>()
  const beganMs = performance.now()
  return {
    format: { codec, parameterSets: Buffer.alloc(0) },
    description: 'a test',
    counters: { bytes: 0, lostPackets: 0, droppedUnits: 0 },
    async *units(): AsyncGenerator<AccessUnit> {
      for (const { data = small, isKey = true, sourceMs, afterMs } of given) {
        if (afterMs) pass!(afterMs)
        yield { data, isKey, sourceMs, arrivedMs: beganMs + sourceMs }
      }
      if (!isStuck) return
      pass?.(mostSilentMs)
      await closed.promise
    },
    async [Symbol.asyncDispose]() {
      closed.resolve()
    }
  }
}

interface Conditions {
  readonly settings?: Partial<StreamSettings>
  readonly looks?: FirstLooks
  /** Of the worker, for all its streams. */
  readonly maxFps?: number
  /** How long it takes until something looks at its pictures. */
  readonly openingMs?: number
  /** With it, silence is short. */
  readonly pass?: Pass
  /** Nothing has come to look at the first picture yet. */
  readonly isNew?: boolean
  /** Somebody waits for a picture. */
  readonly isAsked?: boolean
  /** It is told to stop with its first picture. */
  readonly isStopped?: boolean
  /** Nothing was seen to move so far. */
  readonly isStill?: boolean
  /** Something else is wanted from behind the picture of this media time on. */
  readonly anewFromMs?: number
}

/**
 * Plays it to its end: what epochs were given, by the media time of each picture, how many of those were decoded, and the time of the
 * last that was heard of.
 */
async function played(connection: SourceConnection, { settings, openingMs, pass, ...conditions }: Conditions = {}) {
  const epochs: string[][] = []
  let decoded = 0
  const ends: string[] = []
  const stopping = new AbortController()
  const clock = new WallClock()
  let baseMs = 0
  const counts = new StreamCounts()
  const viewers = new StreamViewers(new PacketChannel(new PassThrough(), () => undefined), 'door')
  if (conditions.isAsked) viewers.pictures.ask({ id: 1, boxes: false, maxWidth: undefined })
  const session = new SourceSession({
    ...{ stream: 'door', settings: { source: 'http://camera/', ...settings }, connection },
    mostSilentMs: pass ? mostSilentMs : 60_000,
    ...{ viewers, counts, traces: undefined, clock, looks: conditions.looks ?? new FirstLooks(1) },
    ...{ maxFps: conditions.maxFps ?? Number.POSITIVE_INFINITY, crumb: () => undefined, onNews: () => undefined },
    onStandIn: () => undefined,
    begin: async ({ frame: { width, height, ptsMs }, unit }, isChange) => {
      if (openingMs) {
        await new Promise(setImmediate)
        pass!(openingMs)
      }
      baseMs = clock.begin(unit, ptsMs, { wallMs: Date.now(), steadyMs: performance.now() })
      const given: string[] = [isChange ? 'changed' : 'begun']
      epochs.push(given)
      const epoch: Pick<StreamEpoch, 'put' | 'end' | 'fits' | 'isNew' | 'calm' | 'waiting'> = {
        put: (frame: VideoFrame) => {
          given.push(`${frame.ptsMs}`)
          if (!frame.isLeftOut) decoded++
          if (frame.ptsMs === conditions.anewFromMs) session.beginAnew()
          frame[Symbol.dispose]()
          if (!conditions.isStopped) return
          stopping.abort()
          void connection[Symbol.asyncDispose]()
        },
        end: async ({ code }) => void ends.push(code),
        fits: frame => frame.width === width && frame.height === height,
        isNew: conditions.isNew ?? false,
        calm: conditions.isStill ? 'still' : 'moving',
        waiting: 0
      }
      return epoch as StreamEpoch
    },
    signal: stopping.signal
  })
  const code = await session.play().catch((error: SightlineError) => error.code)
  const open = { bytes: 0, lostPackets: 0, droppedUnits: 0 }
  return {
    epochs,
    ends,
    code,
    decoded,
    lastMs: clock.lastMs - baseMs,
    frames: counts.snapshot({ open, lostRecords: 0, waiting: 0 }).frames
  }
}

const twice: readonly Shot[] = [{ sourceMs: 0 }, { sourceMs: 40, afterMs: mostSilentMs / 2 }]

test('SE1 a detector that takes longer to open than a source may be silent costs the source nothing', async t => {
  const pass = drivenClock(t)
  const { epochs, ends } = await played(camera(twice, false, 'mjpeg', pass), { pass, openingMs: 1.5 * mostSilentMs })
  deepStrictEqual([epochs, ends], [[['begun', '0', '40']], ['SL_INPUT_ENDED']])
})

test('SE2 a source that says nothing more counts as lost, also behind pictures that something looked at', {
  timeout: 60_000
}, async t => {
  const pass = drivenClock(t)
  // Whatever the machine's clock does meanwhile.
  t.mock.method(Date, 'now', () => 1_700_000_000_000)
  const { epochs, ends, code } = await played(camera(shots(2, 40), true, 'mjpeg', pass), { pass })
  deepStrictEqual([epochs, ends, code], [[['begun', '0', '40']], ['SL_INPUT_TIMEOUT'], 'SL_INPUT_TIMEOUT'])
})

test('SE3 every picture is looked at, unless the stream or its worker is to have fewer', async () => {
  const looked = async (conditions: Conditions) => {
    const { epochs, frames } = await played(camera(shots(31, 33.3)), conditions)
    return [epochs[0]!.length - 1, frames.skipped]
  }
  deepStrictEqual(await looked({}), [31, undefined])
  deepStrictEqual(await looked({ settings: { maxFps: 5 } }), [6, 25])
  deepStrictEqual(await looked({ settings: { maxFps: 10 }, maxFps: 5 }), [6, 25])
  deepStrictEqual(await looked({ maxFps: 10, settings: { maxFps: 5 } }), [6, 25])
})

test('SE4 another size is an epoch of its own, that says that it changed', async () => {
  const { epochs, ends } = await played(
    camera([{ sourceMs: 0 }, { sourceMs: 40, data: large }, { sourceMs: 80, data: large }])
  )
  deepStrictEqual(epochs, [
    ['begun', '0'],
    ['changed', '40', '80']
  ])
  strictEqual(ends.length, 2)
})

test('SE5 a source gone mad is decoded no more often than any camera sends, and what is left out is counted', async () => {
  const { epochs, frames } = await played(camera(shots(1000, 0.1)))
  const looked = epochs[0]!.length - 1
  ok(looked >= 300 && looked <= 400, `${looked} pictures`)
  strictEqual(frames['dropped-late'], 1000 - looked)
})

/** A key frame, and others behind it that build on it. */
const group: readonly Shot[] = shots(4, 40).map((shot, n) => ({ ...shot, isKey: n === 0 }))

test('SE6 until the first picture was looked at nothing behind it is decoded, unless somebody wants to see it', async () => {
  const held = await played(camera(group), { isNew: true })
  deepStrictEqual([held.epochs, held.frames['dropped-overload'], held.lastMs], [[['begun', '0']], 3, 120])
  const seen = await played(camera(group), { isNew: true, isAsked: true })
  deepStrictEqual([seen.epochs[0]!.length - 1, seen.frames['dropped-overload']], [4, undefined])
})

test('SE11 before its first picture it waits for its turn with the weight and the priority that it was given', async () => {
  const claims: Claim[] = []
  const looks = new FirstLooks(1)
  const join = looks.join.bind(looks)
  looks.join = claim => {
    claims.push(claim)
    return join(claim)
  }
  await played(camera(shots(1, 40)), { looks })
  await played(camera(shots(1, 40)), { looks, settings: { weight: 3, priority: -2 } })
  deepStrictEqual(claims, [
    { weight: 1, priority: 0 },
    { weight: 3, priority: -2 }
  ])
})

test('SE7 one that is told to stop ends its epoch, and that is no failure', async () => {
  const { ends, code } = await played(camera([{ sourceMs: 0 }], true), { isStopped: true })
  deepStrictEqual([ends, code], [['SL_CANCELLED'], undefined])
})

/** Thirty groups of ten pictures of a camera before which nothing moves; those of the last come slowly. */
async function quiet(slowMs = 0, pass?: Pass): Promise<SourceConnection> {
  const paint = (_index: number, width: number, height: number) => Buffer.alloc(width * height * 4, 0x60)
  const units = await clipUnits({ width: 320, height: 240, frames: 10, gop: 10, paint })
  const given = Array.from({ length: 300 }, (_, n): Shot => {
    const { data, isKey } = units[n % 10]!
    return { data, isKey, sourceMs: n * 40, afterMs: n < 290 ? 0 : slowMs }
  })
  return camera(given, false, 'h264', pass)
}

test('SE8 while nothing moves hardly anything is decoded, unless somebody wants to see it', async () => {
  const { epochs, decoded, lastMs } = await played(await quiet(), { isStill: true })
  deepStrictEqual([epochs[0]!.length - 1, lastMs], [300, 299 * 40])
  ok(decoded < 150, `${decoded} of 300 were decoded`)
  strictEqual((await played(await quiet(), { isStill: true, isAsked: true })).decoded, 300)
})

test('SE9 what is wanted anew begins with the next picture, also while nothing moves', async () => {
  const { epochs, ends } = await played(await quiet(), { isStill: true, anewFromMs: 10_000 })
  deepStrictEqual(
    epochs.map(given => given.slice(0, 2)),
    [
      ['begun', '0'],
      ['changed', '10040']
    ]
  )
  strictEqual(ends.length, 2)
})

test('SE10 a source whose pictures nobody has to decode is not silent', async t => {
  const pass = drivenClock(t)
  const everyMs = mostSilentMs / 8
  const still = await played(await quiet(everyMs, pass), { pass, isStill: true })
  deepStrictEqual([still.epochs[0]!.length - 1, still.code], [300, 'SL_INPUT_ENDED'])
  const waiting = shots(12, everyMs).map((shot, n) => ({ ...shot, isKey: n === 0, afterMs: everyMs }))
  const held = await played(camera(waiting, false, 'mjpeg', pass), { pass, isNew: true })
  deepStrictEqual([held.frames['dropped-overload'], held.code], [11, 'SL_INPUT_ENDED'])
})

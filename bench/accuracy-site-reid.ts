// Usage: node bench/accuracy-site-reid.ts
// Prints Markdown: at each `reid.site.maxDistance`, how many people are one person in two cameras, and how many are taken for another.
// Two streams play one clip, the second so much later, in mirrored and darker crops: another camera's, as far as one clip can tell.
// SIGHTLINE_CLIPS is the folder of the sequences, SIGHTLINE_MODELS that of the models.
import { join } from 'node:path'
import { openModelStore } from '../src/commands/open-model-store.ts'
import { openVideo } from '../src/media/open-video.ts'
import { everyNth } from '../src/pipeline/frame-sampler.ts'
import { runStream } from '../src/pipeline/stream-pipeline.ts'
import { TrackLooks } from '../src/pipeline/track-looks.ts'
import { createTracker } from '../src/tracking/create-tracker.ts'
import { packLook, unpackLook } from '../src/tracking/packed-look.ts'
import { type SeenTrack, SiteGallery } from '../src/tracking/site-gallery.ts'
import { travelTable } from '../src/tracking/travel.ts'
import type { Embedder } from '../src/vision/embedder.ts'
import { openDetector } from '../src/vision/open-detector.ts'
import { openEmbedder } from '../src/vision/open-embedder.ts'
import { type PeopleClip, peopleClips } from './mot-people.ts'
import { personAt, truePeople } from './true-people.ts'

/** A track and who it is in truth; undefined for nobody, such as a bicycle. */
interface TrueTrack extends SeenTrack {
  readonly person: number | undefined
}

const laterMs = 120_000
const distances = [0.15, 0.2, 0.25, 0.3, 0.35, 0.4]

/** As a camera from the other side would see it, in worse light. */
function asAnotherCamera(embedder: Embedder): Embedder {
  const { width, height } = embedder.request
  return {
    ...{ name: embedder.name, provider: embedder.provider, request: embedder.request },
    ...{ dimensions: embedder.dimensions, concurrency: embedder.concurrency },
    acquire: () => embedder.acquire(),
    release: slot => embedder.release(slot),
    embed(slot) {
      const { pixels } = slot
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width / 2; x++)
          for (let channel = 0; channel < 3; channel++) {
            const [left, right] = [(y * width + x) * 3 + channel, (y * width + width - 1 - x) * 3 + channel]
            const [one, other] = [pixels[left]!, pixels[right]!]
            pixels[left] = other * 0.7 + 10
            pixels[right] = one * 0.7 + 10
          }
      return embedder.embed(slot)
    },
    [Symbol.asyncDispose]: async () => undefined
  }
}

/** The tracks of a clip as a stream of that name has them. */
async function tracksOf(
  clip: PeopleClip,
  stream: string,
  baseMs: number,
  clips: string,
  isOther: boolean
): Promise<TrueTrack[]> {
  await using video = await openVideo(join(clips, clip.video), {})
  const models = await openModelStore()
  const found = await models.resolve('yolox-nano')
  await using detector = await openDetector({
    ...{ modelPath: found.path, family: found.entry?.family, name: 'yolox-nano', minScore: 0.1, classes: ['person'] }
  })
  const known = await models.resolve('osnet-x0-25-msmt17')
  await using embedder = await openEmbedder({
    ...{ modelPath: known.path, family: known.entry?.family, name: 'osnet', concurrency: 1 }
  })
  const { width, height, fps = 25 } = video.facts
  const tracker = createTracker('sightline', { frame: { width, height }, fps, reid: {} })
  const truth = truePeople(join(clips, clip.truth))
  const lives = new Map<number, { fromMs: number; toMs: number; look?: Float32Array; votes: Map<number, number> }>()
  await runStream({
    ...{ frames: video.frames(), sampler: everyNth(1), detector, filter: { apply: each => each }, tracker },
    looks: new TrackLooks(isOther ? asAnotherCamera(embedder) : embedder),
    ...{ measures: [], durations: { add: () => undefined }, sequential: true },
    sink: {
      take(frame, { ptsMs, rows }) {
        for (let row = 0; row < rows.count; row++) {
          if (rows.observed[row] !== 1) continue
          const id = rows.trackIds[row]!
          const life = lives.get(id) ?? { fromMs: ptsMs, toMs: ptsMs, votes: new Map<number, number>() }
          lives.set(id, life)
          life.toMs = ptsMs
          const [x, y, w, h] = rows.boxes.subarray(row * 4, row * 4 + 4)
          const person = personAt(truth.get(frame.index + 1) ?? [], [x! * width, y! * height, w! * width, h! * height])
          if (person !== undefined) life.votes.set(person, (life.votes.get(person) ?? 0) + 1)
        }
        for (const [id, life] of lives) {
          const look = tracker.lookOf(id)
          if (look) life.look = look
        }
      },
      end: () => undefined
    }
  })
  return [...lives.values()].flatMap(({ fromMs, toMs, look, votes }) => {
    const packed = look && packLook(look)
    if (!packed) return []
    const [person] = [...votes].sort(([, one], [, other]) => other - one)[0] ?? []
    const times = { fromMs: baseMs + fromMs, toMs: baseMs + toMs }
    return [{ stream, ...times, label: 'person', model: 'osnet', look: unpackLook(packed)!, person }]
  })
}

/** Whose most of an identity's tracks are in truth is whose it is; the others' were taken for them. */
function score(tracks: readonly TrueTrack[], maxDistance: number) {
  let last = 0
  const gallery = new SiteGallery({
    ...{ options: () => ({ maxDistance, keepMs: 1_800_000 }), travel: travelTable([]) },
    newIdentity: () => `p${++last}`
  })
  const inOrder = [...tracks].sort((a, b) => a.toMs - b.toMs)
  const places = inOrder.map(track => ({ ...track, identity: gallery.place([track])[0]! }))
  const known = places.filter(({ person }) => person !== undefined)
  const streams = (of: readonly { stream: string }[]) => new Set(of.map(({ stream }) => stream)).size
  const inBoth = [...Map.groupBy(known, ({ person }) => person)].filter(([, own]) => streams(own) === 2)
  const found = inBoth.filter(([, own]) =>
    [...Map.groupBy(own, ({ identity }) => identity).values()].some(all => streams(all) === 2)
  )
  let wrong = 0
  for (const [, own] of Map.groupBy(known, ({ identity }) => identity)) {
    const most = Math.max(...[...Map.groupBy(own, ({ person }) => person).values()].map(({ length }) => length))
    wrong += own.length - most
  }
  const identities = new Set(known.map(({ identity }) => identity)).size
  return { people: inBoth.length, found: found.length, tracks: known.length, wrong, identities }
}

const clips = process.env.SIGHTLINE_CLIPS
if (!clips) throw new Error('SIGHTLINE_CLIPS has to name the folder with mot/ in it.')
const line = (label: string, cells: readonly (string | number)[]) => `| ${[label, ...cells].join(' | ')} |\n`
process.stdout.write(
  line(
    '`reid.site.maxDistance`',
    distances.map(distance => distance.toFixed(2))
  )
)
process.stdout.write(`|${'---|'.repeat(distances.length + 1)}\n`)
for (const clip of peopleClips) {
  const door = await tracksOf(clip, 'door', 0, clips, false)
  const yard = await tracksOf(clip, 'yard', laterMs, clips, true)
  const scores = distances.map(distance => score([...door, ...yard], distance))
  const [{ people, tracks }] = scores as [(typeof scores)[number]]
  process.stdout.write(
    line(
      `${clip.name}: of ${people} people in both, known in the other`,
      scores.map(({ found }) => found)
    )
  )
  process.stdout.write(
    line(
      `tracks of ${tracks} that are another person's identity`,
      scores.map(({ wrong }) => wrong)
    )
  )
  process.stdout.write(
    line(
      'identities',
      scores.map(({ identities }) => identities)
    )
  )
}

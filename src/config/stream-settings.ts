import Type from 'typebox'
import { Name } from '../contract/geometry.ts'
import { AnalysisSettings } from './analysis-settings.ts'
import { StreamReidSettings } from './reid-settings.ts'

const closed = { additionalProperties: false }
const analysis = AnalysisSettings.properties

const Address = Type.String({ minLength: 1, maxLength: 2048, description: 'an address such as rtsp://camera/stream' })
const Fps = Type.Number({ minimum: 0.01, maximum: 1000, description: 'a number of frames a second from 0.01 to 1000' })

/** How a source is reached. */
const sourceSettings = {
  /** `rtsp://`, `rtsps://`, `http(s)://`, a file's path, `demo:`, or `push:` for a browser, a phone or a program that sends. `${NAME}` stands for a variable of the environment. */
  source: Address,
  /** A camera's smaller stream, for detection; `source` is then fetched only while somebody watches. */
  detectSource: Type.Optional(Address),
  transport: Type.Optional(Type.Enum(['tcp', 'udp'], { description: 'tcp or udp' })),
  /** False takes any certificate: cameras sign their own. */
  verifyTls: Type.Optional(Type.Boolean()),
  /** What an http(s) address is, where that cannot be told. */
  kind: Type.Optional(
    Type.Enum(['mjpeg', 'hls', 'progressive', 'image'], { description: 'mjpeg, hls, progressive or image' })
  ),
  /** Of a polled picture. */
  intervalMs: Type.Optional(
    Type.Integer({ minimum: 100, maximum: 3_600_000, description: 'a whole number of milliseconds from 100' })
  ),
  /** Give up after so many failures in a row. Default: never. */
  retries: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'a whole number from 0' })),
  /** Wait exactly so long between attempts, in place of longer and longer. */
  retryDelayMs: Type.Optional(
    Type.Integer({ minimum: 100, maximum: 3_600_000, description: 'a whole number of milliseconds from 100' })
  )
}

/** What may be said of a stream: one entry of the section `streams` of sightline.yaml. */
export const StreamSettings = Type.Object(
  {
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    ...sourceSettings,
    paused: Type.Optional(Type.Boolean()),
    /** Frames beyond are left out before they are looked at. */
    maxFps: Type.Optional(Fps),
    /** False keeps no picture of its tracks. Default: `live.trackPictures`. */
    trackPictures: Type.Optional(Type.Boolean()),
    /** Frames that wait for the detector at most. Raise it to pass on bursts, at that much more age. */
    frameBuffer: Type.Optional(Type.Integer({ minimum: 1, maximum: 32, description: 'a whole number from 1 to 32' })),
    /** False shows every frame to the detector, also where nothing moves. */
    gate: Type.Optional(Type.Boolean()),
    /** Share of the detector beside others, where there is not enough for all. */
    weight: Type.Optional(Type.Number({ minimum: 0.01, maximum: 100, description: 'a number from 0.01 to 100' })),
    /** Higher ones go first. */
    priority: Type.Optional(Type.Integer({ minimum: -10, maximum: 10, description: 'a whole number from -10 to 10' })),
    model: analysis.model,
    models: analysis.models,
    fuse: analysis.fuse,
    provider: analysis.provider,
    decode: analysis.decode,
    tiles: analysis.tiles,
    tracker: analysis.tracker,
    reid: Type.Optional(StreamReidSettings),
    minScore: analysis.minScore,
    classes: analysis.classes,
    minSize: analysis.minSize,
    maxSize: analysis.maxSize,
    masks: analysis.masks,
    maxPixels: analysis.maxPixels,
    lines: analysis.lines,
    zones: analysis.zones,
    stops: analysis.stops,
    directions: analysis.directions,
    meetings: analysis.meetings,
    objects: analysis.objects,
    calibration: analysis.calibration
  },
  closed
)
export type StreamSettings = Type.Static<typeof StreamSettings>

/** What says who looks at a stream, and what is wanted of them. */
const lookKeys = [
  'model',
  'models',
  'fuse',
  'provider',
  'tiles',
  'minScore',
  'classes'
] as const satisfies readonly (keyof StreamSettings)[]

/** What says what is measured of what is seen, and how the stream is called. */
const measureKeys = [
  'title',
  'minSize',
  'maxSize',
  'masks',
  'lines',
  'zones',
  'stops',
  'directions',
  'meetings',
  'objects',
  'calibration'
] as const satisfies readonly (keyof StreamSettings)[]

/** Whether others look at the stream. */
export function differInLook(one: StreamSettings, other: StreamSettings): boolean {
  return !isSame(one, other, key => (lookKeys as readonly string[]).includes(key))
}

/**
 * Whether a stream that runs can be changed from one to the other: they differ in who looks, in what is measured and in what its site
 * knows of its tracks, and in nothing else.
 */
export function isChangeWithin(one: StreamSettings, other: StreamSettings): boolean {
  const within: readonly string[] = [...lookKeys, ...measureKeys]
  return isSame(withinStream(one), withinStream(other), key => !within.includes(key))
}

/** Without what is settled beyond the stream: whether its tracks are known again in others, and how. */
function withinStream({ reid, ...settings }: StreamSettings): StreamSettings {
  if (!reid) return settings
  const { scope: _beyond, site: _how, ...own } = reid
  return { ...settings, reid: own }
}

function isSame(one: StreamSettings, other: StreamSettings, counts: (key: string) => boolean): boolean {
  const [ones, others] = [one, other].map(settings =>
    JSON.stringify(
      Object.entries(settings)
        .filter(([key]) => counts(key))
        .sort(byKey)
    )
  )
  return ones === others
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}

/** By name; an address alone is a stream with everything else as usual. */
export const StreamsSettings = Type.Record(Name, Type.Union([Address, StreamSettings]), closed)
export type StreamsSettings = Type.Static<typeof StreamsSettings>

const Network = Type.String({ minLength: 2, maxLength: 64, description: 'an address or a network such as 10.0.0.0/8' })

/** The section `sources`: who may be dialled, whatever a stream's address says. */
export const SourcesSettings = Type.Object(
  {
    allow: Type.Optional(Type.Array(Network, { maxItems: 1000 })),
    deny: Type.Optional(Type.Array(Network, { maxItems: 1000 }))
  },
  closed
)
export type SourcesSettings = Type.Static<typeof SourcesSettings>

/** The section `live`: what is the same for all streams. */
export const LiveSettings = Type.Object(
  {
    /** Of every stream that says nothing smaller; also $SIGHTLINE_MAX_FPS. */
    maxFps: Type.Optional(Fps),
    /** False keeps no pictures of tracks but for streams that say otherwise. Default: true, the best one of each. */
    trackPictures: Type.Optional(Type.Boolean()),
    /** Processes that streams are shared out to. Default: one for eight cores, and just one where an NVIDIA card runs the models. */
    workers: Type.Optional(Type.Integer({ minimum: 1, maximum: 64, description: 'a whole number from 1 to 64' })),
    webrtc: Type.Optional(
      Type.Object(
        {
          ports: Type.Optional(
            Type.Tuple(
              [Type.Integer({ minimum: 1024, maximum: 65535 }), Type.Integer({ minimum: 1024, maximum: 65535 })],
              {
                description: 'the first and the last UDP port, such as [8200, 8299]'
              }
            )
          ),
          /** Names or addresses of the network interfaces that viewers are told of. Default: all. */
          interfaces: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 16 })),
          /** Addresses under which this machine is reached from outside. */
          addresses: Type.Optional(Type.Array(Type.String({ minLength: 2, maxLength: 64 }), { maxItems: 16 })),
          iceServers: Type.Optional(
            Type.Array(
              Type.Object(
                {
                  urls: Type.String({
                    pattern: '^(stun|turn|turns):[^\\s]{1,256}$',
                    description: 'stun:HOST:PORT or turn:HOST:PORT'
                  }),
                  username: Type.Optional(Type.String({ maxLength: 256 })),
                  credential: Type.Optional(Type.String({ maxLength: 256 }))
                },
                closed
              ),
              { maxItems: 8 }
            )
          )
        },
        closed
      )
    )
  },
  closed
)
export type LiveSettings = Type.Static<typeof LiveSettings>

import type { StreamSettings } from '../../config/stream-settings.ts'
import type { SourceTrial } from '../../contract/api/source-trial.ts'
import { SightlineError } from '../../core/errors.ts'
import { EgressGuard, type EgressRules } from '../../media/egress/guard.ts'
import { JpegEncoder } from '../../media/jpeg-encoder.ts'
import { LiveDecoder } from '../../media/live-decoder.ts'
import { DirectDialler } from '../../media/sources/direct-dialler.ts'
import { openSource } from '../../media/sources/open-source.ts'
import { DemoSource } from '../demo-source.ts'

/** How a source is reached. */
export type TrialSettings = Pick<
  StreamSettings,
  'source' | 'transport' | 'verifyTls' | 'kind' | 'intervalMs' | 'maxPixels'
>

export interface TrialPlace {
  readonly egress: EgressRules
  /** Folder of the demo's video. */
  readonly demo: string
}

const pictureWidthPx = 640
/** So long pictures are counted for their rate. */
const countingMs = 1500
const leastCounted = 3

/** Opens a source once, and gives what it shows. @throws SL_INPUT_…, SL_OPTION_INVALID */
export async function trySource(
  { source: url, transport, verifyTls, kind, intervalMs, maxPixels }: TrialSettings,
  { egress, demo }: TrialPlace,
  signal: AbortSignal
): Promise<SourceTrial> {
  const guard = new EgressGuard(egress)
  const source = openSource(
    { url, transport, verifyTls, http: kind, intervalMs },
    {
      dialler: options => new DirectDialler({ resolve: host => guard.resolve(host), verifyTls: options.verifyTls }),
      openDemo: () => new DemoSource(demo)
    }
  )
  const beganMs = performance.now()
  await using connection = await source.connect(signal)
  const connectMs = performance.now() - beganMs
  signal.addEventListener('abort', () => void connection[Symbol.asyncDispose](), { once: true })
  await using decoder = new LiveDecoder(connection.format, { maxPixels })
  await using encoder = new JpegEncoder()
  let first: Pick<SourceTrial, 'width' | 'height' | 'pictureMs' | 'delayMs' | 'picture'> | undefined
  const shownMs: number[] = []
  let countedUntilMs = Number.POSITIVE_INFINITY
  let { codec } = connection.format
  for await (const unit of connection.units()) {
    codec = unit.format?.codec ?? codec
    if (first) shownMs.push(unit.sourceMs)
    else
      for (const { frame, unit: decoded } of await decoder.decode(unit)) {
        using picture = frame
        if (first) continue
        const pictureMs = performance.now() - beganMs
        const delayMs = decoded.wallMs === undefined ? null : Math.round(Date.now() - decoded.wallMs)
        const { jpeg } = await encoder.encode(picture, { maxWidth: pictureWidthPx })
        const { width, height } = picture
        first = { width, height, pictureMs, delayMs, picture: `data:image/jpeg;base64,${jpeg.toString('base64')}` }
        countedUntilMs = performance.now() + countingMs
      }
    if (performance.now() >= countedUntilMs) break
  }
  if (!first) throw new SightlineError('SL_INPUT_ENDED', 'The source ended before it had given a picture.')
  const { description, notice = null } = connection
  return { outcome: 'works', description, notice, codec, ...first, connectMs, fps: rateOf(shownMs) }
}

/** Of times of showing in milliseconds, which may come in another order. */
function rateOf(shownMs: readonly number[]): number | null {
  const spanMs = Math.max(...shownMs) - Math.min(...shownMs)
  if (shownMs.length < leastCounted || !(spanMs > 0)) return null
  return Math.round(((shownMs.length - 1) / spanMs) * 10_000) / 10
}

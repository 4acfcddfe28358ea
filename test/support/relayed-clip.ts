import type { RelayedUnit } from '../../src/live/stream-feed.ts'
import type { SourceCodec } from '../../src/media/sources/source.ts'
import { clipUnits } from './clip-units.ts'
import type { ClipOptions } from './make-clip.ts'

export interface RelayedClipOptions extends ClipOptions {
  readonly epoch?: number
  /** Of its first picture. */
  readonly fromMs?: number
}

const endings: Partial<Record<SourceCodec, string>> = { vp8: '.webm', vp9: '.webm', av1: '.mkv' }

/** A clip of 160×120 pixels and 12 pictures, where nothing else is said, as a feed relays it. */
export async function relayedClip(codec: SourceCodec, options: RelayedClipOptions = {}): Promise<RelayedUnit[]> {
  const { epoch = 1, fromMs = 0, width = 160, height = 120, ...rest } = options
  const named = codec === 'hevc' ? 'h265' : (codec as 'h264')
  const units = await clipUnits({ codec: named, frames: 12, width, height, ...rest }, endings[codec] ?? '.ts')
  const firstMs = units[0]!.sourceMs
  const format = { codec, parameterSets: Buffer.alloc(0), width, height }
  return units.map(({ data, isKey, sourceMs }, i) => ({
    ...{ data, isKey, epoch, ptsMs: fromMs + sourceMs - firstMs },
    ...(i === 0 && { format })
  }))
}

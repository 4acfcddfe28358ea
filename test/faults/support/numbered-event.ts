import type { EventRecord } from '../../../src/contract/record.ts'

/** Where a numbered event belongs: the life of one worker. */
export interface NumberedOrigin {
  readonly stream: string
  readonly epoch: number
  /** Wall time of its media time 0. */
  readonly baseMs: number
}

/** Events of a stream lie so far apart. */
const apartMs = 20

/** The `n`th of numbered events: all of its content follows from its number and where it belongs. */
export function numberedEvent({ stream, epoch, baseMs }: NumberedOrigin, n: number): EventRecord {
  const id = `${stream}/${epoch}/line.door@5f0c2a91/track-${n}/line-crossed/1`
  const ptsMs = n * apartMs
  return {
    type: 'event',
    id,
    stream,
    epoch,
    atMs: baseMs + ptsMs,
    body: {
      version: 1,
      id,
      stream,
      epoch,
      frame: n,
      ptsMs,
      kind: 'line-crossed',
      lineId: 'door',
      trackId: n,
      label: n % 3 ? 'person' : 'car',
      box: { x: (n % 7) / 16, y: (n % 5) / 16, w: 0.0625, h: 0.5 },
      direction: n % 2 ? 'in' : 'out'
    }
  }
}

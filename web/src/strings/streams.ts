import type { StateMessage } from '../../../src/contract/live.ts'
import type { Way } from '../live/player.ts'

/** What is said of a stream, wherever it is shown. */
export const streams = {
  stateSince: (state: string, since: string) => `${state}, since ${since}`,
  states: {
    connecting: 'Connecting',
    up: 'Live',
    waiting: 'Down',
    paused: 'Paused',
    failed: 'Failed'
  } satisfies Record<StateMessage['state'], string>,
  waitsForYou: 'Waits for you',
  paused: 'This stream rests.',
  waitingForPicture: 'Waiting for the picture…',
  waitingForStream: 'Waiting for the stream…',
  nobodySends: 'Nobody sends a camera yet.',
  transcoded: (why: string) => `Shown in another encoding: ${why}`,
  ways: { whep: 'WebRTC', fragments: 'over WebSocket', mjpeg: 'single pictures' } satisfies Record<Way, string>,
  noPicture: 'No picture at the moment.',
  behind: (ms: number) => `${ms} ms behind`,
  boxesWithin: (ms: number) => `boxes within ${ms} ms`,
  held: (ms: number) => `picture held ${ms} ms for them`,
  size: (width: number, height: number) => `${width} × ${height}`,
  lineCount: (name: string, inwards: number, outwards: number) => `${name}: ${inwards} in · ${outwards} out`,
  playout: 'What comes first',
  playouts: { exact: 'Exact boxes', lowest: 'Lowest latency' }
} as const

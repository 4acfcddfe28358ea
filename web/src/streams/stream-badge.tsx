import type { StateMessage } from '../../../src/contract/live.ts'
import { Badge, type Tone } from '../design/badge.tsx'
import { streams } from '../strings/streams.ts'

const tones: Readonly<Record<StateMessage['state'], Tone>> = {
  connecting: 'info',
  up: 'good',
  waiting: 'warn',
  paused: 'plain',
  failed: 'bad'
}

/** How a stream is, in a word. */
export function StreamBadge({ state, waitsForYou = false }: StreamBadgeProps) {
  if (waitsForYou) return <Badge>{streams.waitsForYou}</Badge>
  return <Badge tone={tones[state]}>{streams.states[state]}</Badge>
}

interface StreamBadgeProps {
  readonly state: StateMessage['state']
  /** Nobody sends to it, and this device could. */
  readonly waitsForYou?: boolean
}

import type { StateMessage } from '../../contract/live.ts'
import { titlesOf } from '../../contract/measure-titles.ts'
import type { StreamTask } from './worker-messages.ts'

/** What is otherwise with a stream from now on. */
export type StateChange = Partial<StateMessage> & Pick<StateMessage, 'state'>

export interface StreamSaid {
  /** Why browsers get another encoding than the source's, where they do. */
  readonly transcoded: string | undefined
  /** What is to be known about it beside that, sentence by sentence. */
  readonly notices: readonly (string | undefined)[]
}

/** What everybody is told of a stream: what is otherwise, with what its settings draw on its pictures. */
export function stateOf(
  { name, settings }: Pick<StreamTask, 'name' | 'settings'>,
  change: StateChange,
  { transcoded, notices }: StreamSaid
): StateMessage {
  const titles = titlesOf(settings)
  const notice = [change.notice, ...notices].filter(Boolean).join(' ')
  return {
    type: 'state',
    stream: name,
    title: settings.title ?? name,
    sinceMs: Date.now(),
    lines: pointsOf(settings.lines),
    zones: pointsOf(settings.zones),
    ...(Object.keys(titles).length > 0 && { titles }),
    ...(transcoded !== undefined && { transcoded }),
    ...change,
    ...(notice !== '' && { notice })
  }
}

/** Where it is no matter of seconds until it is asked again, people are told. */
export function untilLater(delayMs: number): string {
  if (delayMs < 60_000) return ''
  return ` It is asked again in ${Math.round(delayMs / 60_000)} min, as cameras lock out who is refused often; at once when the stream is changed or resumed.`
}

type Drawn = Readonly<Record<string, [number, number][] | { readonly points: [number, number][] }>>

function pointsOf(drawn: Drawn = {}): Record<string, [number, number][]> {
  return Object.fromEntries(
    Object.entries(drawn).map(([name, region]) => [name, Array.isArray(region) ? region : region.points])
  )
}

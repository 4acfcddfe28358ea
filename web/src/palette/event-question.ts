import type { EventKind } from '../../../src/contract/event.ts'
import { events } from '../strings/events.ts'

export interface EventQuestion {
  readonly stream?: string[]
  readonly kind?: EventKind[]
}

/** Shorter ones are in nearly everything. */
const leastLetters = 3
/** As many as the server takes. */
const mostValues = 100
const comesAndGoes: readonly string[] = ['track-started', 'track-ended'] satisfies readonly EventKind[]
const kinds = Object.entries(events.kinds) as [EventKind, string][]

/**
 * Which events the server is asked for, by what somebody has written: words that are in names of streams are those streams, words
 * that are in what may happen are that; what is left is looked for in what comes. Undefined where it is not worth asking.
 */
export function eventQuestion(
  text: string,
  streams: readonly { readonly name: string; readonly title: string }[]
): EventQuestion | undefined {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (!words.some(word => word.length >= leastLetters)) return undefined
  const long = words.filter(word => word.length >= leastLetters)
  const of = <Item>(items: readonly Item[], said: (item: Item) => string) =>
    items.filter(item => long.some(word => said(item).toLowerCase().includes(word)))
  const stream = of(streams, ({ name, title }) => `${name} ${title}`).map(({ name }) => name)
  const kind = of(kinds, ([, said]) => said).map(([name]) => name)
  const usual = kinds.map(([name]) => name).filter(name => !comesAndGoes.includes(name))
  return {
    ...(stream.length > 0 && stream.length <= mostValues && { stream }),
    kind: kind.length > 0 ? kind : usual
  }
}

import type { EventMessage } from '../../src/contract/live.ts'
import { eventSentence } from '../src/strings/event-sentence.ts'

/** Older ones are taken away. */
const mostShown = 100
/** New ones are shown in one go. */
const showEveryMs = 300
/** Who has the page read out to them is told of one, and how many more there were. */
const tellEveryMs = 8000

/** The list of what happened, the newest first. */
export class EventList {
  readonly #list: HTMLElement
  readonly #empty: HTMLElement
  readonly #told: HTMLElement
  readonly #titleOf: (stream: string) => string
  #waiting: EventMessage[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #untold = 0
  #toldAtMs = Number.NEGATIVE_INFINITY
  /** Who comes and goes is often said, and seldom of interest. */
  withTracks = false

  constructor(list: HTMLElement, empty: HTMLElement, told: HTMLElement, titleOf: (stream: string) => string) {
    this.#list = list
    this.#empty = empty
    this.#told = told
    this.#titleOf = titleOf
  }

  add(message: EventMessage): void {
    const { kind } = message.event
    if (!this.withTracks && (kind === 'track-started' || kind === 'track-ended')) return
    this.#waiting.push(message)
    if (this.#waiting.length > mostShown) this.#waiting.shift()
    this.#timer ??= setTimeout(() => this.#show(), showEveryMs)
  }

  #show(): void {
    this.#timer = undefined
    this.#empty.hidden = true
    this.#list.prepend(...this.#waiting.toReversed().map(message => this.#item(message)))
    this.#tell(this.#waiting)
    this.#waiting = []
    while (this.#list.childElementCount > mostShown) this.#list.lastElementChild?.remove()
  }

  #tell(messages: readonly EventMessage[]): void {
    this.#untold += messages.length
    const newest = messages.at(-1)
    if (!newest || performance.now() - this.#toldAtMs < tellEveryMs) return
    const more = this.#untold > 1 ? `, and ${this.#untold - 1} more` : ''
    this.#told.textContent = `${eventSentence(newest.event)}${more}.`
    this.#toldAtMs = performance.now()
    this.#untold = 0
  }

  #item({ atMs, event }: EventMessage): HTMLElement {
    const item = document.createElement('li')
    item.className = 'event'
    item.dataset.kind = event.kind
    const what = document.createElement('span')
    what.textContent = eventSentence(event)
    const where = document.createElement('span')
    where.className = 'event-where'
    const time = document.createElement('time')
    time.dateTime = new Date(atMs).toISOString()
    time.textContent = new Date(atMs).toLocaleTimeString()
    where.append(time, ` · ${this.#titleOf(event.stream)}`)
    item.append(what, where)
    return item
  }
}

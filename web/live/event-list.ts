import type { EventMessage } from '../../src/contract/live.ts'
import { eventSentence } from './event-sentence.ts'

/** Older ones are taken away. */
const mostShown = 100
/** New ones are told in one go, so that who has the page read out can follow. */
const everyMs = 500

/** The list of what happened, the newest first. */
export class EventList {
  readonly #list: HTMLElement
  readonly #empty: HTMLElement
  readonly #titleOf: (stream: string) => string
  #waiting: EventMessage[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Who comes and goes is often said, and seldom of interest. */
  withTracks = false

  constructor(list: HTMLElement, empty: HTMLElement, titleOf: (stream: string) => string) {
    this.#list = list
    this.#empty = empty
    this.#titleOf = titleOf
  }

  add(message: EventMessage): void {
    const { kind } = message.event
    if (!this.withTracks && (kind === 'track-started' || kind === 'track-ended')) return
    this.#waiting.push(message)
    if (this.#waiting.length > mostShown) this.#waiting.shift()
    this.#timer ??= setTimeout(() => this.#show(), everyMs)
  }

  #show(): void {
    this.#timer = undefined
    this.#empty.hidden = true
    this.#list.prepend(...this.#waiting.toReversed().map(message => this.#item(message)))
    this.#waiting = []
    while (this.#list.childElementCount > mostShown) this.#list.lastElementChild?.remove()
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

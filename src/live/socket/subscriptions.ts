import { Audience, type Selection } from './audience.ts'
import type { LiveClient, Subscription } from './live-client.ts'
import type { OutBox } from './out-box.ts'
import type { Topic, Topics } from './topic.ts'

type Subscriber = Pick<LiveClient, 'out'>

/** Who gets what: those who named streams, and those who want all that there are and will be. */
export class Subscriptions {
  readonly #topics: Topics
  readonly #everything = new Audience<OutBox>()
  readonly #onWatched: (stream: string, watched: boolean) => void

  /** `onWatched`: the first one wants the tracks of a stream that is there, or the last one does not any more. */
  constructor(topics: Topics, onWatched: (stream: string, watched: boolean) => void) {
    this.#topics = topics
    this.#onWatched = onWatched
  }

  /** Calls `give` with all who wanted it of this stream. */
  tell({ audience }: Topic, wanted: (selection: Selection) => boolean, give: (out: OutBox) => void): void {
    audience.each(wanted, give)
    this.#everything.each(wanted, give)
  }

  /** Tells how the streams are to who wants to know. */
  begin({ out }: Subscriber, before: Subscription | undefined, { streams, selection }: Subscription): void {
    const touched = this.#leave(out, before)
    if (streams) for (const stream of streams) touched.add(this.#topics.join(stream, out, selection))
    else this.#everything.add(out, selection)
    if (selection.state) {
      const topics = streams ? [...streams].map(stream => this.#topics.of(stream)) : this.#topics.all()
      for (const { state } of topics) out.newest(state)
    }
    const anyAll = streams === undefined || (before && before.streams === undefined)
    for (const topic of anyAll ? this.#topics.all() : touched) this.review(topic)
  }

  end({ out }: Subscriber, subscription: Subscription | undefined): void {
    const touched = this.#leave(out, subscription)
    const hadAll = subscription && subscription.streams === undefined
    for (const topic of hadAll ? this.#topics.all() : touched) this.review(topic)
  }

  /** Whether a stream's tracks are wanted may have changed. */
  review(topic: Topic): void {
    const watched = topic.stateMessage !== undefined && topic.audience.watchers + this.#everything.watchers > 0
    if (watched === topic.watched) return
    topic.watched = watched
    this.#onWatched(topic.name, watched)
  }

  /** Gives the streams that it had named. */
  #leave(out: OutBox, before: Subscription | undefined): Set<Topic> {
    const touched = new Set<Topic>()
    if (before?.streams === undefined) {
      if (before) this.#everything.remove(out)
      return touched
    }
    for (const stream of before.streams) {
      const topic = this.#topics.leave(stream, out)
      if (topic) touched.add(topic)
    }
    return touched
  }
}

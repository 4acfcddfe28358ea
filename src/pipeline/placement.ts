/** A process that streams can be placed in, as placing sees it. */
export interface Host {
  /** Sum of the weights of its streams. */
  readonly load: number
  /** True where it was made for one stream alone. */
  readonly isAlone: boolean
}

const coresForHost = 8

/**
 * How many processes streams are shared out to. Where a graphics card runs the models it is one: each process takes a
 * share of the card's memory and time of its own, and only frames of the same process can go through a model together.
 */
export function usualHosts(cores: number, hasOwnCard: boolean): number {
  return hasOwnCard ? 1 : Math.ceil(cores / coresForHost)
}

/** The host with the least to do, of those that are open to all. Undefined where there is none. */
export function leastLoaded<H extends Host>(hosts: readonly H[]): H | undefined {
  return hosts
    .filter(({ isAlone }) => !isAlone)
    .reduce<H | undefined>((best, host) => (best && best.load <= host.load ? best : host), undefined)
}

/** How long a stream has to be well before what it brought about is forgotten. */
const forgivenMs = 600_000
/** So many bear the whole blame for a death each; of more, each bears its share. Where nothing tells which, and there were more, none does. */
const fewStreams = 4
/** So many deaths of its host, all of them its own, and a stream is put apart. */
const mostDeaths = 2

/**
 * Which streams bring their process down. One that was there at two deaths gets a process of its own, where it can harm
 * nobody else; the others of its process had nothing to do with it more often than not. On a busy machine most streams are in native
 * code at any moment: that tells little, and a process for each would take what is left of the machine.
 */
export class Suspects {
  readonly #deaths = new Map<string, { readonly atMs: number; readonly share: number }[]>()

  /** A host died. `busy`: streams that were in native code at that moment, which is where processes die; if any. */
  died(streams: readonly string[], busy: readonly string[], nowMs: number): void {
    const suspects = busy.length > 0 ? busy : streams.length <= fewStreams ? streams : []
    const share = Math.min(1, fewStreams / suspects.length)
    for (const stream of suspects) this.#deaths.set(stream, [...this.#recent(stream, nowMs), { atMs: nowMs, share }])
  }

  isApart(stream: string, nowMs: number): boolean {
    const blame = this.#recent(stream, nowMs).reduce((sum, { share }) => sum + share, 0)
    return blame >= mostDeaths - 1e-9
  }

  forget(stream: string): void {
    this.#deaths.delete(stream)
  }

  #recent(stream: string, nowMs: number) {
    return (this.#deaths.get(stream) ?? []).filter(({ atMs }) => nowMs - atMs < forgivenMs)
  }
}

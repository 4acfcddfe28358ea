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
/** Where nothing tells which stream it was, it was one of all; among more than this, none is put apart for it. */
const fewStreams = 4
/** So many deaths of its host, and a stream is put apart. */
const mostDeaths = 2

/**
 * Which streams bring their process down. One that was there at two deaths gets a process of its own, where it can harm
 * nobody else; the others of its process had nothing to do with it more often than not.
 */
export class Suspects {
  readonly #deaths = new Map<string, number[]>()

  /** A host died. `busy`: streams that were in native code at that moment, which is where processes die; if any. */
  died(streams: readonly string[], busy: readonly string[], nowMs: number): void {
    const suspects = busy.length > 0 ? busy : streams.length <= fewStreams ? streams : []
    for (const stream of suspects) {
      const recent = (this.#deaths.get(stream) ?? []).filter(atMs => nowMs - atMs < forgivenMs)
      this.#deaths.set(stream, [...recent, nowMs])
    }
  }

  isApart(stream: string, nowMs: number): boolean {
    const deaths = this.#deaths.get(stream) ?? []
    return deaths.filter(atMs => nowMs - atMs < forgivenMs).length >= mostDeaths
  }

  forget(stream: string): void {
    this.#deaths.delete(stream)
  }
}

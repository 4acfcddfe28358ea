import { Durations } from '../core/durations.ts'
import type { Figure } from './figure.ts'
import { histogramOf } from './histogram-samples.ts'

/** Anything else is one: nobody can make series without end. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** How long answers took, by method and class of status. */
export class RequestCounts {
  readonly #all = new Map<string, Durations>()

  note(method: string, status: number, seconds: number): void {
    const key = `${methods.has(method) ? method : 'other'} ${Math.floor(status / 100)}xx`
    let durations = this.#all.get(key)
    if (!durations) this.#all.set(key, (durations = new Durations()))
    durations.add(seconds)
  }

  get figure(): Figure {
    const all = this.#all
    return {
      name: 'sightline_request_seconds',
      help: 'Time until an answer was sent, by method and class of status.',
      type: 'histogram',
      *read() {
        for (const [key, durations] of all) {
          const [method = '', status = ''] = key.split(' ')
          yield* histogramOf({ method, status }, durations)
        }
      }
    }
  }
}

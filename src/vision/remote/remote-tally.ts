import { Durations, type DurationsByName, sumOfDurations } from '../../core/durations.ts'
import { SightlineError } from '../../core/errors.ts'

const outcomes = {
  SL_REMOTE_FAILED: 'failed',
  SL_REMOTE_LATE: 'late',
  SL_REMOTE_REFUSED: 'refused',
  SL_REMOTE_INVALID: 'invalid'
} as const

/** What became of an attempt. */
export type ExchangeOutcome = 'answered' | (typeof outcomes)[keyof typeof outcomes]

/** One attempt at a server: from the first byte that goes out to the last that comes in. */
export interface Exchange {
  readonly outcome: ExchangeOutcome
  readonly ms: number
}

/** Of one model on a server. */
export interface RemoteCounts {
  /** How long attempts took, by what became of them. */
  readonly exchanges: DurationsByName
  /** Frames that the local model looked at in its place. */
  readonly fallbacks: number
}

/** By the model's name. */
export type RemoteFigures = Readonly<Record<string, RemoteCounts>>

export function outcomeOf(error: unknown): ExchangeOutcome {
  if (error === undefined) return 'answered'
  const code = error instanceof SightlineError ? error.code : undefined
  return outcomes[code as keyof typeof outcomes] ?? 'failed'
}

interface Counting {
  readonly exchanges: Partial<Record<ExchangeOutcome, Durations>>
  fallbacks: number
}

/** Counts what models on servers do, and goes on when they are closed. */
export class RemoteTally {
  readonly #models = new Map<string, Counting>()
  readonly #onExchange: (exchange: Exchange) => void

  constructor(onExchange: (exchange: Exchange) => void = () => {}) {
    this.#onExchange = onExchange
  }

  exchanged(model: string, exchange: Exchange): void {
    const { exchanges } = this.#of(model)
    const took = (exchanges[exchange.outcome] ??= new Durations())
    took.add(exchange.ms / 1000)
    this.#onExchange(exchange)
  }

  fellBack(model: string): void {
    this.#of(model).fallbacks++
  }

  get figures(): RemoteFigures {
    return Object.fromEntries(
      [...this.#models].map(([name, { exchanges, fallbacks }]) => {
        const took = Object.entries(exchanges).map(([outcome, durations]) => [outcome, durations.snapshot()])
        return [name, { exchanges: Object.fromEntries(took) as DurationsByName, fallbacks }]
      })
    )
  }

  #of(model: string): Counting {
    const counting = this.#models.get(model) ?? { exchanges: {}, fallbacks: 0 }
    this.#models.set(model, counting)
    return counting
  }
}

/** All of them together, model by model. */
export function sumOfRemotes(all: Iterable<RemoteFigures>): RemoteFigures {
  const sums: Record<string, RemoteCounts> = {}
  for (const figures of all)
    for (const [name, { exchanges, fallbacks }] of Object.entries(figures)) {
      const so = sums[name] ?? { exchanges: {}, fallbacks: 0 }
      sums[name] = { exchanges: sumOfDurations([so.exchanges, exchanges]), fallbacks: so.fallbacks + fallbacks }
    }
  return sums
}

import type { onSendHookHandler } from 'fastify'
import { type ErrorCode, errorCodes } from '../core/errors.ts'
import type { Figure } from './figure.ts'

/** Ways in for pictures, and to them. */
export type LiveDoor = 'whep' | 'whip' | 'live' | 'frames' | 'video' | 'mjpeg' | 'snapshot' | 'graphql'

const known = new Set<string>(errorCodes)

/** How often each door turned somebody away, by the code that it gave as the reason. */
export class Refusals {
  readonly #counts = new Map<LiveDoor, Map<ErrorCode, number>>()

  note(door: LiveDoor, code: ErrorCode): void {
    const codes = this.#counts.get(door) ?? new Map<ErrorCode, number>()
    this.#counts.set(door, codes.set(code, (codes.get(code) ?? 0) + 1))
  }

  /** For a route: what is answered with a problem document was refused, whoever refused it. */
  countedAs(door: LiveDoor): onSendHookHandler<unknown> {
    return async (_request, reply, payload) => {
      if (reply.statusCode < 400 || typeof payload !== 'string') return payload
      const code = codeOf(payload)
      if (code) this.note(door, code)
      return payload
    }
  }

  get figure(): Figure {
    return {
      name: 'sightline_refusals_total',
      help: 'Requests and messages that a way to or from pictures refused, by the code that it gave.',
      type: 'counter',
      read: () => this.#samples()
    }
  }

  *#samples() {
    for (const [door, codes] of this.#counts) for (const [code, value] of codes) yield { labels: { door, code }, value }
  }
}

function codeOf(problem: string): ErrorCode | undefined {
  try {
    const { code } = JSON.parse(problem) as { readonly code?: unknown }
    return typeof code === 'string' && known.has(code) ? (code as ErrorCode) : undefined
  } catch {
    return undefined
  }
}

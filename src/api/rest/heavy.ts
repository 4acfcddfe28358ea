import { SightlineError } from '../../core/errors.ts'
import type { Sources } from '../resources/sources.ts'
import type { Call } from './route.ts'

/** What takes a while and a thread: exports and questions to the past. Raise these where many ask at once and cores are idle. */
const mostAtOnce = 16
/** So that nobody takes all of them. */
const mostEach = 4

/** How many are under way, by who asked, of each server's. */
const servers = new WeakMap<Sources, Map<string, number>>()

/**
 * Begins something that takes a while; it ends with the connection's answer.
 * @throws SL_QUERY_BUSY, retryable, while too much is under way; SL_CANCELLED where whoever asked has gone already
 */
export function beginHeavy({ principal, reply, sources }: Pick<Call, 'principal' | 'reply' | 'sources'>): void {
  // While they were looked up, or their body was read: it has said so, and would never be counted out.
  if (reply.raw.destroyed) throw new SightlineError('SL_CANCELLED', 'Whoever asked has gone.')
  // Not by what programs are called: two people may call theirs the same.
  const whose = principal.userId ?? principal.actor
  const underWay = servers.get(sources) ?? new Map<string, number>()
  servers.set(sources, underWay)
  const own = underWay.get(whose) ?? 0
  const all = [...underWay.values()].reduce((sum, each) => sum + each, 0)
  if (own >= mostEach || all >= mostAtOnce) {
    reply.header('retry-after', 2)
    const who = own >= mostEach ? `${own} of your exports and questions` : `${all} exports and questions`
    throw new SightlineError('SL_QUERY_BUSY', `${who} are under way: ask again in a moment.`, { retryable: true })
  }
  underWay.set(whose, own + 1)
  reply.raw.once('close', () => {
    const left = (underWay.get(whose) ?? 1) - 1
    if (left > 0) underWay.set(whose, left)
    else underWay.delete(whose)
  })
}

import { parentPort } from 'node:worker_threads'
import { SightlineError } from '../../core/errors.ts'
import type { Digest } from './digest.ts'
import { MovementDigest } from './movement-digest.ts'
import { PastDigest } from './past-digest.ts'
import {
  type FromQueryThread,
  type QueryAnswer,
  type QueryItem,
  type QueryTask,
  type ToQueryThread,
  threadDied
} from './query-messages.ts'
import { RegionDigest } from './region-digest.ts'
import type { ChunkDamage } from './stored-chunk.ts'

/** The entry of the thread that decodes stored tracks and works them out, so that nobody else has to wait for it. */

type AnyDigest = Digest<QueryItem, QueryAnswer>

/** Items of a message: what the receiver unpacks in one go. */
const itemsAtOnce = 250

const port = parentPort!
const digests = new Map<number, AnyDigest>()

function digestOf(task: QueryTask): AnyDigest {
  if (task.kind === 'region') return new RegionDigest(task)
  return task.kind === 'past' ? new PastDigest(task) : new MovementDigest(task)
}

function send(message: FromQueryThread): void {
  port.postMessage(message)
}

function sendItems(query: number, items: readonly QueryItem[]): void {
  for (let at = 0; at < items.length; at += itemsAtOnce)
    send({ query, type: 'items', items: items.slice(at, at + itemsAtOnce) })
}

function handle(message: ToQueryThread): void {
  const { query } = message
  const digest = digests.get(query)
  if (message.type === 'open') digests.set(query, digestOf(message.task))
  else if (message.type === 'drop') digests.delete(query)
  else if (!digest) throw threadDied()
  else if (message.type === 'take') {
    const { head, isOver, bytes } = message
    const chunks = message.chunks.map(({ at, length, ...chunk }) => {
      return { ...chunk, bytes: bytes.subarray(at, at + length) }
    })
    const damaged: ChunkDamage[] = []
    sendItems(
      query,
      digest.take({ head, isOver, chunks }, damage => damaged.push(damage))
    )
    send({ query, type: 'took', damaged })
  } else {
    const { items, answer } = digest.finish()
    digests.delete(query)
    sendItems(query, items)
    send({ query, type: 'answer', answer })
  }
}

port.on('message', (message: ToQueryThread) => {
  try {
    handle(message)
  } catch (error) {
    const { query } = message
    digests.delete(query)
    const { code, retryable } =
      error instanceof SightlineError ? error : { code: 'SL_INTERNAL' as const, retryable: false }
    send({ query, type: 'failed', code, retryable, message: error instanceof Error ? error.message : String(error) })
  }
})

import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { SightlineError } from '../../core/errors.ts'
import { loaders } from '../../core/loaders.ts'
import type { AcmeOrder, FromAcmeThread, ToAcmeThread } from './acme-messages.ts'
import type { ServerCertificate } from './certificate-source.ts'

const threadUrl = new URL(`./acme-thread${extname(import.meta.url)}`, import.meta.url)

/** Longer than any authority takes; what hangs is begun again later. */
const limitMs = 5 * 60_000

/**
 * Gets a certificate from an ACME authority: in a thread, because the library that speaks with it cannot be stopped and
 * is needed for seconds in months. `onChallenge` has to resolve once the answer can be fetched.
 * Throws SL_CERTIFICATE_REFUSED.
 */
export async function placeOrder(
  order: AcmeOrder,
  onChallenge: (token: string, answer: string) => Promise<void>,
  stop: AbortSignal
): Promise<ServerCertificate> {
  const thread = new Worker(threadUrl, { workerData: order, name: 'acme', execArgv: loaders() })
  const signal = AbortSignal.any([stop, AbortSignal.timeout(limitMs)])
  try {
    for (;;) {
      const [message] = (await once(thread, 'message', { signal })) as [FromAcmeThread]
      if (message.kind === 'done') return { cert: message.cert, key: message.key }
      if (message.kind === 'failed') throw new Error(message.why)
      await onChallenge(message.token, message.answer)
      thread.postMessage('answered' satisfies ToAcmeThread)
    }
  } catch (cause) {
    throw new SightlineError(
      'SL_CERTIFICATE_REFUSED',
      `No certificate for ${order.domain} came from ${new URL(order.directory).host}: ${(cause as Error).message}. It has to reach this machine by that name on port 80 (see --acme-port).`,
      { cause, retryable: true }
    )
  } finally {
    await thread.terminate()
  }
}

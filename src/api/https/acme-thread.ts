import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { Agent } from 'node:https'
import { parentPort, workerData } from 'node:worker_threads'
import { axios, Client, crypto } from 'acme-client'
import type { AcmeOrder, FromAcmeThread } from './acme-messages.ts'

const port = parentPort!
const say = (message: FromAcmeThread) => port.postMessage(message)

try {
  say(await obtain(workerData as AcmeOrder))
} catch (error) {
  say({ kind: 'failed', why: error instanceof Error ? error.message : String(error) })
}
port.close()

/** One order, from the account to the certificate (RFC 8555), with a new key and an HTTP-01 challenge. */
async function obtain({ directory, domain, email, accountKey, trust }: AcmeOrder): Promise<FromAcmeThread> {
  if (trust !== undefined) axios.defaults.httpsAgent = new Agent({ ca: trust })
  axios.defaults.timeout = 30_000
  const client = new Client({ directoryUrl: directory, accountKey, backoffMin: 1_000, backoffMax: 10_000 })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const [key, csr] = await crypto.createCsr(
    { altNames: [domain] },
    privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  )
  const cert = await client.auto({
    csr,
    email,
    termsOfServiceAgreed: true,
    skipChallengeVerification: true, // Asking ourselves by our outer name fails behind many routers.
    challengePriority: ['http-01'],
    async challengeCreateFn(_authorization, { token }, answer) {
      const answered = once(port, 'message')
      say({ kind: 'challenge', token, answer })
      await answered
    },
    challengeRemoveFn: async () => undefined
  })
  return { kind: 'done', cert, key: key.toString() }
}

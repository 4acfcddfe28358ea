import { deepStrictEqual, equal } from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'

const built = new URL('../../web/dist/app/service-worker.js', import.meta.url)
const skip = existsSync(built) ? false : 'web/dist is not built: npm test builds it'

/** The built worker in surroundings of its own, where `fetch` is the network. */
function workerWith(fetch: (request: object) => Promise<unknown>) {
  const listeners = new Map<string, (event: object) => void>()
  const addEventListener = (type: string, listener: (event: object) => void) => listeners.set(type, listener)
  // A script and no module: browsers that know no modules in workers take it, too.
  runInNewContext(readFileSync(built, 'utf8'), { addEventListener, fetch, Response, URL })
  return (request: object): Promise<Response> | undefined => {
    let answer: Promise<Response> | undefined
    listeners.get('fetch')?.({ request, respondWith: (given: Promise<Response>) => (answer = given) })
    return answer
  }
}

const page = { mode: 'navigate', method: 'GET', url: 'https://here.example/events?kind=all' }
const away = () => Promise.reject(new TypeError('Failed to fetch'))

test('OF1 a page that the server has is the server’s, to the byte', { skip }, async () => {
  const there = new Response('as it is')
  equal(await workerWith(async () => there)(page), there)
})

test('OF2 in place of a page that cannot be fetched stands one without scripts, which is tried again', {
  skip
}, async () => {
  const answer = await workerWith(away)(page)
  equal(answer?.status, 503)
  equal(answer?.headers.get('refresh'), '10')
  equal(answer?.headers.get('content-security-policy'), "default-src 'none'; style-src 'unsafe-inline'")
  equal(/<script|src=/.test((await answer?.text()) ?? ''), false)
})

const others = [
  { mode: 'cors', url: 'https://here.example/api/v1/events' },
  { mode: 'no-cors', url: 'https://here.example/api/v1/streams/demo/snapshot.jpg' },
  { url: 'https://here.example/api/v1/events?format=csv' },
  { method: 'POST', url: 'https://here.example/sign-in' }
]
test('OF3 answers, pictures, downloads and forms are left to the browser', { skip }, () => {
  const answered = others.filter(other => workerWith(away)({ ...page, ...other }) !== undefined)
  deepStrictEqual(answered, [])
})

import { deepStrictEqual, doesNotMatch, match } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Job } from '../../src/contract/job.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { admin, letIn } from '../support/let-in.ts'
import { GraphHouse } from './graphql/graph-house.ts'
import { Subscriber } from './graphql/subscriber.ts'

const folder = '/srv/sightline/store.sqlite'
const away = () => {
  throw new SightlineError('SL_STORE_UNAVAILABLE', `The store ${folder} could not be read.`, { retryable: true })
}
const viewer = { ...admin, role: 'viewer' } as const
const asked = { method: 'POST', headers: { 'content-type': 'application/json' } }

/** A house whose store is away, and what its log has of that. */
async function opened(t: TestContext, principal: typeof admin) {
  const failures: Error[] = []
  const { house } = await GraphHouse.open(t, {
    callers: letIn(principal),
    onFailure: error => failures.push(error),
    sources: {
      events: { page: async () => away(), byId: async () => away() },
      jobs: { get: async () => away() } as never
    }
  })
  return { house, failures }
}

for (const { rule, principal, says } of [
  { rule: 'TE1 an admin hears where the store is that is away', principal: admin, says: true },
  { rule: 'TE2 nobody else does', principal: viewer, says: false }
] as const)
  test(rule, async t => {
    const { house } = await opened(t, principal as typeof admin)
    const rest = await (await fetch(`${house.url}/api/v1/events`)).text()
    const body = JSON.stringify({ query: '{ events { next } }' })
    const graph = await (await fetch(`${house.url}/graphql`, { ...asked, body })).text()
    for (const text of [rest, graph]) match(text, /SL_STORE_UNAVAILABLE/)
    deepStrictEqual(
      [rest, graph].map(text => text.includes(folder)),
      [says, says]
    )
  })

test('TE3 nor does who follows something, and the log has all of it', async t => {
  const { house, failures } = await opened(t, viewer as unknown as typeof admin)
  const followed = new Subscriber(t, house.url).follow('subscription { jobProgress(id: "abcdefghjkmn") { state } }')
  await followed.isOver()
  const [{ errors } = {}] = followed.heard
  deepStrictEqual(errors?.[0]?.extensions.code, 'SL_STORE_UNAVAILABLE')
  doesNotMatch(JSON.stringify(errors), new RegExp(folder))
  match(String(failures[0]), new RegExp(folder))
})

test('TE4 nor does a stranger who cannot be looked up', async t => {
  const callers = { ...letIn(), who: async () => away() }
  const { house } = await GraphHouse.open(t, { callers })
  const answer = await fetch(`${house.url}/api/v1/streams`)
  const { code, detail } = (await answer.json()) as { code: string; detail: string }
  deepStrictEqual([answer.status, code, detail.includes(folder)], [503, 'SL_STORE_UNAVAILABLE', false])
})

for (const { rule, principal, says } of [
  { rule: 'TE5 why a job failed has folders for admins', principal: admin, says: folder },
  { rule: 'TE6 and none for others', principal: viewer, says: '…/store.sqlite' }
] as const)
  test(rule, async t => {
    const error = { code: 'SL_INPUT_UNREADABLE', message: `${folder} cannot be read.` }
    const job = { stream: 'yard', input: 'a', options: null, error } as unknown as Job
    const { house } = await GraphHouse.open(t, {
      callers: letIn(principal as typeof admin),
      sources: { jobs: { get: async () => job } as never }
    })
    const { body } = await house.json('/api/v1/jobs/abcdefghjkmn')
    deepStrictEqual(body.error, { ...error, message: `${says} cannot be read.` })
  })

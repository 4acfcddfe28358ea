import { deepStrictEqual, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { Accounts } from '../../../src/api/identity/accounts.ts'
import { PasswordHash } from '../../../src/api/identity/password-hash.ts'
import { requireRoom } from '../../../src/config/count-settings.ts'
import { accessStores } from '../../../src/roles/access.ts'
import { AnalysisOrders } from '../../../src/roles/analysis-orders.ts'
import { Jobs } from '../../../src/store/jobs.ts'
import { Sites } from '../../../src/store/sites.ts'
import { RestHouse } from '../rest/rest-house.ts'

const reached = { status: 409, code: 'SL_LIMIT_REACHED' }
const refusal = ({ status, body }: { readonly status: number; readonly body: Record<string, unknown> }) => ({
  status,
  code: body.code
})

/** A house where there may be one of each. */
async function narrow(t: Parameters<typeof RestHouse.open>[0]) {
  const limits = { sites: 1, users: 1, programsPerUser: 1, grantsPerUser: 1, jobs: 1 }
  let accounts!: Accounts
  const house: RestHouse = await RestHouse.open(t, {
    settings: { now: { limits } } as never,
    accounts: new Proxy({} as never, { get: (_, key) => Reflect.get(accounts, key).bind(accounts) })
  })
  const stores = accessStores(house.database)
  const hash = new PasswordHash()
  accounts = new Accounts({ stores: () => stores, hash, changed: () => undefined, limits: () => limits })
  return { house, limits, accounts, stores }
}

test('LM1 one more site, user or grant than may be is refused with a code, and the one that is there stays', async t => {
  const { house } = await narrow(t)
  const post = (path: string, body: object) => house.json(path, { method: 'POST', body })
  const site = (id: string) => post('/api/v1/sites', { id, title: id, timeZone: 'UTC' })
  deepStrictEqual([(await site('one')).status, refusal(await site('two'))], [201, reached])
  const user = (name: string) => post('/api/v1/users', { name, role: 'viewer' })
  const { status, body: ada } = await user('ada')
  deepStrictEqual([status, refusal(await user('bob'))], [201, reached])
  const grant = (scopeId: string, role: string) =>
    house.json(`/api/v1/users/${ada.id}/grants`, { method: 'PUT', body: { scope: 'stream', scopeId, role } })
  deepStrictEqual([(await grant('yard', 'viewer')).status, refusal(await grant('gate', 'viewer'))], [200, reached])
  deepStrictEqual((await grant('yard', 'operator')).status, 200)
})

test('LM2 of jobs that wait no more are ordered, and may be later', async t => {
  const { house, limits } = await narrow(t)
  const jobs = new Jobs(house.database)
  await jobs.add({ kind: 'analysis', input: '/a', options: null, stream: 'yard', ownStream: true })
  const orders = new AnalysisOrders({ jobs, assets: house.assets, epochs: {} as never, limits: () => limits })
  const order = { digest: 'ab'.repeat(32), title: 'a', modifiedMs: 1, settings: {} }
  const error = await orders.order(order).catch(error => error)
  deepStrictEqual([error.code, error.retryable], ['SL_LIMIT_REACHED', true])
})

test('LM3 whoever has as many grants as may be makes no stream; the one that they made is theirs, whatever came between', async t => {
  const { accounts, stores } = await narrow(t)
  const userId = await accounts.add('test', { name: 'olga', role: 'operator' })
  await accounts.requireRoomToShare({ userId })
  await accounts.give('test', { userId, scope: 'stream', scopeId: 'yard', role: 'viewer' })
  await rejects(accounts.requireRoomToShare({ userId }), { code: reached.code })
  await accounts.share({ actor: 'user:olga', userId }, 'made')
  deepStrictEqual(
    (await stores.grants.ofUser(userId)).map(({ scopeId, role }) => `${role} of ${scopeId}`),
    ['operator of made', 'viewer of yard']
  )
})

test('LM4 of many that are made at the same moment no more are taken than may be', async t => {
  const { house, limits, accounts, stores } = await narrow(t)
  const { assets } = house
  const names = ['a', 'b', 'c', 'd', 'e']
  const taken = async (make: (name: string) => Promise<unknown>) =>
    (await Promise.allSettled(names.map(make))).filter(({ status }) => status === 'fulfilled').length
  const users = await taken(name => accounts.add('test', { name, role: 'viewer' }))
  const userId = (await stores.users.page()).items[0]!.id
  const token = { userId, scopes: [], expiresMs: null }
  const sites = new Sites(house.database)
  const room = (there: number) => requireRoom(limits, 'sites', there)
  const orders = new AnalysisOrders({
    jobs: new Jobs(house.database),
    assets,
    epochs: {} as never,
    limits: () => limits
  })
  const kept = { kind: 'upload', owner: 'upload/olga/1', name: 'a' } as const
  const { digest } = await assets.keep(Buffer.from('a video'), kept)
  const order = { digest, modifiedMs: 1, settings: {} }
  deepStrictEqual(
    [
      users,
      await taken(scopeId => accounts.give('test', { userId, scope: 'stream', scopeId, role: 'viewer' })),
      await taken(title => accounts.issue('test', { ...token, title })),
      await taken(id => sites.create({ id, title: id, timeZone: 'UTC', createdMs: 1 }, room)),
      await taken(title => orders.order({ ...order, title }))
    ],
    [1, 1, 1, 1, 1]
  )
})

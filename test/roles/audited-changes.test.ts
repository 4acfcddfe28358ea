import { deepStrictEqual, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Audit } from '../../src/store/audit.ts'
import { fill, type StreamContents } from '../api/rest/rest-contents.ts'
import { ServedHouse } from '../support/served-house.ts'

// Every route that changes something leaves a line in the audit. One that is missing in `changes` and `others` fails.

interface Change {
  readonly path?: (of: Made) => string
  readonly body?: (of: Made) => object
  /** What the audit has of it. */
  readonly action: string
  /** Whose id is that of what was made. */
  readonly keeps?: 'user'
}
/** What there is to change. */
interface Made extends StreamContents {
  readonly user: string
}

const corners = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1]
] as const

/** In the order in which they are made. */
const changes: Readonly<Record<string, Change>> = {
  'POST /api/v1/sites': { body: () => ({ id: 'berlin', title: 'Berlin', timeZone: 'UTC' }), action: 'site-created' },
  'PATCH /api/v1/sites/:id': {
    path: () => '/api/v1/sites/berlin',
    body: () => ({ title: 'B' }),
    action: 'site-changed'
  },
  'DELETE /api/v1/sites/:id': { path: () => '/api/v1/sites/berlin', action: 'site-removed' },
  'POST /api/v1/users': {
    body: () => ({ name: 'grace', role: 'viewer', password: 'blau wie der See' }),
    action: 'user-added',
    keeps: 'user'
  },
  'PATCH /api/v1/users/:id': {
    path: ({ user }) => `/api/v1/users/${user}`,
    body: () => ({ role: 'operator' }),
    action: 'user-changed'
  },
  'PUT /api/v1/users/:id/grants': {
    path: ({ user }) => `/api/v1/users/${user}/grants`,
    body: () => ({ scope: 'stream', scopeId: 'yard', role: 'viewer' }),
    action: 'grant-given'
  },
  'DELETE /api/v1/users/:id/grants/:scope/:scopeId': {
    path: ({ user }) => `/api/v1/users/${user}/grants/stream/yard`,
    action: 'grant-taken'
  },
  'POST /api/v1/users/:id/invitation': {
    path: ({ user }) => `/api/v1/users/${user}/invitation`,
    body: () => ({}),
    action: 'user-invited'
  },
  'DELETE /api/v1/users/:id/invitation': {
    path: ({ user }) => `/api/v1/users/${user}/invitation`,
    action: 'invitation-revoked'
  },
  'DELETE /api/v1/users/:id': { path: ({ user }) => `/api/v1/users/${user}`, action: 'user-removed' },
  'PATCH /api/v1/recordings/:id': {
    path: ({ recordingId }) => `/api/v1/recordings/${recordingId}`,
    body: () => ({ title: 'Final' }),
    action: 'recording-renamed'
  },
  'PUT /api/v1/reports/:id/calibration': {
    path: ({ recordingId }) => `/api/v1/reports/${recordingId}/calibration`,
    body: () => ({ points: corners.map(([x, y]) => ({ image: [x, y], world: [10 * x, 10 * y] })) }),
    action: 'recording-calibrated'
  },
  'POST /api/v1/identities/:id/split': {
    path: () => '/api/v1/identities/ada-yard/split',
    body: () => ({ tracks: [{ stream: 'yard', epoch: 1, trackId: 2 }] }),
    action: 'identity-split'
  },
  'POST /api/v1/identities/:id/merge': {
    path: () => '/api/v1/identities/ada-yard/merge',
    body: () => ({ into: 'bob-yard' }),
    action: 'identity-merged'
  },
  'POST /api/v1/jobs': { body: ({ recordingId }) => ({ recording: recordingId }), action: 'job-created' },
  'POST /api/v1/jobs/:id/cancel': { path: ({ jobId }) => `/api/v1/jobs/${jobId}/cancel`, action: 'job-cancelled' },
  'PATCH /api/v1/settings': { body: () => ({ live: { maxFps: 4 } }), action: 'settings-changed' }
}

const streams = 'stream-api.test.ts, SA1'
const own = 'api/identity/permissions.test.ts, PE10'
const sessions = 'api/rest/sessions.test.ts, SE4'
const offers = 'a viewer or a sender comes and goes: nothing is otherwise afterwards'
const identity = 'needs a provider: api/oidc/oidc-sign-in.test.ts'
const links = 'share-links.test.ts, RS11'
const upload = 'its sender’s until it is a job or removed: AU3'
const others: Readonly<Record<string, string>> = {
  'POST /graphql': 'asks the same functions: api/graphql/access.test.ts, GA5',
  'POST /api/v1/streams': streams,
  'PATCH /api/v1/streams/:stream': streams,
  'DELETE /api/v1/streams/:stream': streams,
  'POST /api/v1/streams/:stream/pause': streams,
  'POST /api/v1/streams/:stream/resume': streams,
  'POST /camera/start': 'camera-api.test.ts, CA1',
  'POST /camera/stop': 'camera-api.test.ts, CA1',
  'PUT /api/v1/users/:id/identity': identity,
  'DELETE /api/v1/users/:id/identity': identity,
  'POST /api/v1/tokens': own,
  'DELETE /api/v1/tokens/:id': own,
  'DELETE /api/v1/users/:id/tokens/:of': sessions,
  'DELETE /api/v1/users/:id/sessions': sessions,
  'DELETE /api/v1/users/:id/sessions/:of': sessions,
  'DELETE /api/v1/sessions': sessions,
  'DELETE /api/v1/sessions/:id': sessions,
  'PUT /api/v1/session/password': own,
  'PUT /api/v1/events/seen': 'one’s own: store/suites/seen-events.ts, SE1',
  'POST /api/v1/sources/test': 'looks',
  'POST /api/v1/models/:name/pull': 'needs a catalogue: model-desk.test.ts, MD2',
  'POST /api/v1/models/:name/pull/cancel': 'needs a catalogue: model-desk.test.ts, MD3',
  'POST /api/v1/models/:name/try': 'looks',
  'POST /api/v1/measures/query': 'looks',
  'POST /api/v1/trajectories/region': 'looks',
  'POST /api/v1/share-links': links,
  'DELETE /api/v1/share-links/:id': links,
  'POST /api/v1/uploads': upload,
  'PATCH /api/v1/uploads/:id': upload,
  'DELETE /api/v1/uploads/:id': upload,
  'POST /whep/:stream': offers,
  'PUT /whep/:stream': offers,
  'PATCH /whep/:stream/:session': offers,
  'PUT /whep/:stream/:session': offers,
  'DELETE /whep/:stream/:session': offers,
  'POST /whip/:stream': offers,
  'PUT /whip/:stream': offers,
  'PATCH /whip/:stream/:session': offers,
  'PUT /whip/:stream/:session': offers,
  'DELETE /whip/:stream/:session': offers
}

let served: ServedHouse
let contents: StreamContents
before(async () => {
  served = await ServedHouse.open()
  contents = await fill(served.house.storage, 'yard')
})
after(() => served[Symbol.asyncDispose]())

test('AU1 every route that changes something is made here, or it is said where', () => {
  const changing = served.server.routeRules.flatMap(({ method, path, rule }) =>
    'open' in rule || ['GET', 'HEAD', 'OPTIONS', 'UPGRADE'].includes(method) ? [] : `${method} ${path}`
  )
  deepStrictEqual(changing.sort(), [...Object.keys(changes), ...Object.keys(others)].sort())
})

test('AU2 every change is in the audit, with who made it', async () => {
  const audit = new Audit(served.house.storage.database)
  let made: Made = { ...contents, user: '' }
  for (const [name, { path, body, action, keeps }] of Object.entries(changes)) {
    const [method = '', route = ''] = name.split(' ')
    const answer = await served.ask(`${method} ${path?.(made) ?? route}`, { body: body?.(made) })
    ok(answer.status < 300, `${name}: ${answer.status} ${answer.text}`)
    if (keeps) made = { ...made, [keeps]: String(answer.body.id) }
    const [last] = (await audit.page({ limit: 1 })).items
    deepStrictEqual([name, last?.actor, last?.action], [name, 'user:admin', action])
  }
})

test('AU3 an upload that somebody removes is in the audit', async () => {
  const headers = { 'tus-resumable': '1.0.0' }
  const begun = await served.ask('POST /api/v1/uploads', { headers: { ...headers, 'upload-length': '10' } })
  const path = begun.headers.get('location') ?? ''
  deepStrictEqual((await served.ask(`DELETE ${path}`, { headers })).status, 204)
  const [last] = (await new Audit(served.house.storage.database).page({ limit: 1 })).items
  deepStrictEqual([last?.action, last?.subject], ['upload-removed', `upload/${path.split('/').at(-1)}`])
})

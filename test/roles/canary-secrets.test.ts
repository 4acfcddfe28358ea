import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Settings } from '../../src/config/settings.ts'
import { Listener } from '../api/live-server.ts'
import { ScriptedProvider } from '../api/oidc/scripted-provider.ts'
import { childrenOf } from '../faults/support/process-figures.ts'
import { until } from '../faults/support/until.ts'
import { asFirstAdmin } from '../support/first-admin.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { sourcesBelow } from '../support/source-tree.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

// Every field that takes a secret has one that is found nowhere else. What sources are told by other machines is in
// hidden-passwords.test.ts.

const canary = (name: string) => `canary-${name}-k7w2q9`
const names = [
  ...['source-file', 'source-api', 'source-trial', 'source-camera', 'turn', 'redis', 'database', 's3-key', 'traces'],
  ...['oidc', 'sealing-key-of-32-characters', 'new-user', 'wrong-password', 'wrong-token', 'query', 'body', 'settings'],
  'share-link'
]
const secrets = Object.fromEntries(names.map(name => [name, canary(name)]))
/** Nobody answers there. */
const nobody = '127.0.0.1:9'
const camera = (name: string) => `rtsp://admin:${canary(name)}@${nobody}/live`

const environment = {
  SIGHTLINE_LOG_LEVEL: 'trace',
  SIGHTLINE_SECRET_KEY: canary('sealing-key-of-32-characters'),
  SIGHTLINE_REDIS_URL: `redis://:${canary('redis')}@${nobody}`,
  SIGHTLINE_OIDC_CLIENT_SECRET: canary('oidc'),
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://${nobody}`,
  OTEL_EXPORTER_OTLP_HEADERS: `authorization=${canary('traces')}`
}
const settings = {
  access: { oidc: { issuer: `http://${nobody}`, clientId: 'sightline' } },
  cameraApi: { allow: ['127.0.0.1'] },
  telemetry: { traces: { endpoint: `http://${nobody}` } },
  live: { webrtc: { iceServers: [{ urls: `turn:${nobody}`, username: 'turner', credential: canary('turn') }] } },
  streams: { file: { source: camera('source-file'), model: 'motion' } }
}

const away = {
  SIGHTLINE_LOG_LEVEL: 'trace',
  SIGHTLINE_DATABASE_URL: `postgres://sightline:${canary('database')}@${nobody}/sightline`,
  SIGHTLINE_S3_BUCKET: 'blobs',
  SIGHTLINE_S3_ENDPOINT: `http://${nobody}`,
  SIGHTLINE_S3_REGION: 'home',
  SIGHTLINE_S3_ACCESS_KEY_ID: 'canary',
  SIGHTLINE_S3_SECRET_ACCESS_KEY: canary('s3-key')
}
/** Variables that are called as if they held a secret, and are not given one here. */
const noSecrets: Readonly<Record<string, string>> = {
  AWS_SECRET_ACCESS_KEY: 'the same as SIGHTLINE_S3_SECRET_ACCESS_KEY, by another name',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'the same as OTEL_EXPORTER_OTLP_ENDPOINT, by another name',
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'the same as OTEL_EXPORTER_OTLP_HEADERS, by another name'
}
const secretVariable =
  /\b(?:SIGHTLINE|OTEL|AWS)_[A-Z0-9_]*(?:SECRET|PASSWORD|TOKEN|KEY|CREDENTIAL|HEADERS|URL|ENDPOINT)\w*/g
const secretField = /credential|password|secret|token/i

/** Where a schema has a field that is called as if it took a secret, as `live.webrtc.iceServers.credential`. */
function secretFields(schema: unknown, path = ''): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties = {}, items, anyOf = [], patternProperties = {} } = schema as Readonly<Record<string, object>>
  const below = [items, ...(anyOf as object[]), ...Object.values(patternProperties)]
  return [
    ...below.flatMap(each => secretFields(each, path)),
    ...Object.entries(properties).flatMap(([name, inner]) => {
      const place = path === '' ? name : `${path}.${name}`
      return [...(secretField.test(name) ? [place] : []), ...secretFields(inner, place)]
    })
  ]
}

/** Where something was found, and what was around it. */
function findings(said: Readonly<Record<string, string>>, what: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(what).flatMap(([name, secret]) =>
    [secret, encodeURIComponent(secret), btoa(`admin:${secret}`)].flatMap(form =>
      Object.entries(said).flatMap(([where, text]) => {
        const at = text.indexOf(form)
        return at < 0 ? [] : [`${name} in ${where}: ${text.slice(Math.max(0, at - 100), at + 60)}`]
      })
    )
  )
}

/** Command lines of a process and all that it started; environments of those alone, since its own is given to it. */
function processesOf(pid: number, isOwn = true): Readonly<Record<string, string>> {
  return Object.assign(
    { [`command line of ${pid}`]: readFileSync(`/proc/${pid}/cmdline`, 'utf8') },
    !isOwn && { [`environment of ${pid}`]: readFileSync(`/proc/${pid}/environ`, 'utf8') },
    ...childrenOf(pid).map(child => processesOf(child, false))
  )
}

/** Begins to sign in over there, and gives where somebody comes back. */
async function askProvider(url: string, provider: ScriptedProvider) {
  const begun = await fetch(`${url}/auth/oidc/start`, { redirect: 'manual' })
  const { searchParams } = new URL(begun.headers.get('location') ?? url)
  provider.nonce = searchParams.get('nonce') ?? ''
  const path = `/auth/oidc/callback?code=a-code&state=${searchParams.get('state')}`
  const cookie = begun.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  return [begun.status, { path, cookie }] as const
}

/** What lies in a folder, but for the keys, which only their owner may read. */
function filesOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    files
      .filter(file => file.isFile() && !file.parentPath.endsWith('/secrets'))
      .map(file => join(file.parentPath, file.name))
      .map(path => [path, readFileSync(path, 'latin1')])
  )
}

test('CS1 what was given in secret is in no log, answer, metric, message, process list, and not in the store', {
  timeout: 180_000
}, async t => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'sightline.yaml')
  const provider = await ScriptedProvider.open(t)
  const given = { ...settings, access: { oidc: { ...settings.access.oidc, issuer: provider.issuer } } }
  await writeFile(file, JSON.stringify(given))
  const data = join(folder.path, 'data')
  await using serve = new ServingProcess(data, environment, ['--config', file])
  const [, url = ''] = await serve.says(/(http:\S+)\/readyz/)
  await serve.says(/Ready, on/)
  const said: Record<string, string> = {}
  let asked = 0
  let admin: Readonly<Record<string, string>> = {}
  const ask = async (method: string, path: string, body?: object | string, headers: object = admin) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      redirect: 'manual'
    })
    const text = await answer.text()
    said[`answer ${++asked}, ${method} ${path.split('?')[0]} ${answer.status}`] = text
    return { status: answer.status, text }
  }
  admin = await asFirstAdmin(url, serve.said)
  const live = await Listener.open(url, '/api/v1/live', admin)
  live.say({ type: 'subscribe' })
  const streams = { api: camera('source-api') }
  for (const [name, source] of Object.entries(streams))
    equal((await ask('POST', '/api/v1/streams', { name, source, model: 'motion' })).status, 201)
  await ask('POST', '/api/v1/sources/test', { source: camera('source-trial') })
  const id = '00000000-0000-4000-8000-000000000001'
  equal((await ask('POST', '/camera/start', { rtsp_link: camera('source-camera'), camera_id: id }, {})).status, 200)
  const user = { name: 'grace', role: 'viewer', password: canary('new-user') }
  equal((await ask('POST', '/api/v1/users', user)).status, 201)
  const made = await fetch(`${url}/api/v1/tokens`, {
    method: 'POST',
    headers: { ...admin, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'nightly', scopes: ['events:read'] })
  })
  const { token } = (await made.json()) as { token: string }
  match(token, /^slt_/)
  equal((await ask('GET', '/api/v1/events', undefined, { authorization: `Bearer ${token}` })).status, 200)
  // What people and programs get wrong.
  await ask('POST', '/api/v1/session', { name: 'grace', password: canary('wrong-password') }, {})
  await ask('GET', '/api/v1/events', undefined, { authorization: `Bearer slt_${canary('wrong-token')}` })
  await ask('GET', `/api/v1/events?token=${canary('query')}`)
  await ask('POST', `/api/v1/shared/${id}`, { secret: canary('share-link') }, {})
  await ask('GET', `/api/v1/shared/${id}`, undefined, { cookie: `sightline-share=${canary('share-link')}` })
  await ask('POST', '/api/v1/streams', `{"name":"x","source":"${canary('body')}`)
  await ask('POST', '/api/v1/streams', { name: 'x', password: canary('body') })
  const credential = canary('settings')
  await ask('PATCH', '/api/v1/settings', { live: { webrtc: { iceServers: [{ urls: `turn:${nobody}`, credential }] } } })
  await ask('PATCH', '/api/v1/settings', { uploads: { password: credential } })
  await ask('GET', '/auth/oidc/start', undefined, {})
  await ask('POST', '/graphql', { query: '{ settings { items { key value } } }' })
  await ask('POST', '/graphql', { query: '{ streams { items { stream settings } } system { version } }' })
  // The provider is shown the client's secret, and says that somebody else is somebody.
  const [begun, callback] = await askProvider(url, provider)
  equal(begun, 302)
  await ask('GET', callback.path, undefined, { cookie: callback.cookie })
  const [shown = ''] = provider.shown.map(each => each.replace('Basic ', ''))
  equal(decodeURIComponent(atob(shown)), `sightline:${canary('oidc')}`)
  await ask('GET', '/auth/oidc/callback?code=x&state=y', undefined, { cookie: callback.cookie })
  await ask('PATCH', '/api/v1/settings', { telemetry: { traces: { requests: 0.5 } } })
  await ask('PATCH', '/api/v1/settings', { access: { oidc: { clientSecretFile: canary('body') } } })
  await until('each source says why it is not there', async () => {
    const { text } = await ask('GET', '/api/v1/streams?live=true')
    const { items } = JSON.parse(text) as { items: { state: { code?: string } | null }[] }
    return items.length === 3 && items.every(({ state }) => state?.code !== undefined)
  })
  const looked = ['streams', 'streams/api', 'streams/file', 'users', 'tokens', 'events', 'system', 'models', 'audit']
  const inside = ['system/logs', 'system/doctor', 'system/disk']
  for (const name of [...looked, ...inside, 'config/schema.json', 'settings', 'nothing'])
    await ask('GET', `/api/v1/${name}`)
  for (const path of ['/camera/status', '/metrics', '/readyz', '/', '/openapi.json']) await ask('GET', path)
  // What is wrong with settings is told by their lines.
  const wrong = { urls: `turn:${nobody}`, username: 'turner', credential: canary('turn') }
  await writeFile(file, JSON.stringify({ ...given, live: { webrtc: { iceServers: wrong } } }))
  await until('the settings are refused', async () => (await ask('GET', '/readyz')).text.includes('SL_CONFIG'))
  const processes = processesOf(serve.child.pid!)
  ok(Object.keys(processes).length > 1)
  said.live = JSON.stringify(live.heard)
  live.socket.close()
  equal(await serve.stop(), 0)
  const cookies = Object.fromEntries(admin.cookie!.split('; ').map(each => each.split(/=(.*)/s).slice(0, 2)))
  const all = { ...secrets, token, shown, ...cookies, password: 'eleven tall lighthouses' }
  deepStrictEqual(findings({ ...said, ...processes, log: serve.said, ...filesOf(data) }, all), [])
})

test('CS2 addresses and keys of databases and buckets that are away are in no log, answer and process list', {
  timeout: 180_000
}, async () => {
  await using folder = await temporaryFolder()
  const data = join(folder.path, 'data')
  await using serve = new ServingProcess(data, away)
  const [, url = ''] = await serve.says(/(http:\S+)\/readyz/)
  const answer = async (path: string) => (await fetch(`${url}${path}`)).text()
  await until('it says that the database is away', async () =>
    /127\.0\.0\.1|refused|reach/.test(await answer('/readyz'))
  )
  const said = { ready: await answer('/readyz'), metrics: await answer('/metrics'), sign: await answer('/') }
  const processes = processesOf(serve.child.pid!)
  await serve.stop()
  deepStrictEqual(findings({ ...said, ...processes, log: serve.said, ...filesOf(data) }, secrets), [])
})

test('CS3 every variable and every setting that may be secret has a canary here', () => {
  const variables = sourcesBelow('src').flatMap(({ code }) => code.match(secretVariable) ?? [])
  deepStrictEqual(
    [...new Set(variables)].sort(),
    [...Object.keys({ ...environment, ...away, ...noSecrets })].filter(name => name.match(secretVariable)).sort()
  )
  deepStrictEqual(
    [...new Set(secretFields(Settings))].sort(),
    // The first names a file, the last says yes or no.
    ['access.oidc.clientSecretFile', 'live.webrtc.iceServers.credential', 'server.corsOrigins.credentials']
  )
})

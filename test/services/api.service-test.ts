import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { scopes } from '../../src/access/principal.ts'
import { type DataFolder, dataFolder } from '../../src/core/data-folder.ts'
import { Assets } from '../../src/store/assets.ts'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase } from '../../src/store/database.ts'
import { fill } from '../api/rest/rest-contents.ts'
import { asFirstAdmin } from '../support/first-admin.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { findSchemathesis, runSchemathesis } from './schemathesis.ts'

type Paths = Readonly<Record<string, Readonly<Record<string, { readonly summary?: string }>>>>

const seconds = 30
/** One at a time: Python before 3.12.2 fails of itself where two threads parse at once (CPython 106905). */
const workers = '1'
/** Asked last. Revoking drawn tokens would revoke the one that it asks with; drawn settings throw away what lists show. */
const last = ['/api/v1/tokens/{id}', '/api/v1/settings']
const each = (option: string, paths = last) => paths.flatMap(path => [option, path])
/** Pictures of cameras: those of a stream that was drawn are nowhere, which is 503, or is waited for. */
const pictures = ['/api/v1/streams/{stream}/mjpeg', '/api/v1/streams/{stream}/snapshot.jpg']
/** `positive_data_acceptance`: an end before a begin is refused, and no schema can say so. */
const left = 'positive_data_acceptance'

test('the types of the web client are of the document that is served (else: npm run api:types)', async () => {
  await using folder = await temporaryFolder()
  await using serving = new ServingProcess(join(folder.path, 'data'))
  const [, url = ''] = await serving.says(/(http:\S+)\/readyz/)
  const document = await (await fetch(`${url}/openapi.json`)).text()
  const types = await readFile(new URL('../../web/src/api/openapi.d.ts', import.meta.url), 'utf8')
  const [, digest] = /SHA-256 ([0-9a-f]{64})/.exec(types) ?? []
  strictEqual(digest, createHash('sha256').update(document).digest('hex'))
})

test('whatever is drawn from the document, the server answers as it says, and never with a fault', async t => {
  const found = await findSchemathesis()
  if ('missing' in found) return t.skip(found.missing)
  await using folder = await temporaryFolder()
  const data = dataFolder(join(folder.path, 'data'))
  await fillFolder(data)
  // It asks more in a minute than anybody should.
  const limits = ['READS', 'CHANGES', 'CONNECTIONS', 'USERS_PER_ADDRESS'].map(name => [
    `SIGHTLINE_SERVER_RATE_LIMITS_${name}`,
    '1000000'
  ])
  await using serving = new ServingProcess(data.path, Object.fromEntries(limits))
  const [, url = ''] = await serving.says(/(http:\S+)\/readyz/)
  await serving.says(/Ready/)
  const { cookie } = await asFirstAdmin(url, serving.said)
  const headers = { cookie, 'content-type': 'application/json' }
  const body = JSON.stringify({ title: 'schemathesis', scopes })
  const issued = await fetch(`${url}/api/v1/tokens`, { method: 'POST', headers, body })
  strictEqual(issued.status, 201)
  const { token } = (await issued.json()) as { readonly token: string }
  const args = [
    `${url}/openapi.json`,
    ...['--header', `Authorization: Bearer ${token}`, '--workers', workers, '--request-timeout', '10', '--seed', '1'],
    ...['--exclude-checks', left, '--warnings', 'off', '--continue-on-failure', '--max-examples', '15']
  ]
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { readonly paths: Paths }
  const silent = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { summary }]) => (summary ? [] : [`${method} ${path}`]))
  )
  deepStrictEqual(silent, [], 'routes that say nothing of themselves')
  const most = await runSchemathesis(found.path, folder.path, [
    ...args,
    ...each('--exclude-path', [...last, ...pictures]),
    ...['--phases', 'coverage,fuzzing', '--max-time', String(seconds)]
  ])
  strictEqual(most.status, 0, most.said)
  const [, generated = '0'] = /(\d+) generated/.exec(most.said) ?? []
  t.diagnostic(`${generated} requests`)
  ok(Number(generated) > 100, most.said)
  const rest = await runSchemathesis(found.path, folder.path, [
    ...args,
    ...each('--include-path'),
    ...['--max-time', '15'],
    '--phases',
    'coverage'
  ])
  strictEqual(rest.status, 0, rest.said)
  ok(!serving.said.includes('"level":50'), serving.said)
})

/** So that lists have something in them. */
async function fillFolder(data: DataFolder): Promise<void> {
  await mkdir(dirname(data.store), { recursive: true })
  await using database = await openDatabase({ file: data.store })
  await using blobs = await openDiskBlobs({ folder: data.blobs, secrets: data.secrets })
  const assets = new Assets(database, blobs)
  for (const stream of ['yard', 'street']) await fill({ database, assets }, stream)
}

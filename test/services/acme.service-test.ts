import { deepStrictEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { AcmeCertificates, type AcmeOptions } from '../../src/api/https/acme-certificates.ts'
import { startServer } from '../../src/api/server.ts'
import { shownCertificate } from '../api/https/ask-encrypted.ts'
import { letIn } from '../support/let-in.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { freePort } from './free-port.ts'
import { type AcmeServer, type AcmeServerOptions, startPebble } from './pebble.ts'

const domain = 'localhost' // The one name that leads here everywhere.

async function started(
  t: TestContext,
  options: Omit<AcmeServerOptions, 'folder'> = {}
): Promise<(AcmeServer & { folder: string }) | undefined> {
  const folder = await temporaryFolder()
  const pebble = await startPebble({ folder: folder.path, ...options })
  t.after(async () => {
    if (pebble.missing === false) await pebble.kill()
    await folder[Symbol.asyncDispose]()
  })
  if (pebble.missing === false) return { ...pebble, folder: folder.path }
  t.skip(pebble.missing)
  return undefined
}

async function serve(t: TestContext, pebble: AcmeServer & { folder: string }, options: Partial<AcmeOptions> = {}) {
  const certificates = await AcmeCertificates.open({
    ...{ domain, email: 'somebody@example.com', directory: pebble.directory, trust: pebble.trust },
    ...{ challengePort: pebble.challengePort, host: '127.0.0.1', folder: join(pebble.folder, 'secrets') },
    retry: { firstMs: 200, longestMs: 200 },
    ...options
  })
  const changed = new Promise<void>(resolve => certificates.onChange(resolve))
  const port = options.challengePort ?? 0
  const server = await startServer({
    callers: letIn(),
    ...{ host: '127.0.0.1', port: port === pebble.challengePort ? port : 0, health: { problems: () => [] } },
    https: { port: 0, certificates }
  })
  t.after(async () => {
    certificates[Symbol.dispose]()
    await server[Symbol.asyncDispose]()
  })
  return { certificates, changed, port: server.httpsPort! }
}

test('M1 a certificate that an authority gave is shown without a restart, and kept for its owner', async t => {
  const pebble = await started(t)
  if (!pebble) return
  const { changed, port } = await serve(t, pebble)
  await changed
  const { subjectaltname } = await shownCertificate(port, await pebble.root(), domain)
  equal(subjectaltname, `DNS:${domain}`)
  const names = ['https-acme.json', 'https-acme-account.pem'].map(name => join(pebble.folder, 'secrets', name))
  const modes = await Promise.all(names.map(async path => (await stat(path)).mode & 0o777))
  deepStrictEqual(modes, [0o600, 0o600])
})

test('M2 what is kept serves again, and nobody is asked', async t => {
  const pebble = await started(t)
  if (!pebble) return
  const first = await serve(t, pebble)
  await first.changed
  await pebble.kill()
  const second = await serve(t, pebble)
  equal(second.certificates.current.cert, first.certificates.current.cert)
})

test('M3 where port 80 leads to our own port, no other is opened', async t => {
  const port = await freePort()
  const pebble = await started(t, { challengePort: port })
  if (!pebble) return
  const { changed } = await serve(t, pebble, { challengePort: port })
  await changed
})

test('M4 what keeps an authority from reaching us is told, and tried again until it does', async t => {
  const pebble = await started(t)
  if (!pebble) return
  const inTheWay = createServer((_request, response) => void response.writeHead(404).end())
  await new Promise<void>(resolve => inTheWay.listen(pebble.challengePort, '127.0.0.1', resolve))
  const { certificates, changed } = await serve(t, pebble)
  while (certificates.problems().length === 0) await new Promise(setImmediate)
  const [problem] = certificates.problems()
  equal(problem?.code, 'SL_CERTIFICATE_REFUSED')
  match(problem?.message ?? '', /EADDRINUSE.*--acme-port/)
  const before = certificates.current.cert
  await new Promise(resolve => inTheWay.close(resolve))
  await changed
  notEqual(certificates.current.cert, before)
  deepStrictEqual(certificates.problems(), [])
})

test('M5 an authority that refuses is quoted', async t => {
  const pebble = await started(t)
  if (!pebble) return
  const elsewhere = await freePort()
  const { certificates } = await serve(t, pebble, { challengePort: elsewhere })
  while (certificates.problems().length === 0) await new Promise(resolve => setTimeout(resolve, 20))
  match(certificates.problems()[0]?.message ?? '', /No certificate for localhost came from localhost:\d+: .*refused/i)
})

test('M6 a certificate is renewed when a third of its time is left', async t => {
  const pebble = await started(t, { validSeconds: 15 })
  if (!pebble) return
  const { certificates, changed } = await serve(t, pebble)
  await changed
  const first = new X509Certificate(certificates.current.cert)
  await new Promise<void>(resolve => certificates.onChange(resolve))
  const second = new X509Certificate(certificates.current.cert)
  notEqual(second.serialNumber, first.serialNumber)
  ok(Date.now() < first.validToDate.getTime(), 'before the first one ended')
})

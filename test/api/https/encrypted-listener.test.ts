import { deepStrictEqual, equal, match, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { rename, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect as connectEncrypted } from 'node:tls'
import type { Callers } from '../../../src/api/callers.ts'
import { makeAuthority, vouchFor } from '../../../src/api/https/authority.ts'
import { CertificateFiles } from '../../../src/api/https/certificate-files.ts'
import type { CertificateSource } from '../../../src/api/https/certificate-source.ts'
import { LocalCertificates } from '../../../src/api/https/local-certificates.ts'
import { machineNames } from '../../../src/api/https/machine-names.ts'
import { constraintsFor } from '../../../src/api/https/name-constraints.ts'
import { startServer } from '../../../src/api/server.ts'
import { letIn } from '../../support/let-in.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { askEncrypted, shownCertificate } from './ask-encrypted.ts'

const bearer = { authorization: 'Bearer slt_right' }
/** Lets in who shows a token. */
const callers: Callers = {
  ...letIn(),
  who: async ({ headers: { authorization } }) =>
    authorization === bearer.authorization ? letIn().who(undefined as never) : undefined
}
const outer = machineNames().addresses.find(address => address.includes('.') && !address.startsWith('127.'))
const unreachable = outer === undefined && 'this machine has no address beside loopback'

async function local(t: TestContext): Promise<LocalCertificates> {
  const folder = await temporaryFolder()
  const certificates = await LocalCertificates.open(folder.path, { log: { warn: () => undefined } })
  t.after(async () => {
    certificates[Symbol.dispose]()
    await folder[Symbol.asyncDispose]()
  })
  return certificates
}

function start(certificates: CertificateSource, host = '127.0.0.1') {
  return startServer({
    callers,
    host,
    port: 0,
    health: { problems: () => [] },
    https: { port: 0, certificates },
    routes(server) {
      server.get(
        '/',
        { config: { access: { area: 'live', need: 'view', stream: 'none' } } },
        async ({ protocol }) => protocol
      )
      server.onUpgrade('/live', (_request, socket) => void socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'), {
        area: 'live',
        need: 'view',
        stream: 'none'
      })
    }
  })
}

test('E1 what is answered is answered encrypted too, to those who trust the authority alone', async t => {
  const certificates = await local(t)
  await using server = await start(certificates)
  const asked = { port: server.httpsPort!, ca: certificates.authority }
  equal((await askEncrypted(asked)).status, 401)
  equal((await askEncrypted({ ...asked, headers: bearer })).body, 'https')
  const stranger = await makeAuthority('Somebody', constraintsFor(machineNames()), Date.now())
  await rejects(askEncrypted({ ...asked, ca: stranger.certificate }))
})

test('E3 upgrades over HTTPS are asked for the token and reach the same handlers', async t => {
  const certificates = await local(t)
  await using server = await start(certificates)
  const lines = []
  for (const authorization of ['', `authorization: ${bearer.authorization}\r\n`]) {
    const socket = connectEncrypted({ port: server.httpsPort!, host: '127.0.0.1', ca: certificates.authority })
    socket.write(
      `GET /live HTTP/1.1\r\nhost: localhost\r\n${authorization}connection: upgrade\r\nupgrade: websocket\r\n\r\n`
    )
    const [answer] = await once(socket, 'data')
    lines.push(String(answer).split('\r\n', 1)[0])
    socket.destroy()
  }
  deepStrictEqual(lines, ['HTTP/1.1 401 Unauthorized', 'HTTP/1.1 101 Switching Protocols'])
})

test('E4 other machines are sent from HTTP to HTTPS before they are asked for the token', {
  skip: unreachable
}, async t => {
  const certificates = await local(t)
  await using server = await start(certificates, '0.0.0.0')
  const url = `http://${outer}:${new URL(server.url).port}`
  const sent = await fetch(`${url}/some/page?with=query`, { redirect: 'manual' })
  deepStrictEqual(
    [sent.status, sent.headers.get('location')],
    [308, `https://${outer}:${server.httpsPort}/some/page?with=query`]
  )
  const posted = await fetch(url, { method: 'POST', headers: bearer })
  deepStrictEqual([posted.status, ((await posted.json()) as { code: string }).code], [403, 'SL_ENCRYPTION_REQUIRED'])
  equal((await fetch(`${url}/healthz`)).status, 200)
})

test('E5 the authority and how to trust it are there without encryption and without the token', {
  skip: unreachable
}, async t => {
  const certificates = await local(t)
  await using server = await start(certificates, '0.0.0.0')
  const url = `http://${outer}:${new URL(server.url).port}`
  const file = await fetch(`${url}/ca.crt`)
  equal(file.headers.get('content-type'), 'application/x-x509-ca-cert')
  equal(await file.text(), certificates.authority)
  const page = await (await fetch(`${url}/install-ca`)).text()
  for (const said of ['iPhone', 'Android', 'macOS', 'Windows', 'Linux', `https://${outer}:${server.httpsPort}/`])
    match(page, new RegExp(said))
})

test('E6 a certificate that changes counts from the next connection on, without a restart', async () => {
  await using folder = await temporaryFolder()
  const [cert, key] = [join(folder.path, 'server.crt'), join(folder.path, 'server.key')]
  const names = { names: ['localhost'], addresses: ['127.0.0.1'] }
  const authority = await makeAuthority('Kept by somebody else', constraintsFor(names), Date.now())
  const first = await vouchFor(authority, names, Date.now())
  await writeFile(cert, first.cert)
  await writeFile(key, first.key)
  using files = await CertificateFiles.open({ cert, key })
  await using server = await start(files)
  const before = await shownCertificate(server.httpsPort!, authority.certificate)

  const second = await vouchFor(authority, names, Date.now())
  await writeFile(`${cert}.new`, second.cert)
  await rename(`${cert}.new`, cert)
  await files.check()
  const halfway = await shownCertificate(server.httpsPort!, authority.certificate)
  equal(halfway.serialNumber, before.serialNumber, 'the new certificate does not fit to the old key')
  deepStrictEqual(
    files.problems().map(({ code }) => code),
    ['SL_CERTIFICATE_INVALID']
  )

  await writeFile(key, second.key)
  await files.check()
  const after = await shownCertificate(server.httpsPort!, authority.certificate)
  equal(after.fingerprint256 === before.fingerprint256, false)
  deepStrictEqual(files.problems(), [])
})

test('E7 files that are no certificate and key are refused at once', async () => {
  await using folder = await temporaryFolder()
  const [cert, key] = [join(folder.path, 'server.crt'), join(folder.path, 'server.key')]
  await rejects(CertificateFiles.open({ cert, key }), { code: 'SL_CERTIFICATE_INVALID' })
  await writeFile(cert, 'no certificate')
  await writeFile(key, 'no key')
  await rejects(CertificateFiles.open({ cert, key }), { code: 'SL_CERTIFICATE_INVALID' })
})

test('E8 the end of a certificate that nobody renewed is told', async () => {
  await using folder = await temporaryFolder()
  const [cert, key] = [join(folder.path, 'server.crt'), join(folder.path, 'server.key')]
  const names = { names: ['localhost'], addresses: [] }
  const longAgoMs = Date.now() - 100 * 86_400_000
  const ended = await vouchFor(await makeAuthority('Old', constraintsFor(names), longAgoMs), names, longAgoMs)
  await writeFile(cert, ended.cert)
  await writeFile(key, ended.key)
  using files = await CertificateFiles.open({ cert, key })
  match(files.problems()[0]?.message ?? '', /has ended on/)
})

test('E9 a client that stops in the middle of the handshake disturbs nobody, and does not keep the server from ending', async t => {
  const certificates = await local(t)
  const server = await start(certificates)
  const silent = connect(server.httpsPort!, '127.0.0.1')
  await once(silent, 'connect')
  const garbage = connect(server.httpsPort!, '127.0.0.1')
  garbage.end('GET / HTTP/1.1\r\n\r\n')
  await once(garbage, 'close')
  equal((await askEncrypted({ port: server.httpsPort!, ca: certificates.authority, headers: bearer })).status, 200)
  silent.on('error', () => undefined)
  await server[Symbol.asyncDispose]()
  silent.destroy()
})

test('E10 the addresses of this machine are all named', () => {
  const { addresses } = machineNames()
  const all = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  for (const { address } of all.filter(({ address }) => !address.startsWith('fe80')))
    equal(addresses.includes(address), true)
})

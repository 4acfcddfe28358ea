import { deepStrictEqual, equal, match, notEqual, ok, rejects } from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeAuthority, vouchFor } from '../../../src/api/https/authority.ts'
import { LocalCertificates } from '../../../src/api/https/local-certificates.ts'
import type { MachineNames } from '../../../src/api/https/machine-names.ts'
import { constraintsFor } from '../../../src/api/https/name-constraints.ts'
import { startServer } from '../../../src/api/server.ts'
import { letIn } from '../../support/let-in.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { shownCertificate } from './ask-encrypted.ts'

const dayMs = 86_400_000
const startMs = Date.now()

/** A machine whose clock and addresses the test sets. */
class Machine {
  nowMs = startMs
  names: MachineNames = { names: ['localhost', 'camera'], addresses: ['127.0.0.1', '192.168.1.5', '::1', 'fd00::5'] }
  readonly warnings: object[] = []

  async certificates(t: TestContext, folder: string): Promise<LocalCertificates> {
    const certificates = await LocalCertificates.open(folder, {
      names: () => this.names,
      nowMs: () => this.nowMs,
      log: { warn: (what: object) => void this.warnings.push(what) },
      checkEveryMs: dayMs
    })
    t.after(() => certificates[Symbol.dispose]())
    return certificates
  }
}

const leaf = ({ current }: LocalCertificates) => new X509Certificate(current.cert)

test('C1 the certificate names all that leads to the machine, and the authority vouches for it', async t => {
  await using folder = await temporaryFolder()
  const certificates = await new Machine().certificates(t, folder.path)
  const certificate = leaf(certificates)
  ok(certificate.verify(new X509Certificate(certificates.authority).publicKey))
  for (const name of ['localhost', 'camera']) equal(certificate.checkHost(name), name)
  for (const address of ['127.0.0.1', '192.168.1.5', '::1', 'fd00::5']) equal(certificate.checkIP(address), address)
  equal(certificate.checkHost('other'), undefined)
})

test('C2 the keys are for their owner alone', async t => {
  await using folder = await temporaryFolder()
  const https = join(folder.path, 'https')
  await new Machine().certificates(t, https)
  const modes = [https, ...(await readdir(https)).map(name => join(https, name))].map(
    async path => (await stat(path)).mode
  )
  deepStrictEqual(
    (await Promise.all(modes)).map(mode => mode & 0o777),
    [0o700, 0o600, 0o600]
  )
})

test('C3 after a restart everything is as it was', async t => {
  await using folder = await temporaryFolder()
  const machine = new Machine()
  const first = await machine.certificates(t, folder.path)
  const second = await machine.certificates(t, folder.path)
  deepStrictEqual([second.authority, second.current.cert], [first.authority, first.current.cert])
})

test('C4 a month before its end the certificate is renewed by the same authority', async t => {
  await using folder = await temporaryFolder()
  const machine = new Machine()
  const certificates = await machine.certificates(t, folder.path)
  const { authority, current } = certificates
  machine.nowMs += 59 * dayMs
  await certificates.check()
  equal(certificates.current.cert, current.cert)
  machine.nowMs += 2 * dayMs
  await certificates.check()
  notEqual(certificates.current.cert, current.cert)
  notEqual(certificates.current.key, current.key)
  equal(certificates.authority, authority)
  ok(leaf(certificates).validToDate.getTime() > machine.nowMs + 89 * dayMs)
})

test('C5 a new address is in the certificate; one that is gone changes nothing', async t => {
  await using folder = await temporaryFolder()
  const machine = new Machine()
  const certificates = await machine.certificates(t, folder.path)
  const before = certificates.current.cert
  machine.names = { ...machine.names, addresses: ['127.0.0.1'] }
  await certificates.check()
  equal(certificates.current.cert, before)
  machine.names = { ...machine.names, addresses: ['127.0.0.1', '10.7.0.2'] }
  await certificates.check()
  equal(leaf(certificates).checkIP('10.7.0.2'), '10.7.0.2')
})

test('C6 the authority does not vouch for what it was not made for, and says so once', async t => {
  await using folder = await temporaryFolder()
  const machine = new Machine()
  machine.names = { names: ['localhost'], addresses: ['127.0.0.1', '203.0.113.9'] }
  const certificates = await machine.certificates(t, folder.path)
  equal(leaf(certificates).checkIP('203.0.113.9'), '203.0.113.9', 'what it had at first is its own')
  machine.names = { names: ['localhost', 'bank.example'], addresses: ['127.0.0.1', '198.51.100.1'] }
  for (let times = 0; times < 3; times++) await certificates.check()
  equal(leaf(certificates).checkHost('bank.example'), undefined)
  equal(machine.warnings.length, 1)
  match(JSON.stringify(machine.warnings), /bank\.example 198\.51\.100\.1/)
})

test('C7 a stolen key of the authority is of no use for the names of others', async t => {
  const names = { names: ['localhost'], addresses: ['127.0.0.1'] }
  const authority = await makeAuthority('Stolen', constraintsFor(names), startMs)
  const serve = async (covers: MachineNames) => {
    const current = await vouchFor(authority, covers, startMs)
    const certificates = { current, onChange: () => undefined, problems: () => [], [Symbol.dispose]: () => undefined }
    const health = { problems: () => [] }
    const server = await startServer({
      callers: letIn(),
      host: '127.0.0.1',
      port: 0,
      health,
      https: { port: 0, certificates }
    })
    t.after(() => server[Symbol.asyncDispose]())
    return server.httpsPort!
  }
  const own = await serve({ names: ['localhost', 'shed.local'], addresses: [] })
  match((await shownCertificate(own, authority.certificate, 'shed.local')).subjectaltname ?? '', /shed\.local/)
  const others = await serve({ names: ['bank.example'], addresses: [] })
  await rejects(shownCertificate(others, authority.certificate, 'bank.example'), /permitted subtree violation/)
})

test('C8 a clock that was set back is no reason to show a certificate of the future', async t => {
  await using folder = await temporaryFolder()
  const machine = new Machine()
  const certificates = await machine.certificates(t, folder.path)
  machine.nowMs -= 1.5 * dayMs
  await certificates.check()
  ok(leaf(certificates).validFromDate.getTime() <= machine.nowMs)
})

test('C9 an authority that has ended is replaced, and somebody is told', async t => {
  await using folder = await temporaryFolder()
  const machine = new Machine()
  const { authority } = await machine.certificates(t, folder.path)
  machine.nowMs += 3640 * dayMs
  notEqual((await machine.certificates(t, folder.path)).authority, authority)
  equal(machine.warnings.length, 1)
})

for (const damage of ['', '{', '"text"', '{"certificate":"x"}']) {
  test(`C10 a damaged authority (${damage || 'empty'}) is refused with the way out, not replaced`, async t => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'https-authority.json'), damage)
    const opening = new Machine().certificates(t, folder.path)
    await rejects(opening, { code: 'SL_CERTIFICATE_INVALID' })
  })
}

test('C11 a damaged certificate of the server is made anew', async t => {
  await using folder = await temporaryFolder()
  const machine = new Machine()
  const { authority } = await machine.certificates(t, folder.path)
  await writeFile(join(folder.path, 'https-server.json'), '{"cert":"x","key":"y","covers":{"names":[],"addresses":[]}}')
  const again = await machine.certificates(t, folder.path)
  equal(again.authority, authority)
  equal(leaf(again).checkHost('camera'), 'camera')
})

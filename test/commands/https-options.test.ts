import { deepStrictEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { LocalCertificates } from '../../src/api/https/local-certificates.ts'
import { openHttps } from '../../src/commands/https-options.ts'
import { welcome } from '../../src/commands/welcome.ts'
import { createLog } from '../../src/core/log.ts'
import { askEncrypted } from '../api/https/ask-encrypted.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const log = createLog('silent')

test('T1 sightline serve --https answers over HTTPS, and says what to trust', async () => {
  await using folder = await temporaryFolder()
  await using serving = new ServingProcess(folder.path, {}, ['--https', '--https-port', '0'])
  const [, port] = await serving.says(/^https:\/\/localhost:(\d+)\/ for browsers\.$/m)
  const [, install] = await serving.says(/once: (http:\S+\/install-ca) says how\.$/m)
  const [, fingerprint = ''] = await serving.says(/\(SHA-256\): ([0-9A-F:]{95})$/m)
  ok((await (await fetch(install!)).text()).includes(fingerprint))
  const ca = await (await fetch(install!.replace('/install-ca', '/ca.crt'))).text()
  equal((await askEncrypted({ port: Number(port), ca, path: '/healthz' })).status, 200)
  equal(await serving.stop(), 0)
})

const defaults = { httpsPort: '8443', acmePort: '80', acmeDirectory: 'https://acme.example/directory' }
const place = (folder: string) => ({ host: '127.0.0.1', folder, log })
const refused = [
  { flags: { tlsCert: 'a.crt' }, code: 'SL_OPTION_CONFLICT' },
  { flags: { tlsCert: 'a.crt', tlsKey: 'a.key', acmeDomain: 'a.example' }, code: 'SL_OPTION_CONFLICT' },
  { flags: { acmeDomain: 'a.example' }, code: 'SL_OPTION_CONFLICT' },
  { flags: { acmeDomain: '192.168.1.5:80', acmeEmail: 'a@a.example' }, code: 'SL_OPTION_INVALID' },
  {
    flags: { acmeDomain: 'a.example', acmeEmail: 'a@a.example', acmeDirectory: 'http://a.example' },
    code: 'SL_OPTION_INVALID'
  },
  { flags: { tlsCert: 'none.crt', tlsKey: 'none.key' }, code: 'SL_CERTIFICATE_INVALID' }
]
for (const { flags, code } of refused) {
  test(`T2 ${Object.keys(flags).join(', ')} of no use are refused: ${code}`, async () => {
    await using folder = await temporaryFolder()
    await rejects(openHttps({ ...defaults, ...flags }, place(folder.path)), { code })
  })
}

test('T3 without any of the options nothing is made', async () => {
  await using folder = await temporaryFolder()
  equal(await openHttps(defaults, place(join(folder.path, 'secrets'))), undefined)
  await rejects(readFile(join(folder.path, 'secrets', 'https-authority.json')), { code: 'ENOENT' })
})

test('T4 a terminal gets a picture of the address to begin with; a log file does not', async () => {
  await using folder = await temporaryFolder()
  using certificates = await LocalCertificates.open(folder.path, { log })
  const reachable = { host: '192.168.1.5', port: 8080, httpsPort: 8443, certificates }
  const picture = /█▀▀▀▀▀█|█▄▄▄▄▄█|▄▄▄▄▄/
  deepStrictEqual([picture.test(welcome(reachable, true)), picture.test(welcome(reachable, false))], [true, false])
  match(welcome(reachable, false), /http:\/\/192\.168\.1\.5:8080\/install-ca/)
})

test('T5 openssl verifies the certificate for every name in it', { skip: withoutOpenssl() }, async () => {
  await using folder = await temporaryFolder()
  using certificates = await LocalCertificates.open(folder.path, { log })
  const [ca, cert] = [join(folder.path, 'ca.pem'), join(folder.path, 'cert.pem')]
  await writeFile(ca, certificates.authority)
  await writeFile(cert, certificates.current.cert)
  const { stdout } = spawnSync('openssl', ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', ca, cert])
  match(`${stdout}`, /cert\.pem: OK/)
})

function withoutOpenssl(): string | false {
  return spawnSync('openssl', ['version']).status !== 0 && 'openssl is not on PATH'
}

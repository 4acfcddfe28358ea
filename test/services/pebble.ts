import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeAuthority, vouchFor } from '../../src/api/https/authority.ts'
import { constraintsFor } from '../../src/api/https/name-constraints.ts'
import { askEncrypted } from '../api/https/ask-encrypted.ts'
import { freePort } from './free-port.ts'
import { findGoProgram } from './go-program.ts'
import { type GuardedProgram, startGuarded } from './guarded-program.ts'

/** An authority that speaks ACME and checks what it vouches for, as the public ones do. */
export interface AcmeServer extends GuardedProgram {
  readonly missing: false
  readonly directory: string
  /** PEM: what vouches for the directory's own server. */
  readonly trust: string
  /** The port that it takes for port 80. */
  readonly challengePort: number
  /** PEM: what vouches for the certificates that it gives. */
  root(): Promise<string>
}

export interface AcmeServerOptions {
  /** For its settings. */
  readonly folder: string
  /** The port that it takes for port 80; a free one where not said. */
  readonly challengePort?: number
  /** Of the certificates that it gives; 90 days where not said. */
  readonly validSeconds?: number
}

/** Starts Pebble, or says why there is none. */
export async function startPebble(options: AcmeServerOptions): Promise<AcmeServer | { readonly missing: string }> {
  const found = findGoProgram({
    name: 'pebble',
    module: 'github.com/letsencrypt/pebble/v2',
    version: 'v2.8.0',
    package: 'github.com/letsencrypt/pebble/v2/cmd/pebble'
  })
  if ('missing' in found) return found
  const { folder, challengePort = await freePort(), validSeconds = 90 * 86_400 } = options
  const names = { names: ['localhost'], addresses: ['127.0.0.1'] }
  const authority = await makeAuthority('Pebble', constraintsFor(names), Date.now())
  const { cert, key } = await vouchFor(authority, names, Date.now())
  const [certificate, privateKey, config] = ['cert.pem', 'key.pem', 'pebble.json'].map(name => join(folder, name))
  writeFileSync(certificate!, cert)
  writeFileSync(privateKey!, key)
  const port = await freePort()
  const managementPort = await freePort()
  const pebble = {
    ...{ listenAddress: `127.0.0.1:${port}`, managementListenAddress: `127.0.0.1:${managementPort}` },
    ...{ certificate, privateKey, httpPort: challengePort, tlsPort: challengePort, retryAfter: { authz: 1, order: 1 } },
    profiles: { default: { description: 'Whatever it is for', validityPeriod: validSeconds } }
  }
  writeFileSync(config!, JSON.stringify({ pebble }))
  const program = await startGuarded(
    ['env', 'PEBBLE_VA_NOSLEEP=1', 'PEBBLE_WFE_NONCEREJECT=0', found.path, '-config', config!],
    port
  )
  return {
    ...program,
    missing: false,
    directory: `https://localhost:${port}/dir`,
    trust: authority.certificate,
    challengePort,
    root: async () => (await askEncrypted({ port: managementPort, ca: authority.certificate, path: '/roots/0' })).body
  }
}

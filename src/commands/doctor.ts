import { devNull } from 'node:os'
import { Command } from 'commander'
import { isLoopback } from '../api/request-origin.ts'
import { loadSettings } from '../config/load-settings.ts'
import type { Settings } from '../config/settings.ts'
import { SightlineError } from '../core/errors.ts'
import { webrtcSettings } from '../roles/webrtc-settings.ts'
import { dataPlace } from './data-place.ts'
import { lookAtCertificates } from './doctor/certificates.ts'
import { type Finding, failed, look, well } from './doctor/finding.ts'
import { lookAtClock, lookAtCores, lookAtFiles, lookAtLibraries, lookAtMemory, lookAtNode } from './doctor/machine.ts'
import { lookAtModels } from './doctor/models.ts'
import { lookAtPort, lookAtUdp } from './doctor/network.ts'
import { lookAtDisk, lookAtFolder, lookAtStore, newestWrite } from './doctor/storage.ts'
import { type HttpsFlags, withHttpsOptions } from './https-options.ts'
import { type ListenFlags, listening, withListenOptions } from './listen-options.ts'
import { openModelStore } from './open-model-store.ts'
import { parseNumber } from './parse-regions.ts'
import { requireStrongSecrets } from './production.ts'
import { configOption, settingsPlace } from './settings-place.ts'
import type { Terminal } from './terminal.ts'

interface DoctorFlags extends ListenFlags, HttpsFlags {
  readonly config?: string
  readonly data?: string
  readonly databaseUrl?: string
  readonly port: string
  readonly json?: true
}

type Environment = NodeJS.ProcessEnv

/**
 * `sightline doctor`: looks at the machine and at what `serve` with the same options would need, changes nothing, and says what
 * to do. Ends with status 1 where something keeps Sightline from working.
 */
export function doctorCommand(terminal: Terminal, environment: Environment = process.env): Command {
  const command = new Command('doctor')
    .description('look at the machine, models, ports, store, disk and certificates, and say what to do about them')
    .option('--config <file>', configOption)
    .option('--data <dir>', 'data folder (default: $SIGHTLINE_DATA, the settings file, or ./data)')
    .option('--database-url <url>', 'the store in PostgreSQL (better: $SIGHTLINE_DATABASE_URL)')
    .option('--port <n>', 'port for HTTP', '8080')
    .option('--json', 'nothing but JSON on standard output')
    .action(async (flags: DoctorFlags) => {
      const findings = await examine(flags, environment)
      terminal.stdout.write(flags.json ? `${JSON.stringify(answerOf(findings), undefined, 2)}\n` : textOf(findings))
      const wrong = findings.filter(({ state }) => state === 'wrong').map(({ check }) => check)
      if (wrong.length > 0)
        throw new SightlineError('SL_CHECK_FAILED', `Sightline would not work here: see ${wrong.join(', ')}.`)
    })
  return withHttpsOptions(withListenOptions(command))
}

async function examine(flags: DoctorFlags, environment: Environment): Promise<readonly Finding[]> {
  const settings = await settingsOf(flags, environment)
  const { live = {}, server = {} } = settings.value
  const host = listening(flags)
  const port = Math.round(parseNumber('--port', flags.port, 0, 65_535))
  const httpsPort = Math.round(parseNumber('--https-port', flags.httpsPort, 0, 65_535))
  const isEncrypted = flags.https || flags.tlsCert !== undefined || flags.acmeDomain !== undefined
  // A settings file that cannot be read says nothing of where the data are.
  const { folder, url } = await dataPlace(settings.isWrong ? { ...flags, config: devNull } : flags, environment)
  const isOpen = !isLoopback(host)
  const looks: readonly Promise<Finding>[] = [
    look('node', () => lookAtNode()),
    look('libraries', lookAtLibraries),
    look('cores', () => lookAtCores()),
    look('memory', () => lookAtMemory()),
    look('open-files', () => lookAtFiles()),
    look('clock', async () => lookAtClock(await newestWrite(folder))),
    Promise.resolve(settings.finding),
    look('secrets', () => {
      if (server.production ?? environment.NODE_ENV === 'production') requireStrongSecrets(environment, url)
      return well('secrets', 'No secret of the environment is refused.')
    }),
    look('data-folder', () => lookAtFolder(folder)),
    look('disk', () => lookAtDisk(folder)),
    look('store', () => lookAtStore(folder, url)),
    look('models', async () => lookAtModels(await openModelStore(environment))),
    look('port', () => lookAtPort('port', host, port, '--port')),
    ...(isEncrypted ? [look('https-port', () => lookAtPort('https-port', host, httpsPort, '--https-port'))] : []),
    look('udp', () => lookAtUdp(host, webrtcSettings(live.webrtc, isOpen).ports)),
    look('certificates', () => lookAtCertificates(flags, host))
  ]
  return Promise.all(looks)
}

async function settingsOf(flags: DoctorFlags, environment: Environment) {
  const { path, isAsked } = settingsPlace(flags, environment)
  try {
    const value = await loadSettings(path, isAsked)
    const found =
      Object.keys(value).length > 0 ? `${path} is right.` : 'There are none: everything is as it is by default.'
    return { value, finding: well('settings', found), isWrong: false }
  } catch (error) {
    return { value: {} satisfies Settings as Settings, finding: failed('settings', error), isWrong: true }
  }
}

function answerOf(findings: readonly Finding[]) {
  return { isWell: !findings.some(({ state }) => state === 'wrong'), findings }
}

const marks = { well: 'ok   ', note: 'note ', wrong: 'WRONG' } as const

function textOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const indent = ' '.repeat(marks.well.length + width + 4)
  return findings
    .map(({ check, state, found, remedy }) => {
      const line = `${marks[state]}  ${check.padEnd(width)}  ${found.replaceAll('\n', `\n${indent}`)}\n`
      return remedy === undefined ? line : `${line}${indent}→ ${remedy}\n`
    })
    .join('')
}

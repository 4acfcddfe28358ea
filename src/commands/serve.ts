import { Command } from 'commander'
import { readSettingsFile } from '../config/load-settings.ts'
import { settingsOf } from '../config/setting-layers.ts'
import { SightlineError } from '../core/errors.ts'
import { createLog, standardError } from '../core/log.ts'
import { RecentLog } from '../core/recent-log.ts'
import { ConfiguredStreams } from '../roles/configured-streams.ts'
import { runMain } from '../roles/main.ts'
import { openOidc } from '../roles/oidc.ts'
import { SettingsDesk } from '../roles/settings/settings-desk.ts'
import { dataPlace } from './data-place.ts'
import { examineApart } from './doctor/examine-apart.ts'
import { type HttpsFlags, openHttps, withHttpsOptions } from './https-options.ts'
import { Interrupt } from './interrupt.ts'
import { type ListenFlags, listening, withListenOptions } from './listen-options.ts'
import { openModelStore } from './open-model-store.ts'
import { parseNumber } from './parse-regions.ts'
import { requireStrongSecrets } from './production.ts'
import { configOption, settingsPlace } from './settings-place.ts'
import type { Terminal } from './terminal.ts'
import { type Reachable, setUpNote, welcome } from './welcome.ts'

interface ServeFlags extends ListenFlags, HttpsFlags {
  readonly config?: string
  readonly data?: string
  readonly databaseUrl?: string
  readonly port: string
  readonly demo?: boolean
  readonly stopWithin: string
}

/** `sightline serve`: keeps what comes in, works on the jobs, throws away what need not be kept, until it is stopped. */
export function serveCommand(terminal: Terminal, environment: NodeJS.ProcessEnv = process.env): Command {
  const command = new Command('serve')
    .description('run Sightline on a data folder, until Ctrl-C')
    .option('--config <file>', configOption)
    .option('--data <dir>', 'data folder (default: $SIGHTLINE_DATA, the settings file, or ./data)')
    .option(
      '--database-url <url>',
      'keep the store in PostgreSQL (better: $SIGHTLINE_DATABASE_URL, which no process list shows)'
    )
    .option('--port <n>', 'port for HTTP; 0 takes any that is free', '8080')
    .option('--demo', 'without streams in the settings file, show a drawn scene and a place for your own camera')
    .option('--stop-within <seconds>', 'how long ending in order may take, before it is ended by force', '20')
    .action((flags: ServeFlags) => serve(flags, terminal, environment))
  return withHttpsOptions(withListenOptions(command))
}

async function serve(flags: ServeFlags, { stderr }: Terminal, environment: NodeJS.ProcessEnv): Promise<void> {
  const port = Math.round(parseNumber('--port', flags.port, 0, 65_535))
  const endingMs = parseNumber('--stop-within', flags.stopWithin, 1, 3600) * 1000
  const host = listening(flags)
  const place = await dataPlace(flags, environment)
  const { path, isAsked } = settingsPlace(flags, environment)
  const read = () => readSettingsFile(path, isAsked)
  const file = await read()
  const { access, server, telemetry } = settingsOf({ file: file.value, said: {}, environment })
  if (server?.production ?? environment.NODE_ENV === 'production') {
    requireStrongSecrets(environment, place.url)
    await openOidc(access, environment, { isProduction: true })
  }
  const recent = new RecentLog(standardError())
  const log = createLog(telemetry?.logLevel, recent)
  const settings = new SettingsDesk({ file, path, environment, log })
  const https = await openHttps(flags, { host, folder: place.folder.secrets, log })
  using _certificates = https?.certificates
  const streams = new ConfiguredStreams({ path, read, environment, log, demo: flags.demo ?? false })
  using interrupt = new Interrupt(endByForce)
  let reachable: Reachable | undefined
  const ended = runMain({
    ...place,
    environment,
    settings,
    host,
    port,
    https,
    streams,
    log,
    recent,
    examine: () => examineApart(flags, environment),
    openModels: () => openModelStore(environment),
    signal: interrupt.signal,
    endingMs,
    onChange(change, url, httpsPort) {
      stderr.write(change === 'listening' ? `${url}/readyz says how it is.\n` : `Ready, on ${place.folder.path}.\n`)
      if (change !== 'listening') return
      reachable = {
        ...(https && { certificates: https.certificates }),
        host,
        port: Number(new URL(url).port),
        httpsPort
      }
      stderr.write(welcome(reachable, stderr.isTTY === true))
    },
    onSetUp: token => void (reachable && stderr.write(setUpNote(reachable, token, stderr.isTTY === true)))
  })
  await ended.catch(error => {
    if (!(error instanceof SightlineError && error.code === 'SL_ENDING_STUCK')) throw error
    stderr.write(`sightline: ${error.message} [${error.code}]\n`)
    endByForce()
  })
  stderr.write('Stopped.\n')
}

/** `process.exit` would wait for every thread, and one whose disk does not answer never ends. */
function endByForce(): void {
  process.kill(process.pid, 'SIGKILL')
}

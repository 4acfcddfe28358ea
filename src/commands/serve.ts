import { Command } from 'commander'
import { loadSettings } from '../config/load-settings.ts'
import { createLog } from '../core/log.ts'
import { retentionPolicy } from '../retention/retention-policy.ts'
import { runMain } from '../roles/main.ts'
import { dataPlace } from './data-place.ts'
import { Interrupt } from './interrupt.ts'
import { openModelStore } from './open-model-store.ts'
import { parseNumber } from './parse-regions.ts'
import type { Terminal } from './terminal.ts'

interface ServeFlags {
  readonly config?: string
  readonly data?: string
  readonly databaseUrl?: string
  readonly port: string
}

/** Loopback only: nobody else may ask before it is decided who may what. */
const host = '127.0.0.1'

/** `sightline serve`: keeps what comes in, works on the jobs, throws away what need not be kept, until it is stopped. */
export function serveCommand(terminal: Terminal, environment: NodeJS.ProcessEnv = process.env): Command {
  return new Command('serve')
    .description('run Sightline on a data folder, until Ctrl-C')
    .option('--config <file>', 'settings file (default: sightline.yaml, where there is one)')
    .option('--data <dir>', 'data folder (default: $SIGHTLINE_DATA, the settings file, or ./data)')
    .option(
      '--database-url <url>',
      'keep the store in PostgreSQL (better: $SIGHTLINE_DATABASE_URL, which no process list shows)'
    )
    .option('--port <n>', 'port of this machine for /healthz and /readyz; 0 takes any that is free', '8080')
    .action((flags: ServeFlags) => serve(flags, terminal, environment))
}

async function serve(flags: ServeFlags, { stderr }: Terminal, environment: NodeJS.ProcessEnv): Promise<void> {
  const port = Math.round(parseNumber('--port', flags.port, 0, 65_535))
  const place = await dataPlace(flags, environment)
  const { retention } = await loadSettings(flags.config ?? 'sightline.yaml', flags.config !== undefined)
  const log = createLog(environment.SIGHTLINE_LOG_LEVEL)
  using interrupt = new Interrupt()
  await runMain({
    ...place,
    environment,
    policy: retentionPolicy(retention),
    host,
    port,
    log,
    openModels: () => openModelStore(environment),
    signal: interrupt.signal,
    onChange(change, url) {
      stderr.write(change === 'listening' ? `${url}/readyz says how it is.\n` : `Ready, on ${place.folder.path}.\n`)
    }
  })
  stderr.write('Stopped.\n')
}

import { Command } from 'commander'
import { SightlineError } from '../core/errors.ts'
import { type ExaminedFlags, examine } from './doctor/examine.ts'
import type { Finding } from './doctor/finding.ts'
import { withHttpsOptions } from './https-options.ts'
import { withListenOptions } from './listen-options.ts'
import { configOption } from './settings-place.ts'
import type { Terminal } from './terminal.ts'

interface DoctorFlags extends ExaminedFlags {
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

import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { exitStatus, SightlineError } from '../core/errors.ts'
import type { Terminal } from './terminal.ts'

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

/** The verbs, in the order of their help. Each is loaded only when it is asked for: starting is most of a short command. */
const verbs: Readonly<Record<string, (terminal: Terminal) => Promise<Command>>> = {
  analyze: async terminal => (await import('./analyze.ts')).analyzeCommand(terminal),
  serve: async terminal => (await import('./serve.ts')).serveCommand(terminal),
  jobs: async terminal => (await import('./jobs.ts')).jobsCommand(terminal),
  models: async terminal => (await import('./models.ts')).modelsCommand(terminal),
  simulate: async terminal => (await import('./simulate.ts')).simulateCommand(terminal),
  measure: async terminal => (await import('./measure.ts')).measureCommand(terminal),
  track: async terminal => (await import('./track.ts')).trackCommand(terminal),
  eval: async terminal => (await import('./eval.ts')).evalCommand(terminal),
  config: async terminal => (await import('./config.ts')).configCommand(terminal),
  user: async terminal => (await import('./user.ts')).userCommand(terminal),
  backup: async terminal => (await import('./backup.ts')).backupCommand(terminal),
  restore: async terminal => (await import('./restore.ts')).restoreCommand(terminal),
  doctor: async terminal => (await import('./doctor.ts')).doctorCommand(terminal),
  'dead-letters': async terminal => (await import('./dead-letters.ts')).deadLettersCommand(terminal)
}

/** Runs one command line (without the program's own name) and gives the exit status. Never throws. */
export async function runCli(args: readonly string[], terminal: Terminal = process): Promise<number> {
  const program = new Command('sightline')
    .description('Turns any video into tracks, measurements and events.')
    .version(version, '-V, --version')
  const asked = args[0] !== undefined && Object.hasOwn(verbs, args[0]) ? [args[0]] : Object.keys(verbs)
  for (const verb of asked) program.addCommand(await verbs[verb]!(terminal))
  behave(program, terminal)
  try {
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    return report(error, terminal)
  }
}

/** Commands throw instead of ending the process, and write where they are told to. */
function behave(command: Command, { stdout, stderr }: Terminal): void {
  command
    .exitOverride()
    .showHelpAfterError('Run it with --help to see what it takes.')
    .configureOutput({ writeOut: text => void stdout.write(text), writeErr: text => void stderr.write(text) })
  for (const child of command.commands) behave(child, { stdout, stderr })
}

/** Says what went wrong, without a stack trace, and gives the exit status. */
function report(error: unknown, { stderr }: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2 // Commander has said it already.
  if (error instanceof SightlineError) {
    stderr.write(`sightline: ${error.message} [${error.code}]\n`)
    return exitStatus(error)
  }
  const message = error instanceof Error ? error.message : String(error)
  stderr.write(`sightline: something unforeseen happened: ${message} [SL_INTERNAL]\n`)
  if (process.env.SIGHTLINE_DEBUG && error instanceof Error) stderr.write(`${error.stack}\n`)
  return 1
}

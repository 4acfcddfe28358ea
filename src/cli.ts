import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { analyzeCommand } from './commands/analyze.ts'
import { modelsCommand } from './commands/models.ts'
import { errorCodes, exitStatus, SightlineError } from './core/errors.ts'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

const program = new Command('sightline')
  .description('Turns any video into tracks, measurements and events.')
  .version(version, '-V, --version')
  .showHelpAfterError('Run it with --help to see what it takes.')
  .exitOverride()
for (const command of [analyzeCommand(), modelsCommand()]) program.addCommand(inherit(command))

try {
  await program.parseAsync(process.argv)
} catch (error) {
  process.exitCode = report(error)
}

/** Sub-commands throw like the program does, instead of ending the process. */
function inherit(command: Command): Command {
  command.exitOverride()
  for (const child of command.commands) inherit(child)
  return command
}

/** Says what went wrong, without a stack trace, and gives the exit status. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2 // Commander has said it already.
  if (error instanceof SightlineError) {
    process.stderr.write(`sightline: ${error.message} [${error.code}]\n`)
    return exitStatus(error)
  }
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`sightline: something unforeseen happened: ${message} [${errorCodes.at(-1)}]\n`)
  if (process.env.SIGHTLINE_DEBUG) process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`)
  return 1
}

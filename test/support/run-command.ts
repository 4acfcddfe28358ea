import { runCli } from '../../src/commands/run-cli.ts'

export interface CommandResult {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line in this process, as the program would. */
export async function runCommand(...args: string[]): Promise<CommandResult> {
  const written = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: false,
    columns: 80,
    write: (text: string) => {
      written[name] += text
    }
  })
  const status = await runCli(args, { stdout: stream('stdout'), stderr: stream('stderr') })
  return { status, ...written }
}

import { guardOutput } from './commands/output-streams.ts'
import { runCli } from './commands/run-cli.ts'

guardOutput()
const status = await runCli(process.argv.slice(2))
process.exitCode ||= status

import { enableCompileCache } from 'node:module'

// Compiling is half of a short command's time: V8 keeps what it compiled in the system's temporary folder.
enableCompileCache()
const { guardOutput } = await import('./commands/output-streams.ts')
const { runCli } = await import('./commands/run-cli.ts')
guardOutput()
const status = await runCli(process.argv.slice(2))
process.exitCode ||= status

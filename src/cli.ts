import { enableCompileCache } from 'node:module'

// Compiling is half of a short command's time: V8 keeps what it compiled in the system's temporary folder.
enableCompileCache()
const { runCli } = await import('./commands/run-cli.ts')
process.exitCode = await runCli(process.argv.slice(2))

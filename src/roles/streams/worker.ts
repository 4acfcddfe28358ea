// The process that hosts live streams: it connects, decodes, detects, tracks, measures, and writes its own log.
import { Socket } from 'node:net'
import { openModelStore } from '../../commands/open-model-store.ts'
import { createLog, standardError } from '../../core/log.ts'
import { StreamWorker } from './stream-worker.ts'
import { ToldLines } from './told-lines.ts'
import type { FromStreamWorker, ToStreamWorker } from './worker-messages.ts'

/** Where the binary channel to main is. */
const packetsFd = 4

process.umask(0o077)
const socket = new Socket({ fd: packetsFd, readable: true, writable: true })
const say = (message: FromStreamWorker) => {
  if (process.connected) process.send!(message, undefined, undefined, () => undefined)
}
const log = createLog(undefined, new ToldLines(standardError(), line => say({ type: 'line', line })))
let worker: Promise<StreamWorker> | undefined

process.on('message', (message: ToStreamWorker) => {
  if (message.type === 'begin') {
    log.level = message.place.telling.logLevel
    worker = StreamWorker.open(message.place, { socket, say, log, openModels: () => openModelStore(), fatal })
    worker.catch(fatal)
  } else if (message.type === 'stop') void stop()
  else void worker?.then(running => running.hear(message)).catch(fatal)
})
// Main is gone: what was found is in the log, and another main begins anew.
process.on('disconnect', () => void stop())
// A Ctrl-C at the terminal is for main, which ends us in order.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => void stop())

async function stop(): Promise<void> {
  await (await worker?.catch(() => undefined))?.[Symbol.asyncDispose]()
  process.exit(0)
}

function fatal(error: unknown): void {
  log.fatal({ err: error }, 'a worker of live streams cannot go on')
  process.exit(1)
}

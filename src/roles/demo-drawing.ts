// The process that draws the demo's video into the file that it is given, and then ends.
import { constants, setPriority } from 'node:os'
import { SightlineError } from '../core/errors.ts'
import { renderDemo } from '../simulator/demo.ts'
import type { DemoFailure } from './demo-source.ts'

const path = process.argv[2]!
try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
} catch {
  // Where it is not allowed, it draws as fast as everybody else.
}
// Nobody waits for it any more: what was drawn is taken away.
const giveUp = new AbortController()
const stop = () => giveUp.abort()
process.once('SIGTERM', stop).once('disconnect', stop)
try {
  await renderDemo(path, giveUp.signal)
} catch (error) {
  const { code, message } = error instanceof SightlineError ? error : { code: undefined, message: String(error) }
  process.exitCode = 1
  process.send?.({ code, message } satisfies DemoFailure)
}
if (process.connected) process.disconnect()

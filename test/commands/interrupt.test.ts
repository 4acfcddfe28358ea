import { match, strictEqual } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

/** A program that works for ever under an Interrupt and says when it is asked to end. */
const program = `
import { Interrupt } from ${JSON.stringify(new URL('../../src/commands/interrupt.ts', import.meta.url).href)}
const interrupt = new Interrupt()
interrupt.signal.addEventListener('abort', () => console.log('finishing'))
setInterval(() => console.log('working'), 20)
console.log('ready')
`

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129]
] as const) {
  test(`${signal}: the first asks to finish, its echo is not a second, a real second ends at once with ${status}`, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    const output = text(child.stdout)
    await once(child.stdout, 'data')
    child.kill(signal)
    child.kill(signal)
    // Half a second of work later the echo has passed, and the program is still alive.
    for (let ticks = 0; ticks < 25; ticks++) await once(child.stdout, 'data')
    strictEqual(child.exitCode, null)
    child.kill(signal)
    const [code] = await once(child, 'exit')
    strictEqual(code, status)
    match(await output, /finishing/)
    strictEqual((await output).split('finishing').length, 2)
  })
}

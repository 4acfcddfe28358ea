// A worker that does what its task says, step by step: how it ends is what the tests are about.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type ErrorCode, SightlineError } from '../../src/core/errors.ts'
import { runAsWorker } from '../../src/jobs/worker-side.ts'

export type Step =
  | { readonly progress: number }
  | { readonly write: string; readonly bytes: number }
  | { readonly allocate: number }
  | { readonly kill: NodeJS.Signals }
  | { readonly exit: number }
  | { readonly fail: ErrorCode; readonly retryable?: boolean }
  | { readonly hang: true; readonly deafTo?: NodeJS.Signals }
  | { readonly babble: string }
  | { readonly report: unknown }
  | { readonly tell: 'environment' | 'folder' | 'umask' | 'pid' }

export interface ScriptedTask {
  readonly steps: readonly Step[]
}

const held: Buffer[] = []

await runAsWorker<ScriptedTask>(async ({ steps }, talk) => {
  let report: unknown = null
  for (const step of steps) {
    if ('progress' in step) talk.progress(step.progress, `${step.progress * 100} %`)
    if ('write' in step) write(step.write, step.bytes)
    if ('allocate' in step) held.push(Buffer.alloc(step.allocate, 1))
    if ('kill' in step) process.kill(process.pid, step.kill)
    if ('exit' in step) process.exit(step.exit)
    if ('babble' in step) writeFileSync(3, step.babble)
    if ('fail' in step) throw new SightlineError(step.fail, 'As the script says.', { retryable: step.retryable })
    if ('report' in step) report = step.report
    if ('tell' in step) report = facts()[step.tell]
    if ('hang' in step) {
      if (step.deafTo) process.on(step.deafTo, () => undefined)
      talk.progress(0.5, 'hanging')
      await pause(600_000)
    }
  }
  return report
})

function write(path: string, bytes: number): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, Buffer.alloc(bytes, 1))
}

function facts() {
  const { env, pid } = process
  return { environment: { ...env }, folder: process.cwd(), umask: process.umask(), pid }
}

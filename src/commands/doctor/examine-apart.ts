import { fork } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { childFlags } from '../../core/loaders.ts'
import type { ExaminedFlags } from './examine.ts'
import { type Finding, wrong } from './finding.ts'

const entry = new URL(`./examine-worker${extname(import.meta.url)}`, import.meta.url)
/** A database that is away takes five seconds to be told from one that is slow. */
const usualLimitMs = 20_000

/** Looks at what a Sightline that serves with such flags needs, in a process of its own. Never rejects. */
export async function examineApart(
  flags: ExaminedFlags,
  environment: NodeJS.ProcessEnv,
  limitMs = usualLimitMs
): Promise<readonly Finding[]> {
  const child = fork(fileURLToPath(entry), [], {
    execArgv: childFlags(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: environment,
    detached: process.platform !== 'win32'
  })
  const exited = once(child, 'exit').catch(() => undefined)
  let findings: readonly Finding[] | undefined
  child.once('message', message => {
    findings = message as readonly Finding[]
  })
  child.on('error', () => undefined)
  child.send(flags, () => undefined)
  const over = new AbortController()
  const late = pause(limitMs, undefined, { signal: over.signal }).catch(() => undefined)
  await Promise.race([exited, late])
  over.abort()
  // What waits for a disk that does not answer ends when that does, and not before.
  child.kill('SIGKILL')
  child.unref()
  return findings ?? [stuck(limitMs)]
}

function stuck(limitMs: number): Finding {
  return wrong(
    'doctor',
    `What looks at the machine had said nothing within ${limitMs / 1000} s.`,
    'A disk or a database may not answer: see sightline doctor in a terminal of this machine.'
  )
}

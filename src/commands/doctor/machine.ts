import { existsSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { type Finding, note, well, wrong } from './finding.ts'

const leastNode = 24
const gib = 2 ** 30
/** The store, a worker and a detector take some 700 MB; everything else is for the disk's cache. */
const memory = { least: 1 * gib, good: 2 * gib }
/** A viewer takes two, a camera up to four, the store some twenty. */
const files = { least: 1024, good: 4096 }

export function lookAtNode(version = process.versions.node): Finding {
  const about = `Node ${version} on ${process.platform} ${process.arch}.`
  if (Number(version.split('.')[0]) >= leastNode) return well('node', about)
  return wrong('node', about, `Start it with npm start or sightline, which bring Node ${leastNode} along.`)
}

/** Native parts that an installation for another machine, or half of one, does not have. */
export async function lookAtLibraries(): Promise<Finding> {
  const missing: string[] = []
  for (const [what, load] of [
    ['video decoding', () => import('../../media/live-decoder.ts')],
    ['models', () => import('../../vision/session.ts')]
  ] as const)
    await load().catch(error => missing.push(`${what} (${(error as Error).message.split('\n', 1)[0]})`))
  if (missing.length === 0) return well('libraries', 'What decodes video and runs models can be loaded.')
  return wrong('libraries', `This cannot be loaded: ${missing.join(', ')}.`, 'Install again on this machine: npm ci.')
}

export function lookAtCores(cores = availableParallelism()): Finding {
  if (cores > 1) return well('cores', `${cores} cores.`)
  return note('cores', 'One core.', 'Decoding and detection take turns: use two or more for live streams.')
}

export function lookAtMemory(bytes = usableMemory()): Finding {
  const about = `${(bytes / gib).toFixed(1)} GiB of memory may be used.`
  if (bytes >= memory.good) return well('memory', about)
  const remedy = 'Give it 2 GiB or more, or watch fewer streams with a small model.'
  return bytes >= memory.least ? note('memory', about, remedy) : wrong('memory', about, remedy)
}

export function lookAtFiles(limit = openFiles()): Finding {
  if (limit === undefined) return well('open-files', 'The system sets no limit that it tells of.')
  const about = `This user may have ${limit} files open.`
  if (limit >= files.good) return well('open-files', about)
  const remedy = `Raise it before it is started: ulimit -n ${files.good * 4}, or LimitNOFILE in its unit.`
  return limit >= files.least ? note('open-files', about, remedy) : wrong('open-files', about, remedy)
}

/** `newestMs`: when something was last written to the data folder. */
export function lookAtClock(newestMs: number | undefined, nowMs = Date.now(), isSteered = steered()): Finding {
  const about = `It is ${new Date(nowMs).toISOString()}.`
  const remedy = 'Set the clock, and keep it right with NTP: events and retention go by it.'
  if (nowMs < Date.UTC(2026, 0)) return wrong('clock', about, remedy)
  if (newestMs !== undefined && newestMs > nowMs + 60_000)
    return wrong('clock', `${about} The data folder was written at ${new Date(newestMs).toISOString()}.`, remedy)
  return well('clock', isSteered ? `${about} Something keeps it right.` : about)
}

function steered(): boolean {
  return ['/run/systemd/timesync/synchronized', '/run/chrony', '/run/chronyd.pid', '/run/ntpd.pid'].some(existsSync)
}

/** What a container's limit leaves. */
function usableMemory(): number {
  const constrained = process.constrainedMemory()
  return constrained > 0 && constrained < totalmem() ? constrained : totalmem()
}

function openFiles(): number | undefined {
  // Otherwise the report asks for the names of whoever is connected.
  Object.assign(process.report, { excludeNetwork: true })
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } }
  const soft = report.userLimits?.open_files?.soft
  return typeof soft === 'number' ? soft : undefined
}

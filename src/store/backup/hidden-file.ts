import { createHash, randomUUID } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** Where numbers of processes mean the same: containers that share a host's name have numbers of their own. */
const machine = createHash('sha256').update(`${hostname()} ${numbering()}`).digest('hex').slice(0, 8)
/** Numbers are given again: with this, a file is of this very process. */
const run = randomUUID().slice(0, 8)
/**
 * A file is left alone for so long after it was written to last where nobody can tell whether its process lives. Raise
 * it for disks that keep a backup waiting for longer; what was killed elsewhere takes its room for longer, too.
 */
const untouchedMs = 86_400_000

/** Releases before this rule gave eight random digits alone. */
const endOfName = /^(?:[0-9a-f]{8}|([0-9a-f]{8})-(\d+)-([0-9a-f]{8})-[0-9a-f]{8})\.(?:partial|records)$/

/** A new name beside a backup, for what is to be seen by nobody; it says whose the file is. */
export function hiddenPath(backup: string, ending: 'partial' | 'records'): string {
  const whose = `${machine}-${process.pid}-${run}-${randomUUID().slice(0, 8)}`
  return join(dirname(backup), `${beginOfName(backup)}${whose}.${ending}`)
}

/**
 * Removes what backups of this name left that were killed, and nothing of one that runs. What cannot be removed stays:
 * whether the folder can be written the backup itself finds out.
 */
export async function removeAbandoned(backup: string): Promise<void> {
  const [folder, begin] = [dirname(backup), beginOfName(backup)]
  for (const name of await readdir(folder).catch(() => [])) {
    const whose = name.startsWith(begin) ? endOfName.exec(name.slice(begin.length)) : null
    if (!whose) continue
    const path = join(folder, name)
    const [, where, id, which] = whose
    const isOver = where === machine ? hasEnded(Number(id), which) : await isUntouched(path)
    if (isOver) await rm(path, { force: true }).catch(() => undefined)
  }
}

function beginOfName(backup: string): string {
  return `.${basename(backup).slice(0, 200)}.`
}

function hasEnded(id: number, which: string | undefined): boolean {
  if (id === process.pid) return which !== run
  try {
    process.kill(id, 0)
    return false
  } catch (error) {
    // Whatever else is said, it is there.
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

async function isUntouched(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined)
  return facts !== undefined && Date.now() - facts.mtimeMs > untouchedMs
}

/** Known on Linux alone, which alone has several on one machine. */
function numbering(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

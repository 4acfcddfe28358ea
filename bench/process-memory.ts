import { readdirSync, readFileSync } from 'node:fs'

/**
 * Resident bytes of a process and all its descendants, shared pages counted for each. Linux only: it reads /proc.
 * Nothing when the process has ended.
 */
export function residentBytes(pid: number): number | undefined {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    const parent = /^\d+$/.test(entry) ? field(Number(entry), 'PPid') : undefined
    if (parent !== undefined) parents.set(Number(entry), parent)
  }
  if (!parents.has(pid)) return undefined
  const family = new Set([pid])
  for (let size = 0; size !== family.size; ) {
    size = family.size
    for (const [child, parent] of parents) if (family.has(parent)) family.add(child)
  }
  return [...family].reduce((sum, member) => sum + (field(member, 'VmRSS') ?? 0) * 1024, 0)
}

/** A number of /proc/PID/status; nothing when the process has just ended or is only a thread of the kernel. */
function field(pid: number, name: string): number | undefined {
  try {
    const match = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return match ? Number(match[1]) : undefined
  } catch {
    return undefined
  }
}

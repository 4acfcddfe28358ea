import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A process of its own that appends numbered events. */
export interface ChildWriter {
  /** Resolves when so many events were accepted since its start; gives the last one's number. */
  accepted(count: number): Promise<number>
  /** Ends it as a power cut would, and gives the number of the last event that it was told was accepted. */
  kill(): Promise<number>
  /** Resolves when it ends by itself. */
  ended(): Promise<{ readonly status: number | null; readonly lines: readonly string[] }>
}

export function startWriter(
  logs: string,
  name: string,
  {
    first = 1,
    group = 10,
    job = false,
    env = {}
  }: { first?: number; group?: number; job?: boolean; env?: Record<string, string> } = {}
): ChildWriter {
  const entry = join(import.meta.dirname, 'numbering-writer.ts')
  const child = spawn(process.execPath, [entry, logs, name, String(first), String(group), ...(job ? ['job'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env }
  })
  const lines: string[] = []
  const reader = createInterface(child.stdout)
  const closed = once(reader, 'close')
  const exited = once(child, 'exit')
  reader.on('line', line => lines.push(line))
  const last = () => Number(lines.at(-1) ?? first - 1)
  return {
    async accepted(count) {
      while (last() < first + count - 1) await Promise.race([once(reader, 'line'), closed])
      return last()
    },
    async kill() {
      child.kill('SIGKILL')
      await Promise.all([exited, closed])
      return last()
    },
    async ended() {
      const [status] = (await exited) as [number | null]
      await closed
      return { status, lines }
    }
  }
}

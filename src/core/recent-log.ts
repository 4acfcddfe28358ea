import type { LogDestination } from './log.ts'

/** A line as it was logged, read. */
export interface RecentLine {
  /** Grows with every line. */
  readonly n: number
  readonly atMs: number
  readonly level: LineLevel
  /** Which process said it. */
  readonly process: string
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
}

const levels = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' } as const
export type LineLevel = (typeof levels)[keyof typeof levels]
const gravity = Object.fromEntries(Object.entries(levels).map(([number, name]) => [name, Number(number)]))

/** How much is remembered. Raise it to look back farther; it is kept in main's memory. */
const most = { lines: 2000, characters: 2_000_000, ofLine: 16_000 }

interface Kept {
  readonly n: number
  readonly level: number
  readonly process: string
  readonly text: string
}

/** The newest lines of a log, whose lines have no secrets any more when they come here, for admins to look at. */
export class RecentLog implements LogDestination {
  readonly #onward: LogDestination
  #kept: Kept[] = []
  #characters = 0
  #last = 0

  /** @param onward where main's own lines go as well */
  constructor(onward: LogDestination) {
    this.#onward = onward
  }

  /** A line of main's own. */
  write(line: string): void {
    this.#onward.write(line)
    this.keep('main', line)
  }

  /** A line that another process has written already. */
  keep(process: string, line: string): void {
    const level = levelOf(line)
    if (level === undefined) return
    const text = line.length > most.ofLine ? shortened(line) : line
    if (text === undefined) return
    this.#kept.push({ n: ++this.#last, level, process, text })
    this.#characters += text.length
    while (this.#kept.length > most.lines || this.#characters > most.characters)
      this.#characters -= this.#kept.shift()!.text.length
  }

  /** The newest first. */
  lines({ level = 'trace', limit }: { readonly level?: LineLevel; readonly limit: number }): readonly RecentLine[] {
    const least = gravity[level]!
    const found: RecentLine[] = []
    for (let at = this.#kept.length - 1; at >= 0 && found.length < limit; at--) {
      const kept = this.#kept[at]!
      const line = kept.level >= least ? read(kept) : undefined
      if (line) found.push(line)
    }
    return found
  }
}

/** How grave a line is, from 10 (`trace`) to 60 (`fatal`); undefined for what is no line of a log. */
export function levelOf(line: string): number | undefined {
  const level = Number(/^\{"level":(\d\d),/.exec(line)?.[1])
  return level in levels ? level : undefined
}

/** Without what stands beside the message; undefined where that helps nothing. */
function shortened(line: string): string | undefined {
  try {
    const { level, time, msg } = JSON.parse(line) as Record<string, unknown>
    const text = JSON.stringify({ level, time, msg })
    return text.length > most.ofLine ? undefined : text
  } catch {
    return undefined
  }
}

function read({ n, level, process, text }: Kept): RecentLine | undefined {
  try {
    const { level: _, time, msg, ...facts } = JSON.parse(text) as Record<string, unknown>
    const atMs = Date.parse(String(time))
    if (!Number.isFinite(atMs)) return undefined
    const name = levels[level as keyof typeof levels]
    return { n, atMs, level: name, process, message: typeof msg === 'string' ? msg : '', facts }
  } catch {
    return undefined
  }
}

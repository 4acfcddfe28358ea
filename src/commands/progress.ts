/** How far some work is. `total` is unknown for streams and for servers that do not say. */
export interface ProgressState {
  readonly label: string
  readonly done: number
  readonly total: number | undefined
  readonly elapsedMs: number
  /** What was done before the clock started: a resumed download's bytes say nothing about its rate. */
  readonly doneBefore: number
}

/** What is counted, and how its amounts and rates read. */
export interface ProgressUnit {
  amount(done: number, total: number | undefined): string
  rate(perSecond: number): string
}

export const frames: ProgressUnit = {
  amount: (done, total) => `${done}${total === undefined ? '' : `/${total}`} frames`,
  rate: perSecond => `${perSecond.toFixed(1)} fps`
}

export const rows: ProgressUnit = counted('rows')
export const contents: ProgressUnit = counted('contents')
export const turns: ProgressUnit = counted('turns')

function counted(what: string): ProgressUnit {
  return {
    amount: (done, total) => `${done}${total === undefined ? '' : ` of ${total}`} ${what}`,
    rate: perSecond => `${perSecond.toFixed(0)}/s`
  }
}

export const bytes: ProgressUnit = {
  amount: (done, total) => (total === undefined ? bytesText(done) : `${bytesText(done)} of ${bytesText(total)}`),
  rate: perSecond => `${bytesText(perSecond)}/s`
}

/** A number of bytes for people, in decimal units: `3.7 MB`. */
export function bytesText(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = count < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3))
  return `${power === 0 ? Math.round(count) : (count / 1000 ** power).toFixed(1)} ${units[power]}`
}

/** One line of progress: label, share, amount, rate and time left, as far as they are known. */
export function progressLine(state: ProgressState, unit: ProgressUnit): string {
  return [state.label, ...facts(state, unit)].join('  ')
}

/** The same with a bar, as wide as a terminal of `columns` leaves it; without a total there is no bar. */
export function progressBar(state: ProgressState, unit: ProgressUnit, columns: number): string {
  const line = progressLine(state, unit)
  const width = Math.min(30, columns - line.length - 4)
  const share = shareOf(state)
  if (share === undefined || width < 5) return line.slice(0, Math.max(0, columns - 1))
  const filled = Math.round(share * width)
  return `${state.label}  ${'█'.repeat(filled)}${'░'.repeat(width - filled)}  ${facts(state, unit).join('  ')}`
}

function facts(state: ProgressState, unit: ProgressUnit): string[] {
  const { done, total, elapsedMs, doneBefore } = state
  const share = shareOf(state)
  const perSecond = elapsedMs > 0 ? (done - doneBefore) / (elapsedMs / 1000) : 0
  const parts = share === undefined ? [] : [`${String(Math.floor(share * 100)).padStart(3)} %`]
  parts.push(unit.amount(done, total))
  if (perSecond > 0) parts.push(unit.rate(perSecond))
  if (perSecond > 0 && total !== undefined && done < total) parts.push(`ETA ${clock((total - done) / perSecond)}`)
  return parts
}

function shareOf({ done, total }: ProgressState): number | undefined {
  return total === undefined || total <= 0 ? undefined : Math.min(1, done / total)
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds)
  const two = (part: number) => String(part).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** Where progress is shown: `process.stderr`, or a test's own. */
export interface ProgressStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface ProgressOptions {
  readonly label: string
  readonly unit: ProgressUnit
  readonly stream: ProgressStream
  /** Shows nothing at all, as for `--json`. */
  readonly silent?: boolean
  /** Milliseconds that only ever grow. */
  readonly now?: () => number
}

/** Redrawn at most this often on a terminal. */
const redrawMs = 100
/** A log file gets a line this often. */
const lineMs = 5000

/**
 * Shows progress while it lives: one line redrawn in place on a terminal, a plain line every few seconds and a last
 * one elsewhere. Disposing it leaves the cursor on a line of its own.
 */
export class Progress implements Disposable {
  readonly #options: ProgressOptions
  readonly #now: () => number
  #state: ProgressState | undefined
  #shown: ProgressState | undefined
  #startedMs = 0
  #shownMs: number

  constructor(options: ProgressOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    // A terminal shows the first state at once; a log needs no line that says 0 %.
    this.#shownMs = options.stream.isTTY ? -Infinity : this.#now()
  }

  update(done: number, total: number | undefined): void {
    const nowMs = this.#now()
    if (!this.#state) this.#startedMs = nowMs
    const doneBefore = this.#state ? Math.min(this.#state.doneBefore, done) : done
    this.#state = { label: this.#options.label, done, total, doneBefore, elapsedMs: nowMs - this.#startedMs }
    if (nowMs - this.#shownMs >= (this.#options.stream.isTTY ? redrawMs : lineMs)) this.#show(nowMs)
  }

  [Symbol.dispose](): void {
    if (this.#state && this.#state !== this.#shown) this.#show(this.#now())
    if (this.#shown && this.#options.stream.isTTY && !this.#options.silent) this.#options.stream.write('\n')
  }

  #show(nowMs: number): void {
    const { stream, unit, silent } = this.#options
    this.#shownMs = nowMs
    this.#shown = this.#state
    if (silent || !this.#state) return
    // Pseudo terminals that nobody has sized say they have 0 columns.
    if (stream.isTTY) stream.write(`\r${progressBar(this.#state, unit, stream.columns || 80)}\x1b[K`)
    else stream.write(`${progressLine(this.#state, unit)}\n`)
  }
}

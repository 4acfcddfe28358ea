import type { Browser } from 'playwright-core'

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds by the clock, and of the processor. */
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/**
 * Milliseconds of a processor that each task of the busiest page's main thread took while something was done. What it waits for others is
 * not in it: on a quiet machine it is the same as the clock's.
 */
export async function taskTimes(browser: Browser, work: () => Promise<void>): Promise<number[]> {
  const session = await browser.newBrowserCDPSession()
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel'] }
  })
  await work()
  const ended = new Promise<unknown>(resolve => session.once('Tracing.tracingComplete', resolve))
  await session.send('Tracing.end')
  await ended
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
  const pages = new Set(events.filter(({ args }) => args?.name === 'CrRendererMain').map(threadOf))
  const tasks = Map.groupBy(
    events.filter(event => event.ph === 'X' && /RunTask/.test(event.name) && pages.has(threadOf(event))),
    threadOf
  )
  const times = [...tasks.values()].map(each => each.map(({ tdur, dur = 0 }) => (tdur ?? dur) / 1000))
  return times.sort((one, other) => other.length - one.length)[0] ?? []
}

import { useEffect, useState } from 'react'
import type { Schema } from '../../api/client.ts'
import type { ViewReadings } from '../../live/live-view.ts'
import { useManner } from '../../preferences/preferences.ts'
import { readingsText } from '../../streams/readings.ts'
import { useStreamState } from '../../streams/use-live.ts'
import { dateAndTime, type Manner, number } from '../../strings/format.ts'
import { streamPage } from '../../strings/stream-page.ts'
import { streams } from '../../strings/streams.ts'
import { type FrameProgress, type FrameReading, progressed } from './frame-rates.ts'

interface StreamHealthProps {
  readonly detail: Schema<'StreamDetail'> | undefined
  readonly readings: ViewReadings | undefined
}

/** How a stream does: what it shows and how late, what is looked at, what went wrong. */
export function StreamHealth({ detail, readings }: StreamHealthProps) {
  const manner = useManner()
  const told = useStreamState(detail?.name ?? '')
  const state = told ?? detail?.state ?? undefined
  const rates = useFrameRates(detail?.figures?.frames, state?.state === 'up')
  const { figures, source } = detail ?? {}
  const { facts } = streamPage
  const rows: readonly (readonly [name: string, text: string | undefined])[] = [
    [facts.state, state && streams.stateSince(streams.states[state.state], dateAndTime(state.sinceMs, manner))],
    [facts.picture, state?.width && state.height ? streams.size(state.width, state.height) : undefined],
    [facts.shown, readings && state?.state === 'up' ? readingsText(readings, undefined) : undefined],
    [facts.analysed, rates && streamPage.perSecond(number(rates.analysed ?? 0, manner, 1))],
    [facts.dropped, rates && droppedText(rates, manner)],
    [facts.detector, state?.detector],
    [facts.failures, figures ? number(figures.failures, manner) : undefined],
    [facts.lostPackets, figures ? number(figures.lostPackets, manner) : undefined],
    [facts.source, source ?? undefined]
  ]
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      {rows.map(([name, text]) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="wrap-anywhere">{text ?? '–'}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Of now: none of a stream that is not up. */
function useFrameRates(frames: FrameReading['frames'] | undefined, isUp: boolean) {
  const [progress, setProgress] = useState<FrameProgress>({})
  useEffect(() => {
    const now = { atMs: performance.now(), frames, isUp }
    setProgress(before => progressed(before, now))
  }, [frames, isUp])
  return isUp ? progress.rates : undefined
}

/** `4.8 nothing moved, 0.2 too late`, a second; what does not happen is not named. */
function droppedText(rates: Readonly<Record<string, number>>, manner: Manner): string {
  const dropped = Object.entries(rates).filter(([outcome, rate]) => outcome !== 'analysed' && rate >= 0.05)
  if (dropped.length === 0) return streamPage.none
  return dropped
    .map(([outcome, rate]) => `${number(rate, manner, 1)} ${streamPage.outcomes[outcome] ?? outcome}`)
    .join(', ')
}

import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import { useManner } from '../preferences/preferences.ts'
import { type Manner, shortDate, shortTime, timeOfDay } from '../strings/format.ts'
import { classNames } from './class-names.ts'
import { useRoleColours } from './role-colours.ts'

export interface SeriesLine {
  readonly name: string
  /** As many as there are times; null where nothing is known. */
  readonly values: readonly (number | null)[]
}

interface SeriesProps {
  /** What it shows, and what comes of it, for those who do not see it. */
  readonly label: string
  /** Epoch milliseconds, growing; two at least. */
  readonly timesMs: readonly number[]
  /** One or two: more are told apart by nobody at a glance. */
  readonly lines: readonly SeriesLine[]
  readonly heightPx?: number
}

const roles = ['accent', 'info', 'soft', 'edge'] as const
/** The second is dashed, for those who see fewer colours. */
const dashes = [[], [6, 4]]
const keys = ['border-accent', 'border-info border-dashed']

/** Numbers over time. Fetched with the page that shows it, not before: `lazy(() => import(…))`. */
export function Series({ label, timesMs, lines, heightPx = 180 }: SeriesProps) {
  const place = useRef<HTMLDivElement>(null)
  const colours = useRoleColours(roles)
  const manner = useManner()
  useEffect(() => {
    const element = place.current
    if (!element || !colours || timesMs.length < 2) return
    const longMs = (timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0)
    const axis = {
      stroke: colours.soft,
      // Of the page: others would be fetched for it alone, by phones too.
      font: `12px ${getComputedStyle(element).fontFamily}`,
      grid: { stroke: colours.edge, width: 1 },
      ticks: { stroke: colours.edge, width: 1, size: 4 }
    }
    const chart = new UPlot(
      {
        width: element.clientWidth,
        height: heightPx,
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_, __, most) => [0, Math.max(4, most)] } },
        axes: [
          { ...axis, values: (_, splits) => splits.map(seconds => said(seconds * 1000, longMs, manner)) },
          { ...axis, size: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000, 100_000] }
        ],
        series: [
          {},
          ...lines.map(({ name }, index) => ({
            label: name,
            stroke: index === 0 ? colours.accent : colours.info,
            width: 2,
            dash: dashes[index] ?? [],
            points: { show: false },
            paths: UPlot.paths.stepped?.({ align: 1 })
          }))
        ]
      },
      // Each value holds until the next, and the last as long as those before.
      [closed(timesMs).map(ms => ms / 1000), ...lines.map(({ values }) => [...values, values.at(-1) ?? null])],
      element
    )
    const watcher = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: heightPx }))
    watcher.observe(element)
    return () => {
      watcher.disconnect()
      chart.destroy()
    }
  }, [colours, heightPx, lines, manner, timesMs])
  return (
    <figure className="grid min-w-0 gap-2">
      <div
        ref={place}
        role="img"
        aria-label={label}
        className="w-full min-w-0 overflow-hidden"
        style={{ height: heightPx }}
      />
      {lines.length > 1 && (
        <figcaption className="flex gap-4 text-small text-soft">
          {lines.map(({ name }, index) => (
            <span key={name} className="flex items-center gap-2">
              <span aria-hidden="true" className={classNames('w-5 border-t-2', keys[index])} />
              {name}
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  )
}

function closed(timesMs: readonly number[]): readonly number[] {
  return [...timesMs, 2 * timesMs.at(-1)! - timesMs.at(-2)!]
}

/** Beyond two days, hours say little; within minutes, minutes do. */
function said(atMs: number, longMs: number, manner: Manner): string {
  if (longMs < 600_000) return timeOfDay(atMs, manner)
  return longMs > 172_800_000 ? shortDate(atMs, manner) : shortTime(atMs, manner)
}

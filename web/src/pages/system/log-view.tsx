import { useQuery } from '@tanstack/react-query'
import type { LogLines } from '../../../../src/contract/api/system-looks.ts'
import { Badge, type Tone } from '../../design/badge.tsx'
import { Button } from '../../design/button.tsx'
import { Select } from '../../design/field.tsx'
import { Empty, Failed, Loading } from '../../design/states.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { dateAndTime, timeOfDay } from '../../strings/format.ts'
import { system } from '../../strings/system.ts'
import { logQuery } from './system-queries.ts'

type Line = LogLines['items'][number]
export type ShownLevel = keyof typeof system.levels

const shownLevels = Object.keys(system.levels) as ShownLevel[]
const tones: Readonly<Record<string, Tone>> = { fatal: 'bad', error: 'bad', warn: 'warn', info: 'info' }

interface LogViewProps {
  readonly level: ShownLevel
  readonly onLevel: (level: ShownLevel) => void
}

/** What was logged lately. */
export function LogView({ level, onLevel }: LogViewProps) {
  const { data, error, isFetching, refetch } = useQuery(logQuery(level))
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <div className="w-48">
          <Select
            label={system.level}
            value={level}
            onChoice={onLevel}
            choices={shownLevels.map(value => ({ value, label: system.levels[value] }))}
          />
        </div>
        <Button isBusy={isFetching} onClick={() => void refetch()}>
          {system.newerLines}
        </Button>
      </div>
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && <p className="text-small text-soft">{system.logged(system.levelNames[data.level] ?? data.level)}</p>}
      {data?.items.length === 0 && (
        <Empty icon="good" title={system.noLines}>
          {system.noLinesWhy}
        </Empty>
      )}
      {data && data.items.length > 0 && (
        <ol aria-label={system.lines} className="rounded-large border border-edge bg-surface">
          {data.items.map(line => (
            <LogLine key={line.n} line={line} />
          ))}
        </ol>
      )}
    </div>
  )
}

function LogLine({ line: { atMs, level, process, message, facts } }: { readonly line: Line }) {
  const manner = useManner()
  const hasFacts = Object.keys(facts).length > 0
  return (
    <li className="grid gap-x-3 gap-y-1 border-b border-edge px-4 py-2.5 last:border-0 md:grid-cols-[6rem_6rem_7rem_minmax(0,1fr)]">
      <div className="flex flex-wrap items-center gap-x-3 md:contents">
        <time
          dateTime={new Date(atMs).toISOString()}
          title={dateAndTime(atMs, manner)}
          className="text-small text-soft"
        >
          {timeOfDay(atMs, manner)}
        </time>
        <span>
          <Badge tone={tones[level] ?? 'plain'}>{system.levelNames[level] ?? level}</Badge>
        </span>
        <span className="truncate text-small text-soft">{process}</span>
      </div>
      <div className="min-w-0">
        <p>{message}</p>
        {hasFacts && (
          <details className="text-small text-soft">
            <summary className="w-fit rounded-small">{system.facts}</summary>
            <pre className="overflow-x-auto py-1 whitespace-pre-wrap wrap-anywhere">
              {JSON.stringify(facts, undefined, 2)}
            </pre>
          </details>
        )}
      </div>
    </li>
  )
}

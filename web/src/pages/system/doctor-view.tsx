import { useQuery } from '@tanstack/react-query'
import type { Finding } from '../../../../src/contract/api/system-looks.ts'
import { Button } from '../../design/button.tsx'
import { Icon } from '../../design/icon.tsx'
import { Failed, Loading, Note } from '../../design/states.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { number } from '../../strings/format.ts'
import { system } from '../../strings/system.ts'
import { doctorQuery } from './system-queries.ts'

const tones = { wrong: 'bad', note: 'warn', well: 'good' } as const
const colours = { wrong: 'text-bad', note: 'text-warn', well: 'text-good' } as const

/** What the doctor has found: first what there is to do something about. */
export function DoctorView() {
  const { data, error, isFetching, refetch } = useQuery(doctorQuery)
  const manner = useManner()
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data)
    return (
      <div className="grid gap-3">
        <p className="text-soft">{system.looking}</p>
        <Loading />
      </div>
    )
  const { findings, isWell } = data
  const well = findings.filter(({ state }) => state === 'well')
  const others = findings.filter(({ state }) => state !== 'well').sort(worstFirst)
  const verdict = !isWell ? system.doctorWrong : others.length > 0 ? system.doctorNotes : system.doctorWell
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Note tone={!isWell ? 'bad' : others.length > 0 ? 'warn' : 'good'}>{verdict}</Note>
        <Button isBusy={isFetching} onClick={() => void refetch()}>
          {system.lookAgain}
        </Button>
      </div>
      {others.length > 0 && <Findings findings={others} />}
      <section aria-labelledby="well" className="grid gap-2">
        <h2 id="well" className="text-lead font-semibold">
          {system.whatIsWell(number(well.length, manner))}
        </h2>
        <Findings findings={well} />
      </section>
    </div>
  )
}

function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <ul className="rounded-large border border-edge bg-surface">
      {findings.map(({ check, state, found, remedy }) => (
        <li
          key={check}
          className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 border-b border-edge px-4 py-3 last:border-0 md:grid-cols-[auto_9rem_minmax(0,1fr)]"
        >
          <span className={`pt-0.5 ${colours[state]}`}>
            <Icon name={tones[state]} />
          </span>
          <span className="font-medium">{system.checks[check] ?? check}</span>
          <span className="col-start-2 md:col-start-3">
            <span className="whitespace-pre-line">{found}</span>
            {remedy !== undefined && <span className="block pt-1 text-soft">{remedy}</span>}
          </span>
        </li>
      ))}
    </ul>
  )
}

function worstFirst(a: Finding, b: Finding): number {
  return Number(b.state === 'wrong') - Number(a.state === 'wrong')
}

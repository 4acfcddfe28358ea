import type { SystemLooks } from '../api/resources/system-looks.ts'
import type { Finding } from '../commands/doctor/finding.ts'
import type { DiskUse, LogLines, LogQuery } from '../contract/api/system-looks.ts'
import type { Logger } from '../core/log.ts'
import type { RecentLog } from '../core/recent-log.ts'
import { redactText } from '../core/redact-log.ts'
import { dataKinds, kindFacts, places } from '../retention/data-kinds.ts'
import type { Keeper } from '../retention/keeper.ts'

export interface LooksParts {
  /** Takes a process and a second. */
  readonly examine: () => Promise<readonly Finding[]>
  readonly keeper: Pick<Keeper, 'policy' | 'found' | 'disks'>
  readonly log: Pick<Logger, 'level'>
  readonly recent: Pick<RecentLog, 'lines'>
}

/** Who asks again within this gets the same: the doctor takes a second of a core. */
const examinedForMs = 5000
const usualLines = 100

export function systemLooks({ examine, keeper, log, recent }: LooksParts): SystemLooks {
  let examined: { readonly untilMs: number; readonly findings: Promise<readonly Finding[]> } | undefined
  return {
    async examine() {
      if (!examined || performance.now() > examined.untilMs) {
        const findings = examine()
        examined = { untilMs: Number.POSITIVE_INFINITY, findings }
        // While it goes on, everybody waits for the same one.
        const ended = () => void (examined = { untilMs: performance.now() + examinedForMs, findings })
        findings.then(ended, () => void (examined = undefined))
      }
      const findings = (await examined.findings).map(told)
      return { isWell: !findings.some(({ state }) => state === 'wrong'), findings }
    },
    disk: () => diskUse(keeper),
    logs: ({ level, limit = usualLines }: LogQuery): LogLines => ({
      level: log.level,
      items: recent.lines({ ...(level && { level }), limit }).map(line => ({ ...line, facts: { ...line.facts } }))
    })
  }
}

/** Of errors that nobody has looked at yet. */
function told({ check, state, found, remedy }: Finding): Finding {
  return { check, state, found: redactText(found), ...(remedy !== undefined && { remedy: redactText(remedy) }) }
}

/** What is kept and how much room there is, as retention saw it last. */
export function diskUse(keeper: Pick<Keeper, 'policy' | 'found' | 'disks'>): DiskUse {
  const { policy, found } = keeper
  const { fill, budgets, kinds, streams } = policy
  return {
    limits: { prune: fill.prune, stopClips: fill.stopClips, stopUploads: fill.stopUploads },
    disks: keeper.disks().map(({ places: on, totalBytes, freeBytes, pruning }) => ({
      ...{ places: [...on], totalBytes, freeBytes },
      isPruned: pruning
    })),
    places: places.map(place => ({
      place,
      bytes: found.usedBytes[place] ?? null,
      atMostBytes: limited(budgets[place])
    })),
    kinds: dataKinds.map(kind => {
      const holdings = found.holdings.filter(holding => holding.kind === kind)
      const counted = holdings.flatMap(({ bytes }) => bytes ?? [])
      const rule = kinds[kind]
      return {
        kind,
        place: kindFacts[kind].place,
        keepMs: limited(rule.keepMs),
        atMostBytes: limited(rule.maxBytes),
        bytes: counted.length < holdings.length ? null : sum(counted),
        oldestMs: holdings.length === 0 ? null : Math.max(0, Math.min(...holdings.map(aged))),
        streams: holdings.filter(({ stream }) => stream !== '').length,
        exceptions: Object.values(streams).filter(own => own[kind] !== undefined).length
      }
    })
  }
}

/** When it came, which for recordings is later than when it was filmed. */
function aged({ oldestMs, shiftMs }: { readonly oldestMs: number; readonly shiftMs: number }): number {
  return Math.round(oldestMs + shiftMs)
}

function limited(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value) : null
}

function sum(values: readonly number[]): number {
  return Math.round(values.reduce((total, value) => total + value, 0))
}

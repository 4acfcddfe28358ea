import { deepStrictEqual, ok, throws } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { parse } from 'yaml'
import { metricsRoutes } from '../../src/api/metrics.ts'
import { startServer } from '../../src/api/server.ts'
import { everyFigure } from '../support/every-figure.ts'
import { readExposition, type ServedMetric } from '../support/exposition.ts'
import { letIn } from '../support/let-in.ts'
import { type AskedSeries, parseQuery } from '../support/promql.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = join(import.meta.dirname, '../../deploy/grafana')
/** What Prometheus puts on every series itself. */
const added = ['instance', 'job']

interface Dashboard {
  readonly uid: string
  readonly panels: readonly {
    readonly id: number
    readonly title: string
    readonly targets?: readonly { readonly expr: string }[]
  }[]
}
interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string
      readonly expr: string
      readonly labels?: Readonly<Record<string, string>>
      readonly annotations?: Readonly<Record<string, string>>
    }[]
  }[]
}

const dashboards = readdirSync(join(folder, 'dashboards')).map(name => ({
  name,
  board: JSON.parse(readFileSync(join(folder, 'dashboards', name), 'utf8')) as Dashboard
}))
const rules = (parse(readFileSync(join(folder, 'alerts/sightline.rules.yaml'), 'utf8')) as Rules).groups.flatMap(
  ({ rules }) => rules
)
const queries = [
  ...dashboards.flatMap(({ name, board }) =>
    board.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({ of: `${name}: ${title}`, text: expr }))
    )
  ),
  ...rules.map(({ alert, expr }) => ({ of: alert, text: expr }))
]

/** What a server serves that has everything. */
let served: ReadonlyMap<string, ServedMetric>
before(async () => {
  await using server = await startServer({
    callers: letIn(),
    host: '127.0.0.1',
    port: 0,
    health: { problems: () => [] },
    routes: routes => metricsRoutes(routes, everyFigure())
  })
  // The second look has what had to be asked for.
  await fetch(`${server.url}/metrics`)
  served = readExposition(await (await fetch(`${server.url}/metrics`)).text())
})

for (const { of, text } of queries) {
  test(`GR1 ${of} asks for what is served: ${text}`, () => {
    const { series, labels } = parseQuery(text)
    ok(series.length > 0, 'it asks for nothing')
    for (const asked of series) checkSeries(asked)
    const there = new Set(series.flatMap(({ metric }) => [...served.get(metric)!.labels.keys()]))
    for (const label of labels) ok(there.has(label) || added.includes(label), `nothing of it has a label ${label}`)
  })
}

function checkSeries({ metric, matchers, isRange, within }: AskedSeries): void {
  const found = served.get(metric)
  ok(found, `${metric} is not served`)
  const isCounter = found.type === 'counter' || found.type === 'histogram'
  const grows = ['rate', 'increase', 'irate'].includes(within ?? '')
  ok(!grows || isCounter, `${metric} is a ${found.type}: it does not grow`)
  ok(!grows || isRange, `${within} of ${metric} wants a stretch of time`)
  for (const { label, operator, value } of matchers) {
    const values = found.labels.get(label)
    ok(values, `${metric} has no label ${label}`)
    if (value.startsWith('$')) continue
    const pattern = new RegExp(`^(?:${operator.endsWith('~') ? value : RegExp.escape(value)})$`)
    ok(
      [...values].some(known => pattern.test(known)),
      `${metric} has no ${label} like ${value}`
    )
  }
}

test('GR2 a server as it is started declares every metric that is asked for', { timeout: 180_000 }, async () => {
  await using scratch = await temporaryFolder()
  await using serve = new ServingProcess(join(scratch.path, 'data'))
  const [, url] = await serve.says(/(http:\S+)\/readyz/)
  await serve.says(/Ready, on/)
  const declared = readExposition(await (await fetch(`${url}/metrics`)).text())
  const asked = new Set(queries.flatMap(({ text }) => parseQuery(text).series.map(({ metric }) => metric)))
  deepStrictEqual(
    [...asked].filter(metric => !declared.has(metric)),
    []
  )
})

test('GR3 dashboards and panels have ids of their own, and panels do not overlap', () => {
  deepStrictEqual(new Set(dashboards.map(({ board }) => board.uid)).size, dashboards.length)
  for (const { name, board } of dashboards) {
    const ids = board.panels.map(({ id }) => id)
    deepStrictEqual(new Set(ids).size, ids.length, name)
    const taken = new Set<string>()
    for (const { title, gridPos } of board.panels as readonly (Dashboard['panels'][number] & {
      readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    })[])
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          ok(x < 24 && !taken.has(`${x},${y}`), `${name}: ${title} overlaps at ${x},${y}`)
          taken.add(`${x},${y}`)
        }
  }
})

test('GR4 every alert has a severity, and says what happened and what to do', () => {
  const names = rules.map(({ alert }) => alert)
  deepStrictEqual(new Set(names).size, names.length)
  for (const { alert, labels, annotations } of rules) {
    ok(['warning', 'critical'].includes(labels?.severity ?? ''), alert)
    ok(annotations?.summary && annotations.action, alert)
  }
})

test('GR5 a query that is wrong is found', () => {
  for (const text of ['sum(', 'rate(sightline_frames_total[5x])', 'sum by (a (b)', 'a{b=c}', 'nothing(a)'])
    throws(() => parseQuery(text), Error, text)
})

test('GR6 names are of base units, and of Sightline’s where they are its own', () => {
  const wrong = [...served.keys()].filter(
    name =>
      !/^(sightline|process|nodejs)_[a-z0-9_]+$/.test(name) || /_(ms|millis|mb|kb|percent|minutes)(_|$)/.test(name)
  )
  deepStrictEqual(wrong, [])
  const counters = [...served].filter(([name, { type }]) => type === 'counter' && !name.endsWith('_total'))
  deepStrictEqual(
    counters.map(([name]) => name),
    []
  )
})

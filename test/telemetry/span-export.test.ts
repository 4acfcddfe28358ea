import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../../src/core/log.ts'
import { childOf, newTrace, type Span, wallMs } from '../../src/core/span.ts'
import { openSpanExport } from '../../src/telemetry/span-export.ts'
import { tracePlan } from '../../src/telemetry/trace-plan.ts'
import { until } from '../faults/support/until.ts'
import { factsOf, OtlpReceiver } from '../support/otlp-receiver.ts'

const step = (more: Partial<Span> = {}): Span => {
  const endedMs = wallMs()
  return { ...newTrace(), name: 'step', kind: 'internal', beganMs: endedMs - 12.5, endedMs, facts: {}, ...more }
}

/** What is written to the log beside. */
function quietLog() {
  const lines: string[] = []
  return { lines, log: createLog('trace', { write: line => void lines.push(line) }) }
}

test('SE1 a span arrives with its place, its times, its facts and who sent it', async () => {
  await using receiver = await OtlpReceiver.start()
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=north%20yard',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,host.name=h1'
  }
  const plan = tracePlan({}, environment, '1.2.3')
  const root = step({ kind: 'server', facts: { 'http.route': '/x', n: 3, ok: true } })
  const child = { ...step({ failed: true }), ...childOf(root) }
  {
    await using sending = await openSpanExport(plan!, quietLog().log)
    sending.take(root)
    sending.take(child)
  }
  const [first, second] = receiver.spans
  deepStrictEqual([first!.traceId, first!.spanId, first!.kind], [root.traceId, root.spanId, 2])
  deepStrictEqual([second!.parentSpanId, second!.status.code], [root.spanId, 2])
  deepStrictEqual(factsOf(first!), { 'http.route': '/x', n: 3, ok: true })
  equal(Number(BigInt(first!.endTimeUnixNano) - BigInt(first!.startTimeUnixNano)) / 1e6, 12.5)
  equal(receiver.headers[0]!['x-tenant'], 'north yard')
  deepStrictEqual(receiver.resources[0], {
    'service.name': 'sightline',
    'service.version': '1.2.3',
    'deployment.environment.name': 'test',
    'host.name': 'h1'
  })
})

test('SE2 a collector that refuses costs its spans, is told of once, and none of its headers', async () => {
  await using receiver = await OtlpReceiver.start()
  receiver.status = 400
  const { lines, log } = quietLog()
  const secret = 'C4naryTenant77'
  const plan = {
    url: `${receiver.url}/v1/traces`,
    headers: { 'x-key': secret },
    requests: 1,
    framesPerMinute: 1,
    about: {}
  }
  await using sending = await openSpanExport(plan, log)
  for (let n = 0; n < 600; n++) sending.take(step())
  await until('all of them to fail', () => sending.counts.failed === 600)
  equal(lines.length, 1, lines.join(''))
  match(lines[0]!, /traces cannot be sent/)
  ok(!lines.join('').includes(secret))
})

test('SE3 what waits for a collector that is away is bounded', async () => {
  const plan = { url: 'http://127.0.0.1:9/v1/traces', headers: {}, requests: 1, framesPerMinute: 1, about: {} }
  await using sending = await openSpanExport(plan, quietLog().log)
  for (let n = 0; n < 50_000; n++) sending.take(step())
  ok(sending.counts.dropped >= 50_000 - 2048, String(sending.counts.dropped))
})

const plans: readonly (readonly [
  string,
  Parameters<typeof tracePlan>[0],
  Record<string, string>,
  string | undefined
])[] = [
  ['nobody says an address', {}, {}, undefined],
  ['the settings do', { traces: { endpoint: 'http://a:4318/v1/traces' } }, {}, 'http://a:4318/v1/traces'],
  [
    'the environment does, too: it counts',
    { traces: { endpoint: 'http://a:4318/v1/traces' } },
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b/t' },
    'http://b/t'
  ],
  ['OTEL_SDK_DISABLED', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a', OTEL_SDK_DISABLED: 'true' }, undefined],
  [
    'OTEL_TRACES_EXPORTER=none',
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a', OTEL_TRACES_EXPORTER: 'none' },
    undefined
  ]
]
for (const [rule, settings, environment, url] of plans) {
  test(`SE4 where traces go: ${rule}`, () => equal(tracePlan(settings, environment, '1')?.url, url))
}

test('SE5 how many requests are followed is said in the settings, or as OpenTelemetry has it', () => {
  const at = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a' }
  const share = (environment: Record<string, string>, requests?: number) =>
    tracePlan({ traces: { requests } }, { ...at, ...environment }, '1')?.requests
  equal(share({}), 0.05)
  equal(share({}, 0.5), 0.5)
  equal(share({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' }, 0.5), 0.25)
  equal(share({ OTEL_TRACES_SAMPLER: 'always_off' }), 0)
})

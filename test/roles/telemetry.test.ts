import { deepStrictEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../../src/core/log.ts'
import { newTrace, type Span } from '../../src/core/span.ts'
import { Telemetry } from '../../src/roles/telemetry.ts'
import { OtlpReceiver } from '../support/otlp-receiver.ts'

function span(name: string): Span {
  return { ...newTrace(), name, kind: 'server', beganMs: 1, endedMs: 2, facts: {}, failed: false }
}

test('TE1 where traces go, and how many, is as the settings say from then on', async () => {
  await using first = await OtlpReceiver.start()
  await using second = await OtlpReceiver.start()
  const log = createLog('silent')
  const telemetry = await Telemetry.open({}, {}, log)
  const { traces } = telemetry.watch
  const tell = async (name: string) => {
    traces?.sink.take(span(name))
    await new Promise(resolve => setImmediate(resolve))
  }
  equal(traces?.share, 0)
  const to = ({ url }: OtlpReceiver) => ({ endpoint: `${url}/v1/traces`, framesPerMinute: 60, requests: 1 })
  telemetry.follow({ telemetry: { traces: to(first) } })()
  await telemetry.settled()
  deepStrictEqual([traces?.share, telemetry.framesPerMinute], [1, 60])
  await tell('one')
  telemetry.follow({ telemetry: { traces: { ...to(second), requests: 0.5 } } })()
  await telemetry.settled()
  await tell('two')
  telemetry.follow({})()
  await telemetry.settled()
  await tell('three')
  await telemetry[Symbol.asyncDispose]()
  deepStrictEqual(
    [first, second].map(({ spans }) => spans.map(({ name }) => name)),
    [['one'], ['two']]
  )
  deepStrictEqual([traces?.share, telemetry.framesPerMinute, telemetry.spanCounts], [0, 0, undefined])
})

test('TE2 the log’s level and who may read the figures follow, and what is wrong changes nothing', async () => {
  const log = createLog('warn')
  await using telemetry = await Telemetry.open({}, {}, log)
  telemetry.follow({ telemetry: { logLevel: 'error', metrics: 'open' } })()
  deepStrictEqual([log.level, telemetry.readers], ['error', 'open'])
  throws(() => telemetry.follow({ telemetry: { logLevel: 'debug', traces: { endpoint: 'none' } } }), {
    code: 'SL_CONFIG_INVALID'
  })
  deepStrictEqual([log.level, telemetry.readers], ['error', 'open'])
})

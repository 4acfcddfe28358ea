import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from '../faults/support/until.ts'
import { asFirstAdmin } from '../support/first-admin.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { factsOf, OtlpReceiver } from '../support/otlp-receiver.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const secret = 'C4naryHunter2'

test('TR1 a frame is followed into the sinks, a request to its queries; both are logged by id', {
  timeout: 180_000
}, async () => {
  await using folder = await temporaryFolder()
  await using receiver = await OtlpReceiver.start()
  const clip = join(folder.path, 'square.mp4')
  await makeClip(clip, { width: 320, height: 240, frames: 100, fps: 20, gop: 20, paint: movingSquare })
  const settings = join(folder.path, 'sightline.yaml')
  const telemetry = { traces: { framesPerMinute: 600, requests: 1 } }
  await writeFile(settings, JSON.stringify({ streams: { yard: { source: clip, model: 'motion' } }, telemetry }))
  const environment = {
    SIGHTLINE_LOG_LEVEL: 'info',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${secret}`
  }
  await using serve = new ServingProcess(join(folder.path, 'data'), environment, ['--config', settings])
  const [, url = ''] = await serve.says(/(http:\S+)\/readyz/)
  await serve.says(/Ready, on/)
  const admin = await asFirstAdmin(url, serve.said)

  await until('a record of a frame that is followed', () => receiver.spans.some(({ name }) => name === 'sink store'))
  const sink = receiver.spans.find(({ name }) => name === 'sink store')!
  await until('the frame itself', () => receiver.stepsOf(sink).has('frame'))
  const steps = receiver.stepsOf(sink)
  for (const name of ['frame', 'decode', 'sample', 'track', 'measure', 'log', 'sink store'])
    ok(steps.has(name), `${name} is missing among ${[...steps.keys()]}`)
  const frame = steps.get('frame')!
  equal(factsOf(frame)['sightline.stream'], 'yard')
  ok([...steps.values()].every(step => step === frame || step.parentSpanId === frame.spanId))
  const at = (name: string) => BigInt(steps.get(name)!.endTimeUnixNano)
  ok(at('decode') <= at('track') && at('track') <= at('log') && at('log') <= at('sink store'))

  const answer = await fetch(`${url}/api/v1/streams?search=${secret}`, { headers: admin })
  const requestId = answer.headers.get('x-request-id')!
  await until('the request', () => receiver.spans.some(span => factsOf(span)['http.route'] === '/api/v1/streams'))
  const request = receiver.spans.find(span => factsOf(span)['http.route'] === '/api/v1/streams')!
  await until('its query', () => receiver.stepsOf(request).has('store select'))
  const query = receiver.stepsOf(request).get('store select')!
  equal(query.parentSpanId, request.spanId)
  match(String(factsOf(query)['db.query.text']), /^select /)

  await until('its line', () => serve.said.includes(requestId))
  const line = JSON.parse(serve.said.split('\n').find(each => each.includes(requestId))!)
  deepStrictEqual(
    [line.method, line.route, line.status, line.actor, line.traceId],
    ['GET', '/api/v1/streams', 200, line.actor, request.traceId]
  )
  match(line.actor, /^user:/)
  ok(line.durationMs > 0)
  ok(![...receiver.bodies, serve.said].some(text => text.includes(secret)), 'a secret was told')
  equal(receiver.headers[0]!.authorization, `Bearer ${secret}`)

  const figures = await (await fetch(`${url}/metrics`)).text()
  match(figures, /sightline_spans_total\{outcome="sent"\} [1-9]/)
  equal(await serve.stop(), 0)
})

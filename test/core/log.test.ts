import { deepStrictEqual, match, ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { SightlineError } from '../../src/core/errors.ts'
import { createLog } from '../../src/core/log.ts'
import { within } from '../../src/core/log-context.ts'
import { redactText } from '../../src/core/redact-log.ts'

const canary = 'C4naryHunter2'

/** What a log writes, line by line. */
function written(level = 'trace') {
  const lines: string[] = []
  return { lines, log: createLog(level, { write: line => void lines.push(line) }) }
}

const request = { url: `https://ann:${canary}@h/x`, headers: { authorization: `Bearer ${canary}` } }
const withRequest = Object.assign(new Error(`GET /v1?token=${canary} failed`), { request, password: canary })

const hidings: readonly { readonly rule: string; readonly facts: Record<string, unknown>; readonly text?: string }[] = [
  { rule: 'a header', facts: { headers: { authorization: `Bearer ${canary}`, cookie: `session=${canary}` } } },
  { rule: 'a header of a list', facts: { rawHeaders: [{ 'X-Api-Key': canary }] } },
  { rule: 'an address’s password', facts: { source: `rtsp://viewer:${canary}@10.0.0.7/1` } },
  { rule: 'an address’s query', facts: { url: `/whep/yard?access_token=${canary}&t=5` } },
  { rule: 'an address in a sentence', facts: {}, text: `rtsp://viewer:${canary}@10.0.0.7/1 does not answer.` },
  { rule: 'a body', facts: { body: { user: 'anna', password: canary, nested: { clientSecret: canary } } } },
  { rule: 'a body as text', facts: { body: `{"user":"anna","password":"${canary}"}` } },
  { rule: 'a form', facts: { output: `user=anna&password=${canary}` } },
  { rule: 'a token of ours', facts: {}, text: `slt_${canary} was refused` },
  { rule: 'the secret of a link by which a password is chosen', facts: {}, text: `sli_${canary} was used` },
  { rule: 'the secret of a link to a report', facts: {}, text: `/shared/1#sll_${canary} was opened` },
  { rule: 'what a browser shows for its session', facts: {}, text: `slr_${canary} was turned` },
  { rule: 'a session', facts: {}, text: `eyJhbGciOiJFZERTQSJ9.${canary}.${canary} has expired` },
  { rule: 'an error', facts: { err: withRequest } },
  { rule: 'an error’s cause', facts: { err: new Error('it failed', { cause: withRequest }) } },
  { rule: 'a cause that is no error', facts: { err: new Error('it failed', { cause: { token: canary } }) } },
  {
    rule: 'an error under another name',
    facts: { error: new SightlineError('SL_INTERNAL', 'x', { cause: withRequest }) }
  }
]
for (const { rule, facts, text = 'something happened' } of hidings) {
  test(`LG1 a secret is not logged: ${rule}`, () => {
    const { lines, log } = written()
    log.warn(facts, text)
    log.child(facts).info(text)
    strictEqual(lines.length, 2)
    for (const line of lines) ok(!line.includes(canary), line)
  })
}

test('LG2 an error that is logged alone says nothing secret either', () => {
  const { lines, log } = written()
  log.error(withRequest)
  ok(!lines[0]!.includes(canary), lines[0])
})

test('LG3 what is no secret stays as it is', () => {
  const { lines, log } = written()
  log.info(
    { stream: 'yard', code: 'SL_INPUT_TIMEOUT', pid: 7, err: new SightlineError('SL_INPUT_TIMEOUT', 'No picture.') },
    'a stream waits'
  )
  const { time, err, ...line } = JSON.parse(lines[0]!)
  match(time, /^\d{4}-\d\d-\d\dT/)
  deepStrictEqual(line, { level: 30, stream: 'yard', code: 'SL_INPUT_TIMEOUT', pid: 7, msg: 'a stream waits' })
  deepStrictEqual([err.type, err.code, err.message], ['SightlineError', 'SL_INPUT_TIMEOUT', 'No picture.'])
  match(err.stack, /log\.test/)
})

test('LG4 lines say which request and which trace they are part of', async () => {
  const { lines, log } = written()
  const trace = { traceId: `${'0'.repeat(31)}1`, spanId: `${'0'.repeat(15)}2` }
  await within({ requestId: 'r-1', trace }, async () => {
    await Promise.resolve()
    log.info('inside')
  })
  log.info('outside')
  const [inside, outside] = lines.map(line => JSON.parse(line))
  deepStrictEqual([inside.requestId, inside.traceId], ['r-1', trace.traceId])
  deepStrictEqual([outside.requestId, outside.traceId], [undefined, undefined])
})

test('LG5 facts without end, in a circle or of great size come to an end', () => {
  const { lines, log } = written()
  const circle: Record<string, unknown> = { name: 'round' }
  circle.again = circle
  log.info({ circle, frame: Buffer.alloc(1 << 20), text: 'x'.repeat(1 << 20) }, 'much')
  ok(lines[0]!.length < 20_000, String(lines[0]!.length))
})

test('LG6 what is redacted twice is as redacted once', () => {
  const text = `at https://a:b@h/x?token=1 with Bearer abc, password: "x y" and cookie=1`
  strictEqual(redactText(redactText(text)), redactText(text))
})

test('LG7 a level that there is not is refused', () => {
  throws(() => createLog('loud'), { code: 'SL_OPTION_INVALID' })
})

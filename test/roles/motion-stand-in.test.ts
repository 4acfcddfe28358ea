import { match, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import { type ErrorCode, SightlineError } from '../../src/core/errors.ts'
import { createLog } from '../../src/core/log.ts'
import { StreamDetectors } from '../../src/roles/streams/stream-detectors.ts'

const frame = { width: 64, height: 48 }

/** Detectors where no model can be had, for this reason. */
function without(code: ErrorCode): StreamDetectors {
  const openModels = async () => {
    throw new SightlineError(code, 'The model is not to be had.')
  }
  return new StreamDetectors({ openModels, concurrency: 1, batch: 1, log: createLog('silent') })
}

test('MI1 where the default model cannot be had motion stands in, and says so', async () => {
  for (const code of ['SL_MODEL_NOT_FOUND', 'SL_MODEL_DOWNLOAD_FAILED'] as const) {
    await using shared = await without(code).take({ source: 'http://camera/' }, frame)
    strictEqual(shared.detector.name, 'motion')
    match(shared.notice!, /motion detector follows whatever moves/)
  }
})

interface Case {
  readonly rule: string
  readonly settings?: Partial<StreamSettings>
  readonly code?: ErrorCode
  readonly mayStandIn?: boolean
}

const cases: readonly Case[] = [
  { rule: 'a model that was asked for', settings: { model: 'yolo' } },
  { rule: 'classes that were asked for', settings: { classes: ['car'] } },
  { rule: 'a model whose file is another', code: 'SL_MODEL_CHECKSUM' },
  { rule: 'what looks already', mayStandIn: false }
]
for (const { rule, settings, code = 'SL_MODEL_NOT_FOUND', mayStandIn = true } of cases)
  test(`MI2 it stands in for nothing where that would hide something: ${rule}`, async () => {
    const asked = { source: 'http://camera/', ...settings }
    await rejects(without(code).take(asked, frame, { mayStandIn }), { code })
  })

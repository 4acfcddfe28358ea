import { ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { planMeasures } from '../../src/commands/measure-plan.ts'
import { Settings } from '../../src/config/settings.ts'
import { parseCheckedYaml } from '../../src/core/checked-yaml.ts'
import { Calibration } from '../../src/measures/calibration.ts'
import { DefinedMeasures } from '../../src/measures/defined-measures.ts'
import { EgressGuard } from '../../src/media/egress/guard.ts'
import { openSource } from '../../src/media/sources/open-source.ts'
import type { VideoSource } from '../../src/media/sources/source.ts'

test('the settings that docs/guide/measuring.md shows are valid, and measures can be made of them', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/measuring.md'), 'utf8')
  const [, text = ''] = /```yaml\n(.*?)```/s.exec(guide) ?? []
  const { analysis } = parseCheckedYaml(Settings, text, 'measuring.md', 'SL_CONFIG_INVALID').value
  const plan = planMeasures(undefined, undefined, analysis!)
  const calibration = new Calibration(plan.calibration!, 16 / 9)
  const context = { stream: 'guide', epoch: 1, aspect: 16 / 9, wallTime: plan.wallTime, calibration }
  ok(new DefinedMeasures(plan, context).stages.length === 8)
})

test('every stream that docs/guide/sources.md shows can be opened', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/sources.md'), 'utf8')
  const [, text = ''] = /```yaml\n(.*?)```/s.exec(guide) ?? []
  const { streams = {}, sources } = parseCheckedYaml(Settings, text, 'sources.md', 'SL_CONFIG_INVALID').value
  new EgressGuard(sources ?? {})
  const provided = () => ({ title: 'provided' }) as VideoSource
  const dialler = () => ({ dial: () => Promise.reject(new Error('Nothing is dialled here.')) })
  const surroundings = { dialler, mayReadFiles: true, openDemo: provided, openPushed: provided }
  for (const given of Object.values(streams)) {
    const settings = typeof given === 'string' ? { source: given } : given
    ok(openSource({ ...settings, url: settings.source, http: settings.kind }, surroundings).title)
  }
})

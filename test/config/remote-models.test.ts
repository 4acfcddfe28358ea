import { deepStrictEqual, doesNotMatch, match, ok, strictEqual, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { remoteNamed, remoteOptions } from '../../src/commands/remote-options.ts'
import { isFileAlone, isHot } from '../../src/config/changed-settings.ts'
import { filledModels } from '../../src/config/filled-address.ts'
import type { ModelSettings } from '../../src/config/model-settings.ts'
import { Settings } from '../../src/config/settings.ts'
import { parseCheckedYaml } from '../../src/core/checked-yaml.ts'
import { cocoLabels } from '../../src/vision/labels.ts'

const remote = { type: 'kserve', url: 'grpc://box:8001', model: 'yolox' } as const

test('RM1 the servers that docs/models.md shows are settings, and a stream chooses one by name', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/models.md'), 'utf8')
  const [, text = ''] = /## Models on servers.*?```yaml\n(.*?)```/s.exec(page) ?? []
  const { models, streams } = parseCheckedYaml(Settings, text, 'models.md', 'SL_CONFIG_INVALID').value
  const { model } = streams!.door as { model: string }
  const named = remoteNamed(model, models, new Map())
  deepStrictEqual([named?.name, remoteOptions(named!).labels], ['people', cocoLabels])
})

test('RM2 an address that is none is refused, and its password is not told', () => {
  const text = 'models: {remote: {box: {type: kserve, url: "ftp://me:canary@box", model: m}}}'
  throws(
    () => parseCheckedYaml(Settings, text, 'x', 'SL_CONFIG_INVALID'),
    ({ message }: Error) => {
      match(message, /models\.remote\.box\.url.*such as grpc:\/\//)
      doesNotMatch(message, /canary/)
      return true
    }
  )
})

test('RM3 a name in $ and braces stands for a variable of the environment, and one that is missing is named', () => {
  const models: ModelSettings = { remote: { box: { ...remote, url: `grpc://me:\${WORD}@box:8001` } } }
  strictEqual(filledModels(models, { WORD: 'p@ss' })?.remote?.box?.url, 'grpc://me:p%40ss@box:8001')
  throws(() => filledModels(models, {}), { code: 'SL_CONFIG_INVALID', message: /the model box.*WORD/ })
})

test('RM4 a name that the catalogue has, too, is refused when it is chosen', () => {
  const catalogue = new Map([['box', {}]]) as unknown as Parameters<typeof remoteNamed>[2]
  throws(() => remoteNamed('box', { remote: { box: remote } }, catalogue), { code: 'SL_OPTION_CONFLICT' })
  strictEqual(remoteNamed('other', { remote: { box: remote } }, catalogue), undefined)
  strictEqual(remoteNamed('toString', { remote: { box: remote } }, catalogue), undefined)
})

test('RM5 where this machine dials is for the settings file alone, and holds from the change on', () => {
  ok(isFileAlone('models.remote'))
  ok(isHot('models.remote.box.url'))
})

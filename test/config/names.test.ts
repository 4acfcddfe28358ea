import { throws } from 'node:assert/strict'
import { test } from 'node:test'
import { Settings } from '../../src/config/settings.ts'
import { parseCheckedYaml } from '../../src/core/checked-yaml.ts'

const names = ['../x', 'a/b', '..', 'x'.repeat(300), 'a\u0007b', 'Ä', '-v', '']
const places = ['streams', 'lines', 'zones'] as const

for (const place of places) {
  test(`SN ${place}: a name that is none is refused, with its line`, () => {
    for (const name of names) {
      const region = [
        [0, 0],
        [1, 1],
        [0, 1]
      ]
      const named =
        place === 'streams' ? { [name]: 'demo:' } : { door: { source: 'demo:', [place]: { [name]: region } } }
      throws(
        () => parseCheckedYaml(Settings, JSON.stringify({ streams: named }), 'sightline.yaml', 'SL_CONFIG_INVALID'),
        {
          code: 'SL_CONFIG_INVALID'
        }
      )
    }
  })
}

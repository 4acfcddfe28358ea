import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { SystemLooks } from '../../../src/api/resources/system-looks.ts'
import { type Person, RestHouse } from './rest-house.ts'

const looks: SystemLooks = {
  examine: async () => ({ isWell: true, findings: [{ check: 'disk', state: 'well', found: 'Half is free.' }] }),
  disk: () => ({ limits: { prune: 0.85, stopClips: 0.92, stopUploads: 0.97 }, disks: [], places: [], kinds: [] }),
  logs: query => ({ level: 'warn', items: [], ...{ asked: query } })
}
const paths = ['doctor', 'disk', 'logs'].map(name => `/api/v1/system/${name}`)

test('SY1 what is inside is shown to admins and to nobody else', async t => {
  const house = await RestHouse.open(t, { looks })
  const status = async (path: string, as: Person) => (await house.ask(path, { as })).status
  for (const path of paths)
    deepStrictEqual(
      [path, await status(path, 'admin'), await status(path, 'olga'), await status(path, 'vera')],
      [...[path, 200, 403, 403]]
    )
})

test('SY2 lines of the log are asked for by how grave they are and how many, within bounds', async t => {
  const house = await RestHouse.open(t, { looks })
  const { body } = await house.json('/api/v1/system/logs?level=error&limit=500')
  deepStrictEqual(body.asked, { level: 'error', limit: 500 })
  for (const query of ['limit=501', 'limit=0', 'level=loud', 'level=silent', 'since=1'])
    equal((await house.ask(`/api/v1/system/logs?${query}`)).status, 400, query)
})

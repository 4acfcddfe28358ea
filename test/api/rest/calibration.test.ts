import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { fill } from './rest-contents.ts'
import { type Asked, RestHouse } from './rest-house.ts'

/** The picture is a ground of so many metres across, and half as many along, seen from above. */
const ground = (metres: number) => ({
  points: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1]
  ].map(([x = 0, y = 0]) => ({ image: [x, y], world: [x * metres, (y * metres) / 2] }))
})

interface Found {
  readonly files: readonly { readonly name: string; readonly href: string; readonly digest: string }[]
  readonly calibration: unknown
}

async function openHouse(t: Parameters<typeof RestHouse.open>[0]) {
  const house = await RestHouse.open(t)
  const { recordingId } = await fill(house, 'yard')
  const report = `/api/v1/reports/${recordingId}`
  const tell = async (body: object, as: Asked['as'] = 'olga') => {
    const answer = await house.json(`${report}/calibration`, { as, method: 'PUT', body })
    return { ...answer, found: answer.body as unknown as Found }
  }
  const movement = async ({ files }: Found) => {
    const written = files.filter(({ name }) => name === 'movement.csv')
    strictEqual(written.length, 1)
    const [, ...rows] = (await (await house.ask(written[0]!.href)).text()).trimEnd().split('\r\n')
    return rows.map(row => row.split(','))
  }
  return { house, report, tell, movement }
}

test('GC1 a report whose ground is told has ways in metres, and remembers the ground', async t => {
  const { house, report, tell, movement } = await openHouse(t)
  strictEqual((await house.json(report)).body.calibration, null)
  const { status, found } = await tell(ground(100))
  deepStrictEqual([status, found.calibration], [200, ground(100)])
  const rows = await movement(found)
  strictEqual(rows.length, 4)
  for (const row of rows) match(row.at(-1)!, /^metres$/)
  deepStrictEqual((await house.json(report)).body.calibration, ground(100))
})

test('GC2 told again, the new ground takes the place of the one before', async t => {
  const { tell, movement } = await openHouse(t)
  const longest = async (metres: number) =>
    Math.max(...(await movement((await tell(ground(metres))).found)).map(row => Number(row[3])))
  const [small, large] = [await longest(100), await longest(1000)]
  deepStrictEqual(large > 5 * small && small > 0, true, `${small} m, ${large} m`)
  strictEqual(await longest(100), small)
})

test('GC3 places that determine no ground change nothing', async t => {
  const { house, report, tell } = await openHouse(t)
  const { status, body } = await tell({ points: ground(1).points.map(({ image }) => ({ image, world: [0, 0] })) })
  deepStrictEqual([status, body.code], [400, 'SL_OPTION_INVALID'])
  deepStrictEqual((await house.json(report)).body.calibration, null)
})

test('GC4 who may look at a report may not tell its ground, and for others there is none', async t => {
  const { tell } = await openHouse(t)
  deepStrictEqual([(await tell(ground(1), 'vera')).status, (await tell(ground(1), 'nemo')).status], [403, 404])
})

test('GC5 a recording whose tracks are gone is told so', async t => {
  const { house, tell } = await openHouse(t)
  await house.database.sql.deleteFrom('trajectory_chunks').execute()
  const { status, body } = await tell(ground(1))
  deepStrictEqual([status, body.code], [404, 'SL_RESOURCE_UNKNOWN'])
})

test('GC6 ways with a piece missing are not told as if they were whole', async t => {
  const { house, report, tell } = await openHouse(t)
  await house.database.sql.updateTable('trajectory_chunks').set({ checksum: 1 }).execute()
  strictEqual((await tell(ground(1))).body.code, 'SL_TRAJECTORY_DAMAGED')
  strictEqual((await house.json(report)).body.calibration, null)
})

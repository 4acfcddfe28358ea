import { deepStrictEqual, rejects } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadSettings } from '../../src/config/load-settings.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
test.after(() => folder[Symbol.asyncDispose]())

async function load(...lines: string[]) {
  const path = join(folder.path, 'settings.yaml')
  await writeFile(path, ['analysis:', ...lines].join('\n'))
  return (await loadSettings(path, true)).analysis
}

test('a line is its points alone, or settings with points', async () => {
  const lines = {
    gate: [
      [0, 0.5],
      [1, 0.5]
    ],
    door: {
      points: [
        [0, 0.5],
        [1, 0.5]
      ],
      anchor: 'centre',
      band: 0.01,
      classes: ['person'],
      handOver: { withinMs: 0 },
      schedule: [{ days: ['mon', 'fri'], from: '08:00', to: '18:00' }]
    }
  }
  deepStrictEqual((await load(`  lines: ${JSON.stringify(lines)}`))?.lines, lines)
})

test('every measure can be defined', async () => {
  const points = '[[0, 0], [1, 0], [1, 1]]'
  const analysis = await load(
    '  startsAt: 2026-11-20T08:00:00+01:00',
    '  calibration: {points: [{image: [0, 0], world: [0, 0]}, {image: [1, 0], world: [9, 0]}, {image: [1, 1], world: [9, 5]}, {image: [0, 1], world: [0, 5]}]}',
    `  zones: {hall: {points: ${points}, graceMs: 1000, dwellMs: [30000], crowd: {size: 5, until: 3, holdMs: 2000}}}`,
    `  stops: {bay: {zone: ${points}, afterMs: 60000, radius: 0.2}}`,
    '  directions: {exit: {arrow: [[0, 0.5], [1, 0.5]], toleranceDegrees: 60, minTravel: 0.1}}',
    '  meetings: {desk: {withinMetres: 1.5, forMs: 5000}}',
    '  objects: {lobby: {afterMs: 30000, reach: 3, classes: [suitcase]}}',
    '  heatmap: dwell',
    '  movement: {windowMs: 500}',
    '  paths: {}',
    '  counts: {bucketMs: 3600000}'
  )
  deepStrictEqual(analysis?.counts, { bucketMs: 3_600_000 })
})

const point = '[0, 0.5]'
const faults: readonly (readonly [what: string, lines: string[], message: RegExp])[] = [
  [
    'an unknown setting of a line',
    ['  lines:', '    gate:', `      points: [${point}, [1, 1]]`, '      bandd: 2'],
    /settings\.yaml:5: unknown key `bandd`; known here: points, title, classes/
  ],
  [
    'a point outside the frame, in the shorthand',
    ['  lines:', `    gate: [${point}, [1, 2]]`],
    /settings\.yaml:3: `analysis\.lines\.gate\.1\.1` is 2/
  ],
  ['one point', ['  lines:', `    gate: [${point}]`], /:3: .*must be a list of at least 2 points/],
  ['a zone with two corners', [`  zones: {hall: {points: [${point}, [1, 1]]}}`], /:2: .*at least 3 points/],
  [
    'a number where points should be',
    ['  zones: {hall: 5}'],
    /:2: `analysis\.zones\.hall` is 5; it must be a list of at least 3/
  ],
  [
    'an anchor that is none',
    [`  lines: {gate: {points: [${point}, [1, 1]], anchor: middle}}`],
    /:2: `analysis\.lines\.gate\.anchor` is "middle"; it must be one of bottom-centre/
  ],
  [
    'a time without quotes, which YAML may read as a number',
    [`  lines: {gate: {points: [${point}, [1, 1]], schedule: [{from: 8, to: "18:00"}]}}`],
    /:2: .*schedule\.0\.from` is 8; it must be a time in quotes/
  ],
  ['three places', ['  calibration: {points: []}'], /:2: .*at least 4 pairs/],
  ['a begin without its offset', ['  startsAt: 2026-11-20T08:00:00'], /:2: .*date and time with its offset/]
]
for (const [what, lines, message] of faults) {
  test(`refused, with the line: ${what}`, () => rejects(load(...lines), { code: 'SL_CONFIG_INVALID', message }))
}

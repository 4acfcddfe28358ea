import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { SeededRandom } from '../../src/simulator/random.ts'
import { readTrajectories } from '../../src/simulator/trajectories/read-trajectories.ts'
import { ReplayWorld } from '../../src/simulator/trajectories/replay-world.ts'
import { positionAt } from '../../src/simulator/trajectories/trajectories.ts'

const folder = mkdtempSync(join(tmpdir(), 'sightline-trajectories-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function written(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const header = 'player,frame,x,y,z,dx,dy,coords,player_num,player_obj,team,num,name,edgecolor,bgcolor\n'

test("J1 Last Row's per cent become metres from the centre spot, 20 frames a second", async () => {
  const rows = [
    '0,0,50,50,1.5,,,,,,,,,,',
    '7,0,0,0,,,,"(1.0  2.0)",7.0,7.0,attack,,,,',
    '9,20,100,100,,,,"(1.0, 2.0)",9.0,9.0,defense,,,,'
  ]
  const { people, ball, seconds } = await readTrajectories(written('a.csv', header + rows.join('\n')))
  strictEqual(seconds, 1)
  deepStrictEqual(ball!.points, [{ seconds: 0, x: 0, y: 0, z: 1.5 }])
  deepStrictEqual(
    people.map(({ team, points }) => [team, points[0]]),
    [
      ['home', { seconds: 0, x: -52.5, y: 34, z: 0 }],
      ['away', { seconds: 1, x: 52.5, y: -34, z: 0 }]
    ]
  )
})

test("J2 SkillCorner's lines are read from their first tracked frame to the first long pause, teams from the match data beside them", async () => {
  const line = (timestamp: string, x: number) =>
    JSON.stringify({
      timestamp,
      ball_data: { x: 1, y: 2, z: 0.5 },
      player_data: [
        { player_id: 5, x, y: 3 },
        { player_id: 6, x: -x, y: 3 },
        { player_id: 7, x: 0, y: 0 }
      ]
    })
  const empty = JSON.stringify({ timestamp: '00:00:00.00', ball_data: { x: null, y: null, z: null }, player_data: [] })
  const match = {
    home_team: { id: 1 },
    players: [
      { id: 5, team_id: 1, player_role: { acronym: 'GK' } },
      { id: 6, team_id: 2, player_role: { acronym: 'CF' } }
    ]
  }
  written('1_match.json', JSON.stringify(match))
  const { people, ball, seconds } = await readTrajectories(
    written('b.jsonl', [empty, line('00:00:01.00', 10), line('00:00:01.10', 11), line('01:30:00.00', 12)].join('\n'))
  )
  ok(Math.abs(seconds - 0.1) < 1e-9)
  deepStrictEqual(
    people.map(({ name, team, role }) => [name, team, role]),
    [
      ['5', 'home', 'goalkeeper'],
      ['6', 'away', 'player'],
      ['7', 'none', 'referee']
    ]
  )
  deepStrictEqual(ball!.points[0], { seconds: 0, x: 1, y: 2, z: 0.5 })
})

test('J3 between points the way is smooth and passes through them', () => {
  const points = [0, 1, 2, 3].map(second => ({ seconds: second, x: second * second, y: 0, z: 0 }))
  const trajectory = { name: 'a', team: 'home', role: 'player', points } as const
  strictEqual(positionAt(trajectory, 2)!.x, 4)
  ok(Math.abs(positionAt(trajectory, 1.5)!.x - 2.25) < 1e-9)
})

test('J4 somebody missing for longer than a second is not drawn meanwhile', () => {
  const points = [0, 5].map(seconds => ({ seconds, x: 0, y: 0, z: 0 }))
  strictEqual(positionAt({ name: 'a', team: 'home', role: 'player', points }, 2), undefined)
})

test('J5 figures stand where the recording says', async () => {
  const rows = Array.from({ length: 41 }, (_, frame) => `7,${frame},${50 + frame * 0.1},50,,,,,7.0,7.0,attack,,,,`)
  const recorded = await readTrajectories(written('c.csv', header + rows.join('\n')))
  const world = new ReplayWorld(new SeededRandom(1), recorded, 640, 360, 'pan')
  for (let step = 0; step < 50; step++) world.step(0.02)
  const [person] = world.moment().people
  ok(Math.abs(person!.x - 0.02 * 105) < 1e-6, `${person!.x}`)
  // 0.1 % of 105 m, 20 times a second.
  ok(Math.abs(person!.speedMps - 2.1) < 0.01, `${person!.speedMps} m/s`)
})

for (const [rule, name, text, code] of [
  ['J6 another format is refused', 'd.txt', 'hello\nworld\n', 'SL_INPUT_REFUSED'],
  [
    'J7 a cell that is no number is named with its line',
    'e.csv',
    `${header}0,0,here,1,0,,,,,,,,,,\n`,
    'SL_INPUT_DAMAGED'
  ],
  ['J8 a recording without players is said to be empty', 'f.csv', header, 'SL_INPUT_EMPTY']
] as const) {
  test(rule, () => rejects(readTrajectories(written(name, text)), { code, message: new RegExp(name) }))
}

test('J9 a missing file is named', () =>
  rejects(readTrajectories(join(folder, 'none.csv')), { code: 'SL_INPUT_NOT_FOUND', message: /none\.csv/ }))

const clips = process.env.SIGHTLINE_CLIPS
test('J10 a real goal can be played', { skip: !clips && 'SIGHTLINE_CLIPS is not set' }, async () => {
  const recorded = await readTrajectories(join(clips!, 'sports/tracking/last_row/LIV_2-1_CHE.csv'))
  const world = new ReplayWorld(new SeededRandom(1), recorded, 640, 360, 'still')
  for (let step = 0; step < 100; step++) world.step(0.02)
  const { people, ball } = world.moment()
  ok(ball)
  ok(people.length >= 15)
  ok(Math.max(...people.map(({ speedMps }) => speedMps)) < 12)
})

import type { SeededRandom } from '../random.ts'
import type { Colour, Outfit, Person } from '../scene.ts'
import { Agent } from './agent.ts'

/** Somebody on the field: who they are and where their place in the formation is. */
export interface Member {
  readonly id: number
  readonly role: Person['role']
  readonly team: Person['team']
  /** 1 when the team attacks towards +x, -1 the other way, 0 for the referee. */
  readonly attacks: 1 | -1 | 0
  /** Place in the formation, −1 (own goal line) … 1 (the other) and −1 (right) … 1 (left). */
  readonly depth: number
  readonly side: number
  readonly heightM: number
  readonly outfit: Outfit
  readonly agent: Agent
}

/** 4-3-3, the goalkeeper first; fewer players leave out from the end. */
const formation: readonly (readonly [number, number])[] = [
  [-0.93, 0],
  [-0.5, -0.28],
  [-0.5, 0.28],
  [0.02, 0],
  [0.42, 0],
  [-0.42, -0.78],
  [-0.42, 0.78],
  [-0.05, 0.45],
  [-0.05, -0.45],
  [0.32, 0.7],
  [0.32, -0.7]
]

export const playersPerTeamAtMost = formation.length

const skins: readonly Colour[] = [
  [236, 196, 168],
  [216, 170, 138],
  [188, 138, 104],
  [142, 96, 68],
  [98, 66, 48]
]
const hairs: readonly Colour[] = [
  [34, 26, 22],
  [58, 40, 28],
  [96, 66, 40],
  [150, 112, 66],
  [20, 18, 18]
]
const boots: readonly Colour[] = [
  [24, 24, 26],
  [235, 235, 235],
  [240, 96, 32],
  [60, 200, 120]
]

interface Kit {
  readonly shirt: Colour
  readonly sleeves: Colour
  readonly trousers: Colour
  readonly socks: Colour
}

const kits: Readonly<Record<'home' | 'away', { player: Kit; goalkeeper: Kit }>> = {
  home: {
    player: { shirt: [196, 30, 46], sleeves: [205, 40, 54], trousers: [244, 244, 246], socks: [190, 28, 42] },
    goalkeeper: { shirt: [244, 200, 40], sleeves: [244, 200, 40], trousers: [30, 30, 34], socks: [236, 192, 40] }
  },
  away: {
    player: { shirt: [240, 242, 248], sleeves: [226, 232, 244], trousers: [22, 36, 92], socks: [240, 242, 246] },
    goalkeeper: { shirt: [60, 178, 196], sleeves: [60, 178, 196], trousers: [30, 66, 84], socks: [60, 178, 196] }
  }
}
const refereeKit: Kit = { shirt: [32, 34, 40], sleeves: [32, 34, 40], trousers: [22, 22, 26], socks: [26, 26, 30] }

/** Height and outfit for somebody of a role and team. */
export function appearance(
  random: SeededRandom,
  role: Person['role'],
  team: Person['team']
): Pick<Person, 'heightM' | 'outfit'> {
  const kit = team === 'none' ? refereeKit : kits[team][role === 'goalkeeper' ? 'goalkeeper' : 'player']
  return {
    heightM: role === 'goalkeeper' ? random.between(1.86, 1.95) : random.between(1.7, 1.91),
    outfit: { ...kit, short: true, shoes: random.pick(boots), skin: random.pick(skins), hair: random.pick(hairs) }
  }
}

/** Both teams and the referee, ids from 1. */
export function squads(random: SeededRandom, perTeam: number): Member[] {
  const members: Member[] = []
  const add = (
    role: Member['role'],
    team: Member['team'],
    attacks: Member['attacks'],
    [depth, side]: readonly [number, number]
  ) => {
    const x = attacks === 0 ? -6 : attacks * (depth * 46)
    const y = attacks === 0 ? 8 : attacks * side * 30
    const topSpeed = role === 'referee' ? 6.8 : random.between(7.4, 8.9)
    members.push({
      id: members.length + 1,
      role,
      team,
      attacks,
      depth,
      side,
      ...appearance(random, role, team),
      agent: new Agent(x, y, topSpeed, random.between(0, 2 * Math.PI))
    })
  }
  for (const [team, attacks] of [
    ['home', 1],
    ['away', -1]
  ] as const) {
    for (const [index, place] of formation.slice(0, perTeam).entries()) {
      add(index === 0 ? 'goalkeeper' : 'player', team, attacks, place)
    }
  }
  add('referee', 'none', 0, [0, 0])
  return members
}

import { deepStrictEqual, doesNotMatch, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import Type from 'typebox'
import { oneOf, parseCheckedYaml } from '../../src/core/checked-yaml.ts'

const Team = Type.Object(
  {
    sport: oneOf(['football', 'hockey']),
    players: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          number: Type.Integer({ minimum: 1, description: 'a whole number from 1' }),
          role: Type.Optional(
            Type.Union([Type.Literal('goal'), Type.Literal('field')], { description: 'goal or field' })
          )
        },
        { additionalProperties: false }
      )
    ),
    ground: Type.Optional(
      Type.Union(
        [
          Type.Array(Type.String(), { minItems: 1, description: 'a list of names' }),
          Type.Object({ name: Type.String(), seats: Type.Optional(Type.Integer()) }, { additionalProperties: false })
        ],
        { description: 'a list of names, or one ground' }
      )
    )
  },
  { additionalProperties: false }
)
const parse = (text: string) => parseCheckedYaml(Team, text, 'team.yaml', 'SL_CONFIG_INVALID')

test('a text that matches gives its value and the lines of its parts', () => {
  const { value, lineOf } = parse('sport: hockey\nplayers:\n  - name: Ann\n    number: 7\n')
  deepStrictEqual(value, { sport: 'hockey', players: [{ name: 'Ann', number: 7 }] })
  strictEqual(lineOf(['players', 0, 'number']), 4)
})

test('the line of a part that is missing is that of what should have it', () => {
  strictEqual(parse('sport: hockey\nplayers:\n  - name: Ann\n    number: 7\n').lineOf(['players', 0, 'role']), 3)
})

const faults = [
  {
    rule: 'a value out of its range',
    text: 'sport: hockey\nplayers: [{name: A, number: 0}]',
    message: 'team.yaml:2: `players.0.number` is 0; it must be a whole number from 1'
  },
  {
    rule: 'none of the known words',
    text: 'sport: chess\nplayers: []',
    message: 'team.yaml:1: `sport` is "chess"; it must be one of football, hockey'
  },
  {
    rule: 'no branch of a union, told once',
    text: 'sport: hockey\nplayers:\n- name: A\n  number: 1\n  role: 5',
    message: 'team.yaml:5: `players.0.role` is 5; it must be goal or field'
  },
  {
    rule: 'a table where a list or a table may stand: what is wrong in the table',
    text: 'sport: hockey\nplayers: []\nground:\n  name: Park\n  seat: 5',
    message: 'team.yaml:5: unknown key `seat`; known here: name, seats'
  },
  {
    rule: 'a list where a list or a table may stand: what is wrong in the list',
    text: 'sport: hockey\nplayers: []\nground: []',
    message: 'team.yaml:3: `ground` is []; it must be a list of names'
  },
  {
    rule: 'neither of the two',
    text: 'sport: hockey\nplayers: []\nground: 5',
    message: 'team.yaml:3: `ground` is 5; it must be a list of names, or one ground'
  },
  {
    rule: 'an unknown key',
    text: 'sport: hockey\ncolour: red\nplayers: []',
    message: 'team.yaml:2: unknown key `colour`; known here: sport, players, ground'
  },
  { rule: 'a missing key', text: '\nsport: hockey', message: 'team.yaml:2: the document lacks `players`' },
  { rule: 'a text that is no YAML', text: 'sport: [', message: /^team\.yaml:1: / }
]
for (const { rule, text, message } of faults) {
  test(`refused: ${rule}`, () => {
    throws(() => parse(text), { code: 'SL_CONFIG_INVALID', message })
  })
}

/** What stands under `x` is named `depth` times over by what stands before it, ten times each. */
function bomb(depth: number): string {
  const levels = Array.from({ length: depth }, (_, level) => {
    const inner = level === 0 ? '1' : Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')
    return `a${level}: &a${level} [${inner}]`
  })
  return levels.join('\n')
}

const hostile = [
  {
    rule: 'a key that is there twice',
    text: 'sport: hockey\nplayers: []\nsport: football',
    message: /^team\.yaml:3: /
  },
  { rule: 'aliases that would grow beyond all bounds', text: bomb(12), message: /^team\.yaml: .*alias/i },
  { rule: 'a name for what is around it', text: 'players: &a\n  - *a\nsport: hockey', message: /^team\.yaml/ },
  {
    rule: 'the name of every object’s maker',
    text: 'sport: hockey\nplayers: []\n__proto__: {x: 1}',
    message: /__proto__/
  },
  { rule: 'a tag that nobody knows', text: 'sport: hockey\nplayers: !!js/function "x"', message: /^team\.yaml:2: / }
]
for (const { rule, text, message } of hostile) {
  test(`refused at once: ${rule}`, { timeout: 2000 }, () => {
    throws(() => parse(text), { code: 'SL_CONFIG_INVALID', message })
    strictEqual(({} as { x?: number }).x, undefined)
  })
}

test('what is wrong is told without the password in it', () => {
  const login = 'rtsp://me:hunter2@camera/1'
  for (const text of [
    `sport: ${login}\nplayers: []`,
    `sport: hockey\nplayers: {a: ${login}}`,
    `sport: hockey\nplayers: []\n? ${login}\n: 1`,
    'sport: hockey\nplayers: {password: 471142}'
  ])
    throws(
      () => parse(text),
      error => {
        doesNotMatch(String(error), /hunter2|471142/)
        return true
      }
    )
})

import { deepStrictEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { scopes } from '../../src/access/principal.ts'
import { requireGoodPassword } from '../../src/api/identity/password-rules.ts'
import { auditAddress, auditQuery, peopleSearch } from '../../web/src/pages/people/people-search.ts'
import { browserName } from '../../web/src/people/browser-name.ts'
import { goodPassword } from '../../web/src/people/good-password.ts'
import { areas, scopesSaid } from '../../web/src/people/scopes.ts'
import { actionSaid, actorSaid, detailSaid } from '../../web/src/strings/audit-sentence.ts'
import { audit } from '../../web/src/strings/people.ts'
import { sourcesBelow } from '../support/source-tree.ts'

const agents = [
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
    'Chrome on Linux'
  ],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0', 'Firefox on Windows'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on iPhone'
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0',
    'Edge on Windows'
  ],
  ['curl/8.5.0', 'curl/8.5.0'],
  ['<b>Chrome</b>', '<b>Chrome</b>']
] as const
for (const [title, name] of agents) test(`PP1 a browser is called ${name}`, () => equal(browserName(title), name))

test('PP2 a password that is made is one that is taken, and never the same', () => {
  const password = goodPassword()
  match(password, /^([a-z2-9]{5}-){3}[a-z2-9]{5}$/)
  requireGoodPassword(password, 'anna')
  notEqual(password, goodPassword())
})

test('PP3 bytes that would make some letters likelier are drawn again', () => {
  const bytes = [255, 248, ...Array.from({ length: 20 }, () => 0)]
  equal(
    goodPassword(() => Uint8Array.of(bytes.shift()!)),
    'aaaaa-aaaaa-aaaaa-aaaaa'
  )
  equal(bytes.length, 0)
})

test('PP4 everything that a token may be limited to can be chosen', () => {
  deepStrictEqual(
    areas.flatMap(area => [`${area}:read`, `${area}:write`]),
    scopes
  )
})

test('PP5 what a token may do is said in words', () => {
  equal(
    scopesSaid(['events:read', 'tracks:read', 'jobs:write']),
    'Read: events and counts, tracks; Change: uploads and jobs'
  )
  equal(scopesSaid([]), '')
})

test('PP6 an address says no more than there is', () => {
  deepStrictEqual(peopleSearch({ view: 'audit', actor: 'user:anna', last: 'day', subject: 7, action: '\n' }), {
    ...{ view: 'audit', actor: 'user:anna', last: 'day', subject: '7' }
  })
  deepStrictEqual(peopleSearch({ view: 'users', last: 'toString', actor: '', fromMs: 5, toMs: 4 }), {})
})

test('PP7 the export is what the list shows, counted back from the same moment', () => {
  const search = peopleSearch({ view: 'audit', actor: 'user:a&b', last: 'hour' })
  deepStrictEqual(auditQuery(search, 3_600_005), { actor: 'user:a&b', fromMs: 5 })
  equal(auditAddress(search, 'csv', 3_600_005), '/api/v1/audit?actor=user%3Aa%26b&fromMs=5&format=csv')
})

test('PP8 who did it is said as people say it, whatever they are called', () => {
  const actors = ['user:anna', 'token:anna/export', 'token:export', 'retention', 'constructor']
  deepStrictEqual(actors.map(actorSaid), [
    'anna',
    'export (a program of anna’s)',
    'export (a program)',
    'Sightline (keeping)',
    'constructor'
  ])
  equal(actionSaid('toString'), 'toString')
})

test('PP9 each thing that the server writes into the audit is said in words', () => {
  const written = new Set(
    sourcesBelow('src').flatMap(({ code }) =>
      [...code.matchAll(/(?:action: |#done\(actor, |\brecord\(\s*[\w.#]+, principal, )'([a-z-]+)'/g)].map(
        ([, action]) => action!
      )
    )
  )
  ok(written.size > 25, `${written.size}`)
  deepStrictEqual(
    [...written].filter(action => !Object.hasOwn(audit.actions, action)),
    []
  )
})

test('PP10 details are lines, without what is not said', () => {
  deepStrictEqual(detailSaid({ role: 'admin', isDisabled: null, changes: [1] }), ['role: admin', 'changes: [1]'])
  deepStrictEqual(detailSaid(null), [])
})

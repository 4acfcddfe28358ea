import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { type AccessRule, judge, mayReach } from '../../src/access/access-rule.ts'
import { holdsAllOf, type Principal, type Reach } from '../../src/access/principal.ts'

const yard = new Set(['yard'])
const none: ReadonlySet<string> = new Set()
const viewer: Principal = {
  actor: 'user:vera',
  userId: 'u1',
  role: 'viewer',
  scopes: undefined,
  viewing: yard,
  operating: none
}
const operator: Principal = { ...viewer, role: 'operator', viewing: new Set(['yard', 'door']), operating: yard }
const admin: Principal = { ...viewer, role: 'admin', viewing: 'all', operating: 'all' }
const rule = (need: 'view' | 'operate' | 'administer', stream: 'each' | 'none' = 'each'): AccessRule => ({
  area: 'streams',
  need,
  stream
})

test('R1 a stranger passes where it is open, and nowhere else', () => {
  equal(judge({ open: true }, undefined), 'pass')
  equal(judge(rule('view'), undefined, 'yard'), 'stranger')
  equal(judge(rule('view', 'none'), undefined), 'stranger')
})

test('R2 a stream that was not granted is as unknown as one that is not there', () => {
  equal(judge(rule('view'), viewer, 'yard'), 'pass')
  equal(judge(rule('view'), viewer, 'door'), 'unknown')
  equal(judge(rule('operate'), operator, 'street'), 'unknown')
  equal(judge(rule('view'), viewer), 'unknown')
})

test('R3 who may look may not operate, unless that was granted too', () => {
  equal(judge(rule('operate'), viewer, 'yard'), 'forbidden')
  equal(judge(rule('operate'), operator, 'yard'), 'pass')
  equal(judge(rule('operate'), operator, 'door'), 'forbidden')
  // A grant never gives more than the role has.
  equal(judge(rule('operate'), { ...viewer, operating: yard }, 'yard'), 'forbidden')
})

test('R4 what only admins may, nobody else may, whatever was granted', () => {
  equal(judge(rule('administer', 'none'), operator), 'forbidden')
  equal(judge(rule('administer'), operator, 'yard'), 'forbidden')
  equal(judge(rule('administer'), admin, 'any'), 'pass')
  equal(mayReach(admin, 'operate', 'any'), 'pass')
})

test('R5 a token does what it was issued for, and nothing else', () => {
  const token: Principal = { ...admin, actor: 'token:export', scopes: new Set(['streams:read'] as const) }
  equal(judge(rule('view'), token, 'yard'), 'pass')
  equal(judge(rule('operate'), token, 'yard'), 'forbidden')
  equal(judge({ area: 'events', need: 'view', stream: 'none' }, token), 'forbidden')
})

const reaches: readonly { now: Reach; earlier: Reach; expected: boolean }[] = [
  { now: yard, earlier: yard, expected: true },
  { now: new Set(['door', 'yard']), earlier: yard, expected: true },
  { now: 'all', earlier: yard, expected: true },
  { now: 'all', earlier: 'all', expected: true },
  { now: yard, earlier: none, expected: true },
  { now: new Set(['door']), earlier: yard, expected: false },
  { now: yard, earlier: new Set(['door', 'yard']), expected: false },
  { now: yard, earlier: 'all', expected: false }
]
for (const { now, earlier, expected } of reaches)
  test(`R6 who reached ${said(earlier)} and reaches ${said(now)} has ${expected ? 'lost nothing' : 'lost some of it'}`, () =>
    equal(holdsAllOf(now, earlier), expected))

function said(reach: Reach): string {
  return reach === 'all' ? 'all' : [...reach].join(' and ') || 'nothing'
}

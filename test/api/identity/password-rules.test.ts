import { doesNotThrow, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { requireGoodPassword } from '../../../src/api/identity/password-rules.ts'

const refused = [
  'short',
  'nine char',
  'password12',
  'Password1234!',
  '!!!P@ssword!!!',
  'qwertyuiop',
  'poiuytrewq',
  '1234567890',
  '0987654321',
  '12341234123412',
  'aaaaaaaaaaaa',
  'abababababab',
  'abcdefghijklm',
  'changeme!!!',
  'sightline2026',
  'ada.lovelace1',
  'x'.repeat(300),
  '2026-11-21-10-00',
  ''
]
for (const password of refused)
  test(`PR1 "${password.slice(0, 20)}" would be guessed`, () => {
    throws(() => requireGoodPassword(password, 'ada.lovelace'), { code: 'SL_PASSWORD_WEAK' })
  })

for (const password of [
  'blau wie der See',
  'correct horse stapler battery',
  'tr0ub4dor&3x',
  '木漏れ日が差し込む静かな森',
  'Zq8-vK2-pL9'
])
  test(`PR2 "${password}" may be taken`, () => doesNotThrow(() => requireGoodPassword(password, 'ada')))

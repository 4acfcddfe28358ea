import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { TrustedProxies } from '../../src/api/trusted-proxies.ts'

test('XP1 what was found of an address holds no longer than the settings that it was found by', () => {
  const proxies = new TrustedProxies(['10.0.0.0/8'])
  const isTrusted = () =>
    ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.1', '', 'nobody'].map(each => proxies.isTrusted(each))
  for (let again = 0; again < 2; again++) deepStrictEqual(isTrusted(), [true, true, false, false, false])
  proxies.follow(['192.0.2.1'])
  deepStrictEqual(isTrusted(), [false, false, true, false, false])
  proxies.follow([])
  deepStrictEqual(isTrusted(), [false, false, false, false, false])
})

test('XP2 of more addresses than are remembered each is found as it is', () => {
  const proxies = new TrustedProxies(['10.0.0.0/16'])
  for (let n = 0; n < 5000; n++)
    ok(proxies.isTrusted(`10.0.${n >> 8}.${n & 255}`) && !proxies.isTrusted(`10.1.${n >> 8}.${n & 255}`))
})

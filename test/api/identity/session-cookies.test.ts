import { deepStrictEqual, ok } from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { cookiesOf, givenCookies, takenCookies } from '../../../src/api/identity/session-cookies.ts'

const request = (encrypted: boolean, cookie?: string) =>
  ({ headers: { cookie }, socket: { encrypted } }) as unknown as IncomingMessage
const given = { access: 'a', refresh: 'b' }

test('SC1 what is given over an encrypted connection is never shown over another, nor replaced from there', () => {
  for (const cookie of [...givenCookies(request(true), given), ...takenCookies(request(true))]) {
    ok(cookie.endsWith('; Secure'), cookie)
    ok(cookie.startsWith('__Host-sightline'), cookie)
  }
  for (const cookie of givenCookies(request(false), given)) ok(!/Secure|__Host/.test(cookie), cookie)
})

test('SC2 a page’s scripts and other sites have nothing of them, and they come back as they were given', () => {
  for (const isEncrypted of [false, true]) {
    const cookies = givenCookies(request(isEncrypted), given)
    for (const cookie of cookies) ok(/; Path=\/;.*; HttpOnly; SameSite=Strict/.test(cookie), cookie)
    const shown = cookies.map(cookie => cookie.split(';')[0]).join('; ')
    deepStrictEqual(cookiesOf(request(isEncrypted, shown)), given)
    deepStrictEqual(cookiesOf(request(!isEncrypted, shown)), { access: undefined, refresh: undefined })
  }
})

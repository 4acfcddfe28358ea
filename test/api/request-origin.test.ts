import { deepStrictEqual } from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { encryptedAddress, isFromElsewhere, isHere } from '../../src/api/request-origin.ts'

test('RO1 what would not be repeated as it was is not sent to where it is encrypted', () => {
  const address = (method: string, url = '/streams?a=1', host = 'cameras.example:8080') =>
    encryptedAddress({ method, url, headers: { host } }, 8443)
  const there = 'https://cameras.example:8443/streams?a=1'
  deepStrictEqual(
    ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'].map(method => address(method)),
    [there, there, undefined, undefined, undefined, undefined]
  )
  deepStrictEqual(
    [address('GET', '//elsewhere/'), address('GET', '*'), address('GET', '/', 'a:b@c')],
    ['https://cameras.example:8443//elsewhere/', undefined, undefined]
  )
})

test('RO2 a page without encryption is another one than that with it, by the same name', () => {
  const request = (encrypted: boolean, origin: string) =>
    isFromElsewhere({
      method: 'POST',
      headers: { host: 'cameras.example', origin },
      socket: { encrypted, remoteAddress: '192.0.2.7' }
    } as unknown as IncomingMessage)
  deepStrictEqual(
    [
      request(true, 'https://cameras.example'),
      request(true, 'http://cameras.example'),
      request(false, 'http://cameras.example'),
      request(true, 'https://other.example')
    ],
    [false, true, false, true]
  )
})

test('RO3 what a proxy on this machine passes on is not of this machine, whichever header it says so in', () => {
  const request = (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
    isHere({
      httpVersion: '1.1',
      headers: { host: 'localhost:8080', ...headers },
      socket: { remoteAddress }
    } as unknown as IncomingMessage)
  deepStrictEqual([request({}), request({}, '192.0.2.7'), request({ host: 'cameras.example' })], [true, false, false])
  for (const name of ['forwarded', 'via', 'x-real-ip', 'x-forwarded-for', 'x-forwarded-proto'])
    deepStrictEqual(request({ [name]: 'something' }), false, name)
})

import { deepStrictEqual, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { parseRtspAddress } from '../../../src/media/sources/rtsp/rtsp-address.ts'

test('R1 name and password are taken out of an address, and decoded', () => {
  deepStrictEqual(parseRtspAddress('rtsp://ad%6Din:p%40ss@camera.lan/live?channel=1&subtype=0'), {
    url: 'rtsp://camera.lan/live?channel=1&subtype=0',
    title: 'rtsp://camera.lan/live?channel=1&subtype=0',
    host: 'camera.lan',
    port: 554,
    tls: false,
    credentials: { username: 'admin', password: 'p@ss' }
  })
})

test('R2 rtsps has a port of its own, and an IPv6 address loses its brackets', () => {
  const { host, port, tls, url } = parseRtspAddress('rtsps://[::1]/x')
  deepStrictEqual([host, port, tls, url], ['::1', 322, true, 'rtsps://[::1]/x'])
})

test('R3 a percent sign that stands for itself is part of the password', () => {
  deepStrictEqual(parseRtspAddress('rtsp://a:100%@c/').credentials, { username: 'a', password: '100%' })
})

for (const [path, title] of [
  ['/user=admin_password=1234_channel=1_stream=0.sdp', '/user=admin_password=***_channel=1_stream=0.sdp'],
  ['/live?user=a&pwd=1234&ch=1', '/live?user=a&pwd=***&ch=1'],
  ['/s?token=abc', '/s?token=***']
] as const) {
  test(`R4 ${path} is shown without its secret`, () => {
    const address = parseRtspAddress(`rtsp://camera${path}`)
    deepStrictEqual([address.url, address.title], [`rtsp://camera${path}`, `rtsp://camera${title}`])
  })
}

for (const text of [
  'http://u:secret@camera/',
  'rtsp:u:secret@camera',
  'rtsp://u:sec/ret@camera/',
  'rtsp://u:s@secret@/',
  'rtsp://u:secret@camera/\r\nTeardown: 1',
  'rtsp://u%0d%0aX:secret@camera/',
  '-i u:secret@x',
  'rtsp://u:secret@camera:99999/',
  ''
]) {
  test(`R5 ${JSON.stringify(text)} is refused, and no message has its password`, () => {
    throws(
      () => parseRtspAddress(text),
      (error: Error & { code?: string }) => {
        ok(!/secret|sec\/ret|s@secret/.test(error.message), error.message)
        return error.code === 'SL_OPTION_INVALID'
      }
    )
  })
}

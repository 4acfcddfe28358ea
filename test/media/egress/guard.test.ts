import { deepStrictEqual, rejects, throws } from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { EgressGuard, type EgressRules } from '../../../src/media/egress/guard.ts'
import { DirectDialler } from '../../../src/media/sources/direct-dialler.ts'

const inside = ['127.0.0.0/8', '10.0.0.0/8', '169.254.0.0/16', '::1', 'fe80::/10', 'fc00::/7']
const coded = (code: string) => (error: Error & { code?: string }) => error.code === code

for (const address of [
  '127.0.0.1',
  '10.1.2.3',
  '169.254.169.254',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  'fe80::1%eth0',
  'fd00::5'
]) {
  test(`E1 ${address} is denied`, () => deepStrictEqual(new EgressGuard({ deny: inside }).mayDial(address), false))
}

for (const address of ['0.0.0.0', '::', '0:0::0', '::ffff:0.0.0.0']) {
  test(`E8 ${address}, by which systems mean loopback, is denied and allowed with it`, () => {
    const may = (rules: EgressRules) => new EgressGuard(rules).mayDial(address)
    deepStrictEqual(
      [may({}), may({ deny: ['127.0.0.0/8'] }), may({ deny: ['::1'] }), may({ deny: ['10.0.0.0/8'] })],
      [true, false, false, true]
    )
  })
}

for (const host of ['0x7f.1', '2130706433', '0177.0.0.1', '127.1', 'localhost', '::ffff:127.0.0.1']) {
  test(`E2 ${host} is denied, because it is looked up first`, async () => {
    await rejects(new EgressGuard({ deny: inside }).resolve(host), coded('SL_INPUT_REFUSED'))
  })
}

test('E3 what is not denied may be dialled', () => {
  deepStrictEqual(
    ['192.168.1.1', '2001:db8::1'].map(address => new EgressGuard({ deny: inside }).mayDial(address)),
    [true, true]
  )
})

test('E4 where something is allowed, nothing else is', () => {
  const guard = new EgressGuard({ allow: ['192.168.1.0/24', '2001:db8::/32'], deny: ['192.168.1.9'] })
  deepStrictEqual(
    ['192.168.1.1', '192.168.1.9', '192.168.2.1', '2001:db8::1', '2001:db9::1', 'camera'].map(address =>
      guard.mayDial(address)
    ),
    [true, false, false, true, false, false]
  )
})

test('E5 a name that leads inside and outside is refused as a whole', async () => {
  const guard = new EgressGuard({ deny: inside }, async () => [{ address: '192.0.2.1' }, { address: '127.0.0.1' }])
  await rejects(guard.resolve('twofold.example'), coded('SL_INPUT_REFUSED'))
})

test('E6 what was checked is what is dialled: the name is looked up once', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  let lookUps = 0
  const guard = new EgressGuard({ allow: ['127.0.0.1'] }, async () => [
    { address: ++lookUps === 1 ? '127.0.0.1' : '10.0.0.1' }
  ])
  const dialler = new DirectDialler({ resolve: host => guard.resolve(host) })
  const socket = await dialler.dial({ host: 'rebinding.example', port, tls: false }, new AbortController().signal)
  deepStrictEqual([socket.remoteAddress, lookUps], ['127.0.0.1', 1])
  socket.destroy()
  server.close()
})

for (const rule of ['10.0.0.0/33', 'camera', '', '10.0.0.0/', '::1/129', '1.2.3.4/-1']) {
  test(`E7 ${JSON.stringify(rule)} is no rule`, () =>
    throws(() => new EgressGuard({ deny: [rule] }), coded('SL_CONFIG_INVALID')))
}

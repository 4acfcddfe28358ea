import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { listening } from '../../src/commands/listen-options.ts'

test('L1 without options nobody but this machine is listened to', () => {
  equal(listening({}), '127.0.0.1')
  equal(listening({ listen: 'localhost' }), '127.0.0.1')
  equal(listening({ listen: '::' }), '::')
})

for (const listen of ['example.com', '0.0.0.0:8080', ''])
  test(`L2 "${listen}" is no address to listen on`, () => {
    throws(() => listening({ listen }), { code: 'SL_OPTION_INVALID' })
  })

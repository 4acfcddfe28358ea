import { equal, notEqual, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { Seal } from '../../src/core/seal.ts'

const seal = new Seal(Buffer.alloc(32, 1))
const text = 'the private key, Ärger'

test('SE1 what was sealed is opened with the same key, for the same purpose', () => {
  const sealed = seal.close(text, 'keys')
  ok(!Buffer.from(sealed, 'base64url').includes('private'))
  equal(seal.open(sealed, 'keys'), text)
  equal(new Seal(Buffer.alloc(32, 2)).open(sealed, 'keys'), undefined)
  equal(seal.open(sealed, 'passwords'), undefined)
})

test('SE2 the same text is never sealed the same', () => {
  notEqual(seal.close(text, 'keys'), seal.close(text, 'keys'))
})

test('SE3 what was changed in any byte, or cut, does not open', () => {
  const sealed = Buffer.from(seal.close(text, 'keys'), 'base64url')
  for (const [at] of sealed.entries()) {
    const changed = Buffer.from(sealed)
    changed[at]! ^= 1
    equal(seal.open(changed.toString('base64url'), 'keys'), undefined)
    equal(seal.open(sealed.subarray(0, at).toString('base64url'), 'keys'), undefined)
  }
})

test('SE4 a key has 32 bytes', () => {
  throws(() => new Seal(Buffer.alloc(16)), RangeError)
})

test('SE5 a mark is the same for the same text, and another for another purpose and another key', () => {
  const mark = seal.mark(text, 'once')
  equal(seal.mark(text, 'once'), mark)
  for (const other of [
    seal.mark(`${text}.`, 'once'),
    seal.mark(text, 'other'),
    new Seal(Buffer.alloc(32, 2)).mark(text, 'once')
  ])
    notEqual(other, mark)
})

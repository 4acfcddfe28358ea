import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { matching } from '../../web/src/app/matching.ts'

const names = ['Wall', 'Front yard', 'Yard', 'System']
const found = (text: string) => matching(text, names, name => name)

test('C1 nothing asked for is everything', () => deepStrictEqual(found(' '), names))
test('C2 letters’ case is no matter, and what begins so comes first', () =>
  deepStrictEqual(found('YARD'), ['Yard', 'Front yard']))
test('C3 every word has to be there', () => deepStrictEqual(found('yard front'), ['Front yard']))

import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { linkOf } from '../../web/src/pages/share/opened-link.ts'

const id = '0f5a8c1e-3b2d-4c6e-9f70-112233445566'
for (const [rule, pathname, hash, expected] of [
  ['a link has its secret behind #', `/shared/${id}`, '#sll_a-B_9', { id, secret: 'sll_a-B_9' }],
  ['opened before, it needs none', `/shared/${id}/`, '', { id, secret: undefined }],
  ['what was cut or added to is no secret', `/shared/${id}`, '#a b', { id, secret: undefined }],
  ['another address is no link', '/shared/none', '#sll_a', undefined],
  ['nor is one that leads further', `/shared/${id}/../x`, '#sll_a', undefined]
] as const)
  test(`OL1 ${rule}`, () => deepStrictEqual(linkOf({ pathname, hash }), expected))

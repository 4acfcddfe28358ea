import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { navigationFor } from '../../web/src/app/navigation.ts'

const paths = (...who: Parameters<typeof navigationFor>) => navigationFor(...who).map(({ to }) => to)
const somebody = { areas: undefined }

test('NV1 a visitor of the demo is shown the pages that they may open, and no others', () => {
  const areas = new Set(['streams', 'live', 'events', 'tracks'])
  deepStrictEqual(paths({ role: 'viewer', areas }), ['/', '/events', '/past'])
})

test('NV2 pages of admins are theirs alone', () => {
  deepStrictEqual(paths({ ...somebody, role: 'operator' }), ['/', '/events', '/past', '/uploads', '/models'])
  deepStrictEqual(paths({ ...somebody, role: 'admin' }).slice(5), ['/system', '/people', '/settings'])
})

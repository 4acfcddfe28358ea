import { doesNotThrow, match, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { requireRoom } from '../../src/config/count-settings.ts'

test('CS1 there is room below what the settings say, and none at it', () => {
  doesNotThrow(() => requireRoom({ users: 3 }, 'users', 2))
  throws(
    () => requireRoom({ users: 3 }, 'users', 3),
    (error: Error & { code: string }) => {
      match(error.message, /3 users.*limits\.users/)
      return error.code === 'SL_LIMIT_REACHED'
    }
  )
})

test('CS2 where they say nothing there is a limit all the same', () => {
  throws(() => requireRoom(undefined, 'streams', 1000), { code: 'SL_LIMIT_REACHED' })
})

import { ok } from 'node:assert/strict'
import { test } from 'node:test'
import { childFlags } from '../../src/core/loaders.ts'

test('L1 a child process compiles nothing in the background that could keep it from ending', () => {
  ok(childFlags().includes('--no-concurrent-sparkplug'))
})

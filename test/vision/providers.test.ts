import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import {
  availableProviders,
  expectAvailable,
  mayUseOnly,
  type Provider,
  providers,
  unavailable
} from '../../src/vision/providers.ts'

const missing = providers.filter(provider => unavailable(provider) !== undefined)

test('PV1 the processor is always there, and tried last', () => {
  strictEqual(availableProviders().at(-1), 'cpu')
})

test('PV2 a provider that is not on this machine is SL_PROVIDER_UNAVAILABLE: why, and which there are', () => {
  for (const provider of missing)
    throws(() => expectAvailable(provider), {
      code: 'SL_PROVIDER_UNAVAILABLE',
      message: `${provider} cannot run models on this machine: ${unavailable(provider)}. Here there is ${availableProviders().join(', ')}; auto takes the fastest.`
    })
})

test('PV3 what belongs to one system is on no other', () => {
  const own: Partial<Record<NodeJS.Platform, Provider>> = { darwin: 'coreml', win32: 'directml' }
  for (const [platform, provider] of Object.entries(own))
    strictEqual(unavailable(provider) === undefined, process.platform === platform)
})

test('PV4 of several that may run a model, those that are not here do not count; one that was asked for does', () => {
  const absent = missing[0]!
  deepStrictEqual(
    [mayUseOnly('cpu', 'cpu'), mayUseOnly('cpu', [absent, 'cpu']), mayUseOnly('cpu', absent)],
    [true, true, false]
  )
})

import { deepStrictEqual, match, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { hardwareDevices } from '../../src/media/hardware-devices.ts'
import { loadCatalogue } from '../../src/vision/catalogue.ts'
import { families } from '../../src/vision/families/registry.ts'
import { providers } from '../../src/vision/providers.ts'

// What docs/models.md and docs/gpu.md say is there, is there, and nothing is there of which they say nothing.

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
const models = page('models.md')

/** Cells of the rows of the table below a heading. */
function rowsBelow(text: string, heading: string): string[][] {
  const [, part = ''] = text.split(`\n${heading}\n`)
  const rows = part
    .split(/\n#/)[0]!
    .split('\n')
    .filter(line => line.startsWith('| '))
  return rows.slice(1).map(line => line.split('|').slice(1, -1).map(cell => cell.trim())) // biome-ignore format: a step each
}

test('MP1 each family is in the table of families, and is experimental there where it is no proven one', () => {
  const told = rowsBelow(models, '## Families').map(([name, , , provenBy]) => [
    name!.replaceAll('`', ''),
    provenBy!.startsWith('experimental')
  ])
  deepStrictEqual(told.sort(), families.map(({ name, experimental = false }) => [name, experimental]).sort())
})

test('MP2 each model of the catalogue is in its table, with its licence and whether it may be used for money', async () => {
  const told = new Map(rowsBelow(models, '## Catalogue').map(([name, , licence]) => [name, licence!]))
  const catalogue = await loadCatalogue()
  deepStrictEqual([...told.keys()].sort(), [...catalogue.keys()].sort())
  for (const [name, { licence, commercial = true }] of catalogue) {
    match(told.get(name)!, new RegExp(`^\\**${licence.replace('-only', '')}\\b`), name)
    deepStrictEqual(/not for commerce/.test(told.get(name)!), !commercial, name)
  }
})

test('MP3 what runs models and what decodes is on the page of graphics cards', () => {
  const [runs, decodes] = ['## What runs models', '## What decodes'].map(heading =>
    rowsBelow(page('gpu.md'), heading).flatMap(([names]) => names!.match(/(?<=`)[a-z]+/g) ?? [])
  )
  ok(
    providers.every(name => runs!.includes(name)),
    `${runs}`
  )
  ok(
    hardwareDevices.every(({ name }) => decodes!.includes(name)),
    `${decodes}`
  )
})

import { deepStrictEqual, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { analysisDefaults } from '../../src/config/analysis-settings.ts'
import { trackerNames } from '../../src/tracking/create-tracker.ts'

const page = readFileSync(new URL('../../docs/spec/tracker-options.md', import.meta.url), 'utf8')

/** Rows of a heading's tables, cells as written. */
function rowsBelow(heading: string): string[][] {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  const [own = ''] = section.split('\n## ')
  return own
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line => line.split('|').map(cell => cell.trim().replaceAll('`', '')))
}

/** Whether the code of a file says that the option is that number where nothing is given; all of it where it is several. */
function isDefaultOf(file: string, name: string, value: string): boolean {
  const code = readFileSync(new URL(`../../src/tracking/${file}`, import.meta.url), 'utf8')
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/(\d)_(?=\d)/g, '$1')
  const parts = /^[\d.]+$/.test(value) ? [`${name} ${value}`] : value.split(', ')
  return parts.every(part => {
    const [, key, number] = /^(\w+) ([\d.]+)$/.exec(part) ?? []
    return new RegExp(`\\b${key}(?::| =| \\?\\?) ${number}(?![\\d.])`).test(code)
  })
}

/** Options of an interface, with what their docstrings say is the default. */
function optionsOf(file: string, interfaceName: string): [name: string, says: string][] {
  const source = readFileSync(new URL(`../../src/tracking/${file}`, import.meta.url), 'utf8')
  const [, body = ''] = source.split(new RegExp(`export interface ${interfaceName}\\b[^{]*\\{\\n`))
  const [own = ''] = body.split('\n}')
  return [...own.matchAll(/\/\*\*([\s\S]*?)\*\/\s+readonly (\w+)\??:/g)].map(([, says = '', name = '']) => [name, says])
}

const cases = [
  {
    heading: 'All',
    file: 'tracker.ts',
    interfaceName: 'TrackerOptions',
    code: 'timed-tracker.ts',
    leftOut: ['frame', 'reid']
  },
  { heading: '`sort`', file: 'sort.ts', interfaceName: 'SortOptions' },
  { heading: '`byte` and `bot-sort`', file: 'byte-track.ts', interfaceName: 'ByteTrackOptions' },
  { heading: '`oc-sort`', file: 'oc-sort.ts', interfaceName: 'OcSortOptions' },
  { heading: '`sightline`', file: 'sightline-options.ts', interfaceName: 'SightlineOptions' },
  { heading: '`reid`', file: 'looks.ts', interfaceName: 'ReidOptions' },
  { heading: '`reid.site`', file: 'site-gallery.ts', interfaceName: 'SiteReidOptions' }
]
for (const { heading, file, interfaceName, code = file, leftOut = [] } of cases) {
  test(`every option of ${interfaceName} is documented: its unit, what raising it does, and why its default`, () => {
    const options = optionsOf(file, interfaceName).filter(([name]) => !leftOut.includes(name))
    const rows = rowsBelow(heading)
    ok(options.length > 0)
    deepStrictEqual(
      rows.map(([, name]) => name),
      options.map(([name]) => name)
    )
    for (const [, name, unit, value, raised, why] of rows) {
      ok(why, `${name} does not say why`)
      // What no number measures has neither unit nor more of it.
      ok(name === 'boxes' || (unit && raised), `${name} lacks a unit or what raising it does`)
      const says = options
        .find(([option]) => option === name)![1]
        .replaceAll('`', '')
        .replace(/\s+\*?\s*/g, ' ')
      if (/\d/.test(value!) && !value!.includes('highScore'))
        ok(
          isDefaultOf(code, name!, value!.replaceAll(/(\d),(?=\d)/g, '$1')),
          `${name}: ${value} is not what ${code} does`
        )
      ok(value && says.replaceAll(',', '').includes(value.replaceAll(',', '')), `${name}: ${value} is not what ${says}`)
    }
  })
}

test('each tracker names its paper', () => {
  const papers = page.split('\n## ')[0]!
  for (const name of trackerNames) ok(new RegExp(`\\| \`${name}\` \\|.*arXiv \\d{4}\\.\\d{5}`).test(papers), name)
})

test('the tracker that the guide calls the default is used where nothing is said', () => {
  const guide = readFileSync(new URL('../../docs/guide/tracking.md', import.meta.url), 'utf8')
  ok(guide.includes(`| \`${analysisDefaults.tracker}\` (default) |`), analysisDefaults.tracker)
})

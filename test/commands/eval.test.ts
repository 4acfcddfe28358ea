import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodePicture } from '../../src/report/picture.ts'
import { runCommand } from '../support/run-command.ts'
import { folderWith, walker } from './mot-folder.ts'

const truth = (id: number, y: number) => walker(1, 10, id, y, '1,1,1')

/** Two sequences, one tracked perfectly, one lost half-way. */
const files = {
  'gt/a/gt/gt.txt': truth(0, 100),
  'gt/a/seqinfo.ini': '[Sequence]\nname=a\nseqLength=10\nimExt=.jpg',
  'gt/b/gt/gt.txt': truth(1, 100),
  'results/a.txt': truth(5, 100),
  'results/b.txt': walker(1, 5, 3)
}

async function evaluate(changed: Readonly<Record<string, string | Uint8Array>>, ...options: string[]) {
  const folder = await folderWith({ ...files, ...changed })
  const path = (name: string) => join(folder.path, name)
  const result = await runCommand('eval', '--gt', path('gt'), '--results', path('results'), ...options)
  return { ...result, path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

test('eval --json gives fractions by sequence and combined', async () => {
  await using run = await evaluate({}, '--json')
  const { sequences, combined } = JSON.parse(run.stdout)
  deepStrictEqual(Object.keys(sequences), ['a', 'b'])
  const { HOTA, DetA, AssA, MOTA, IDF1 } = sequences.a
  deepStrictEqual([HOTA, DetA, AssA, MOTA, IDF1], [1, 1, 1, 1, 1])
  strictEqual(sequences.b.MOTA, 0.5)
  strictEqual(combined.MOTA, 0.75)
  strictEqual(sequences.a.perAlpha.LocA.length, 19)
  strictEqual(run.stderr, '')
})

test('eval prints a row for each sequence and one for all, in per cent', async () => {
  await using run = await evaluate({})
  const [heading, first, , last] = run.stdout.split('\n')
  match(heading!, /^SEQUENCE +HOTA +DetA +AssA +LocA +MOTA +MOTP +IDF1 +IDP +IDR +IDSW +Frag +MT +ML +FP +FN$/)
  match(first!, /^a +100\.00 /)
  match(last!, /^COMBINED .* 75\.00 /)
})

test('eval --metrics leaves the others out, and cares for no capitals', async () => {
  await using run = await evaluate({}, '--metrics', 'identity', '--json')
  deepStrictEqual(Object.keys(JSON.parse(run.stdout).combined), ['IDF1', 'IDR', 'IDP', 'IDTP', 'IDFN', 'IDFP'])
})

test('eval --benchmark tells whose classes there are', async () => {
  const distracted = { 'gt/a/gt/gt.txt': truth(0, 100) + walker(1, 10, 9, 300, '1,6,1') }
  const results = { 'results/a.txt': truth(5, 100) + walker(1, 10, 6, 300) }
  await using by17 = await evaluate({ ...distracted, ...results }, '--json', '--benchmark', 'MOT17')
  await using by20 = await evaluate({ ...distracted, ...results }, '--json', '--benchmark', 'MOT20')
  strictEqual(JSON.parse(by17.stdout).sequences.a.CLR_FP, 10)
  strictEqual(JSON.parse(by20.stdout).sequences.a.CLR_FP, 0)
})

test('eval --plot draws a picture', async () => {
  await using folder = await folderWith(files)
  const path = (name: string) => join(folder.path, name)
  await runCommand('eval', '--gt', path('gt'), '--results', path('results'), '--plot', path('new/plot.png'))
  const { width, height, data } = await decodePicture(await readFile(path('new/plot.png')))
  ok(width > 600 && height > 400)
  // The curve of HOTA, in its colour.
  let blue = 0
  for (let at = 0; at < data.length; at += 4) if (data[at] === 0x35 && data[at + 1] === 0xc4) blue++
  ok(blue > 1000, `${blue} pixels`)
})

test('eval says which results it has no ground truth for, and scores the others', async () => {
  await using run = await evaluate({ 'results/c.txt': truth(1, 1) }, '--json')
  match(run.stderr, /c\.txt is not scored: .*gt has no such sequence/)
  deepStrictEqual(Object.keys(JSON.parse(run.stdout).sequences), ['a', 'b'])
})

test('eval takes empty results for a tracker that found nothing', async () => {
  await using run = await evaluate({ 'results/a.txt': '' }, '--json')
  const { HOTA, MOTA, CLR_FN } = JSON.parse(run.stdout).sequences.a
  deepStrictEqual([HOTA, MOTA, CLR_FN], [0, 0, 10])
})

interface Refusal {
  readonly rule: string
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly code: string
  readonly says: RegExp
}

const refused: readonly Refusal[] = [
  {
    rule: 'results that a sequence lacks',
    files: { 'gt/c/gt/gt.txt': truth(1, 1) },
    code: 'SL_EVAL_MISMATCH',
    says: /lacks c\.txt/
  },
  {
    rule: 'results longer than the sequence',
    files: { 'results/a.txt': walker(1, 11, 5) },
    code: 'SL_EVAL_MISMATCH',
    says: /Line 11 .*frame 11/
  },
  {
    rule: 'numbers that are none',
    files: { 'results/a.txt': '1,1,nan,0,5,5\n' },
    code: 'SL_ROWS_INVALID',
    says: /“nan”/
  },
  {
    rule: 'an id twice in a frame',
    files: { 'results/a.txt': truth(1, 0) + truth(1, 50) },
    code: 'SL_ROWS_INVALID',
    says: /Lines 1 and 11/
  },
  {
    rule: 'a binary file',
    files: { 'results/a.txt': new Uint8Array(10_000).fill(200) },
    code: 'SL_ROWS_INVALID',
    says: /longer than/
  },
  {
    rule: 'a seqinfo.ini without sense',
    files: { 'gt/a/seqinfo.ini': 'seqLength=ten' },
    code: 'SL_ROWS_INVALID',
    says: /seqLength=ten/
  }
]
for (const { rule, files, code, says } of refused) {
  test(`eval refuses ${rule}, with ${code}`, async () => {
    await using run = await evaluate(files, '--json')
    deepStrictEqual([run.status, run.stdout], [1, ''])
    match(run.stderr, says)
    match(run.stderr, new RegExp(`\\[${code}\\]`))
  })
}

const mistyped = [
  { rule: 'a metric that is none', options: ['--metrics', 'HOTA,MOTA'], says: /SL_OPTION_INVALID/ },
  { rule: 'a benchmark that is none', options: ['--benchmark', 'MOT19'], says: /MOT19/ },
  { rule: 'a plot that is no PNG', options: ['--plot', 'plot.pdf'], says: /ending in \.png.*SL_OPTION_INVALID/ },
  {
    rule: 'a plot of what is left out',
    options: ['--plot', 'plot.png', '--metrics', 'CLEAR'],
    says: /SL_OPTION_CONFLICT/
  }
]
for (const { rule, options, says } of mistyped) {
  test(`eval refuses ${rule}, and leaves nothing behind`, async () => {
    await using run = await evaluate({}, ...options)
    strictEqual(run.status, 2)
    match(run.stderr, says)
    ok(!existsSync(options.at(-1)!))
  })
}

test('eval says where ground truth has to lie when there is none', async () => {
  await using folder = await folderWith({ 'a.txt': '' })
  const run = await runCommand('eval', '--gt', folder.path, '--results', folder.path)
  match(run.stderr, /folder for each sequence, with gt\/gt\.txt.*SL_INPUT_NOT_FOUND/)
  const missing = await runCommand('eval', '--gt', join(folder.path, 'no'), '--results', folder.path)
  match(missing.stderr, /no does not exist\..*SL_INPUT_NOT_FOUND/)
})

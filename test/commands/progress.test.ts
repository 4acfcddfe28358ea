import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, bytesText, frames, Progress, progressBar, progressLine } from '../../src/commands/progress.ts'

const state = { label: 'clip.mp4', done: 25, total: 100, elapsedMs: 5000, doneBefore: 0 }

const lines = [
  {
    rule: 'share, amount, rate and time left',
    state,
    unit: frames,
    line: 'clip.mp4   25 %  25/100 frames  5.0 fps  ETA 0:15'
  },
  {
    rule: 'without a total there is neither share nor time left',
    state: { ...state, total: undefined },
    unit: frames,
    line: 'clip.mp4  25 frames  5.0 fps'
  },
  {
    rule: 'before any time has passed there is no rate',
    state: { ...state, elapsedMs: 0 },
    unit: frames,
    line: 'clip.mp4   25 %  25/100 frames'
  },
  {
    rule: 'at the end there is no time left',
    state: { ...state, done: 100 },
    unit: frames,
    line: 'clip.mp4  100 %  100/100 frames  20.0 fps'
  },
  {
    rule: 'more than was announced is 100 %',
    state: { ...state, done: 110 },
    unit: frames,
    line: 'clip.mp4  100 %  110/100 frames  22.0 fps'
  },
  {
    rule: 'what an earlier download brought does not count for the rate',
    state: { label: 'm', done: 3_000_000, total: 4_000_000, elapsedMs: 1000, doneBefore: 2_000_000 },
    unit: bytes,
    line: 'm   75 %  3.0 MB of 4.0 MB  1.0 MB/s  ETA 0:01'
  },
  {
    rule: 'hours are told as hours',
    state: { ...state, total: 25 + 5 * 3725 },
    unit: frames,
    line: 'clip.mp4    0 %  25/18650 frames  5.0 fps  ETA 1:02:05'
  }
]
for (const { rule, state, unit, line } of lines) {
  test(rule, () => {
    strictEqual(progressLine(state, unit), line)
  })
}

const sizes = [
  [999, '999 B'],
  [1000, '1.0 kB'],
  [3_660_092, '3.7 MB'],
  [4e9, '4.0 GB']
] as const
for (const [count, text] of sizes) {
  test(`${count} bytes read ${text}`, () => {
    strictEqual(bytesText(count), text)
  })
}

test('the bar is filled by the share', () => {
  ok(progressBar(state, frames, 100).includes(`  ${'█'.repeat(8)}${'░'.repeat(22)}  `))
})

for (const columns of [20, 50, 60, 80, 200]) {
  test(`a line never wraps on a terminal of ${columns} columns`, () => {
    ok(progressBar(state, frames, columns).length < columns)
  })
}

/** Updates at these times, in milliseconds, and what is written by then and at the end. */
function shown(times: number[], stream: { isTTY?: boolean; columns?: number }, silent = false): string[] {
  const written: string[] = []
  let nowMs = 0
  {
    using progress = new Progress({
      label: 'clip',
      unit: frames,
      stream: { ...stream, write: text => written.push(text) },
      now: () => nowMs,
      silent
    })
    for (const [index, timeMs] of times.entries()) {
      nowMs = timeMs
      progress.update(index, times.length - 1)
    }
  }
  return written
}

test('a terminal has its line redrawn ten times a second at most, and a line break at the end', () => {
  const written = shown([0, 10, 20, 100, 110, 120], { isTTY: true, columns: 80 })
  deepStrictEqual(
    written.map(text => /\d+\/5/.exec(text)?.[0] ?? text),
    ['0/5', '3/5', '5/5', '\n']
  )
  ok(written.slice(0, -1).every(text => text.startsWith('\r') && text.endsWith('\x1b[K')))
})

test('a terminal that nobody has sized is taken for one of 80 columns', () => {
  deepStrictEqual(shown([0, 100], { isTTY: true, columns: 0 }), shown([0, 100], { isTTY: true, columns: 80 }))
})

test('a log gets a plain line every five seconds and a last one', () => {
  deepStrictEqual(
    shown([0, 4000, 5000, 6000, 10_000, 11_000], {}).map(text => /\d+\/5.*\n/.exec(text)?.[0].slice(0, 3)),
    ['2/5', '4/5', '5/5']
  )
})

test('silent, nothing is written', () => {
  deepStrictEqual(shown([0, 5000, 10_000], { isTTY: true }, true), [])
})

test('work that never began writes nothing', () => {
  deepStrictEqual(shown([], { isTTY: true }), [])
})

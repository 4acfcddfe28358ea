import { ok, rejects, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { alternate } from '../../bench/alternate.ts'
import { childSeconds, type Program, runProgram } from '../../bench/program.ts'

function inline(name: string, code: string): Program {
  return { name, command: process.execPath, args: ['-e', code] }
}

test("a program's processor time counts, waiting does not", async () => {
  const wait = await runProgram(inline('wait', 'setTimeout(() => {}, 400)'))
  ok(wait.wallSeconds >= 0.4)
  ok(wait.cpuSeconds < wait.wallSeconds)
})

test('the processor time of threads and of child processes counts', async () => {
  const burn = 'const end = process.cpuUsage().user + 3e5; while (process.cpuUsage().user < end);'
  const thread = `new (require('node:worker_threads').Worker)(${JSON.stringify(burn)}, { eval: true })`
  const child = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(burn)}])`
  ok((await runProgram(inline('thread', thread))).cpuSeconds >= 0.3)
  ok((await runProgram(inline('child', child))).cpuSeconds >= 0.3)
})

test('what a program prints is kept', async () => {
  strictEqual((await runProgram(inline('print', "console.log('frames')"))).stdout, 'frames\n')
})

test('a program that fails says why', async () => {
  await rejects(
    runProgram(inline('broken', "throw new Error('no such clip')")),
    /broken ended with status 1[\s\S]*no such clip/
  )
})

test('times of shells are read with and without fractions', () => {
  strictEqual(childSeconds('0m0.00s 0m0.00s\n1m2.500s 0m0.25s\n'), 62.75)
  strictEqual(childSeconds('0m0s 0m0s\n0m2s 0m1s\n'), 3)
  throws(() => childSeconds(''), /cannot be read/)
})

test('programs run in turn, and warm-ups are not counted', async () => {
  const lines: string[] = []
  const programs = { a: inline('A', ''), b: inline('B', '') }
  const runs = await alternate(programs, { rounds: 2, warmups: 1, report: line => lines.push(line.split(':')[0]!) })
  strictEqual(lines.join(', '), 'warm-up A, warm-up B, 1/2 A, 1/2 B, 2/2 A, 2/2 B')
  strictEqual(runs.a.length, 2)
  strictEqual(runs.b.length, 2)
})

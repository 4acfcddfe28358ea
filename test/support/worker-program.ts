import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** Ends when it is told to stop, as workers do. */
export const heedingWorker = "process.on('message', ({ type }) => type === 'stop' && process.disconnect())"

/** Has processes that are forked until the test is over run this script (CommonJS), whatever they were to run. */
export async function forkInstead(t: TestContext, folder: string, script: string): Promise<void> {
  const [program, worker] = [join(folder, 'program'), join(folder, 'worker.cjs')]
  const { execPath } = process
  await writeFile(worker, script)
  await writeFile(program, `#!/bin/sh\nexec '${execPath}' '${worker}'\n`, { mode: 0o755 })
  t.after(() => {
    process.execPath = execPath
  })
  process.execPath = program
}

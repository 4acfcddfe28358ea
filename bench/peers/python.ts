import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cache } from '../clips.ts'
import { type Program, runProgram } from '../program.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** Makes a program of a script of this folder. */
export type PythonScript = (name: string, script: string, ...args: string[]) => Program

/**
 * Python with the pinned requirements, in a virtual environment of its own that is made once for each version of
 * requirements.txt. Where that cannot be (no python3, no network), the reason is reported and nothing returned.
 */
export async function openPython(report: (line: string) => void): Promise<PythonScript | undefined> {
  const requirements = join(folder, 'requirements.txt')
  const version = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12)
  const home = join(cache, `python-${version}`)
  if (!existsSync(join(home, 'complete'))) {
    try {
      await install(home, requirements, report)
    } catch (error) {
      report(`The Python peer is missing: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }
  return (name, script, ...args) => ({ name, command: join(home, 'bin/python'), args: [join(folder, script), ...args] })
}

async function install(home: string, requirements: string, report: (line: string) => void): Promise<void> {
  report('installing the Python peer (bench/peers/requirements.txt)')
  await rm(home, { recursive: true, force: true })
  const python = process.env.PYTHON ?? 'python3'
  await runProgram({ name: `${python} -m venv`, command: python, args: ['-m', 'venv', home] })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', requirements]
  await runProgram({ name: 'pip install', command: join(home, 'bin/python'), args: pip })
  await writeFile(join(home, 'complete'), '')
}

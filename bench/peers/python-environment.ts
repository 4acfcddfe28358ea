import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from '../program.ts'

/**
 * The folder `bin` of a virtual environment with exactly these requirements, made below `folder` once for each version of
 * their file. @throws what keeps it from being made: no python3, no network
 */
export async function pythonEnvironment(
  requirements: string,
  folder: string,
  report: (line: string) => void
): Promise<string> {
  const home = await homeOf(requirements, folder)
  if (existsSync(join(home, 'complete'))) return join(home, 'bin')
  report(`installing ${requirements}`)
  await rm(home, { recursive: true, force: true })
  const python = process.env.PYTHON ?? 'python3'
  await runProgram({ name: `${python} -m venv`, command: python, args: ['-m', 'venv', home] })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', requirements]
  await runProgram({ name: 'pip install', command: join(home, 'bin/python'), args: pip })
  await writeFile(join(home, 'complete'), '')
  return join(home, 'bin')
}

/** Whether the same is there already. */
export async function isInstalled(requirements: string, folder: string): Promise<boolean> {
  return existsSync(join(await homeOf(requirements, folder), 'complete'))
}

async function homeOf(requirements: string, folder: string): Promise<string> {
  const version = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12)
  return join(folder, `python-${version}`)
}

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cache } from '../clips.ts'
import type { Program } from '../program.ts'
import { pythonEnvironment } from './python-environment.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** Makes a program of a script of this folder. */
export type PythonScript = (name: string, script: string, ...args: string[]) => Program

/**
 * Python with the pinned requirements, in a virtual environment of its own. Where that cannot be (no python3, no network),
 * the reason is reported and nothing returned.
 */
export async function openPython(report: (line: string) => void): Promise<PythonScript | undefined> {
  try {
    const bin = await pythonEnvironment(join(folder, 'requirements.txt'), cache, report)
    return (name, script, ...args) => ({ name, command: join(bin, 'python'), args: [join(folder, script), ...args] })
  } catch (error) {
    report(`The Python peer is missing: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

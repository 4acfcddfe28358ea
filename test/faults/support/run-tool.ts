import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs a system tool to its end; what it said on standard error is in the error. */
export async function runTool(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute(program, args, { maxBuffer: 64 << 20 })
  return stdout
}

/** Why a test that mounts disks cannot run here; false where it can. */
export function withoutMounts(): string | false {
  if (process.platform !== 'linux') return 'loop devices and tmpfs are Linux'
  if (process.getuid?.() !== 0) return 'mounting needs root'
  return false
}

import { spawn } from 'node:child_process'
import { basename } from 'node:path'

/**
 * Runs a program and keeps what it says to itself. `npm` is the npm that runs us, with the Node that runs it:
 * the one in node_modules would vanish under it while it installs.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<{ code: number, output: string }>} output: both streams, in the order they came
 */
export function runQuietly(program, args, cwd) {
  const { npm_execpath: npmPath, npm_node_execpath: npmNode } = process.env
  const ours = program === 'npm' && npmPath !== undefined && basename(npmPath) === 'npm-cli.js'
  const [file, allArgs] = ours ? [npmNode ?? process.execPath, [npmPath, ...args]] : [program, [...args]]
  // On Windows npm is a command file, which only a shell can run.
  const shell = program === 'npm' && !ours && process.platform === 'win32'
  return new Promise((resolve, reject) => {
    const child = spawn(file, allArgs, { cwd, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    const stop = () => child.kill()
    process.once('exit', stop)
    /** @type {Buffer[]} */
    const chunks = []
    child.stdout?.on('data', chunk => chunks.push(chunk))
    child.stderr?.on('data', chunk => chunks.push(chunk))
    child.on('error', error =>
      reject(new Error(`${program} could not be started (${error.message}).`, { cause: error }))
    )
    child.on('close', code => {
      process.off('exit', stop)
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString().trimEnd() })
    })
  })
}

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Something that has to be made before a command can run, and is made again only when what it is made from changes.
 * @typedef {object} Step
 * @property {string} name
 * @property {string} [doing] what it tells the user when it starts; a quick step says nothing
 * @property {readonly string[]} inputs files and folders, relative to the root; their contents decide
 * @property {string} stamp file holding the hash of the inputs; it lies in what the step makes, and goes with it
 * @property {(root: string) => boolean} [wanted] whether this checkout has such a thing at all
 * @property {(root: string) => boolean} [done] whether everything is right already, whatever the stamp says
 * @property {boolean} [optional] a failure is told and the command runs all the same
 * @property {(root: string) => Promise<void>} run rejects with a sentence for the user
 */

/** Folders that are made, never sources. */
const made = new Set(['node_modules', 'dist'])

/**
 * The steps that have something to do, in their order.
 * @param {string} root
 * @param {readonly Step[]} steps
 */
export function outdated(root, steps) {
  return steps.filter(step => (step.wanted?.(root) ?? true) && readStamp(root, step) !== hashOf(root, step.inputs))
}

/**
 * Runs what is outdated. Each step is looked at when its turn comes: an earlier one may have changed its inputs.
 * @param {string} root
 * @param {readonly Step[]} steps
 * @param {(line: string) => void} say
 */
export async function bringUpToDate(root, steps, say) {
  for (const step of steps) {
    if (outdated(root, [step]).length === 0) continue
    // Taken before the run: what is edited meanwhile makes the step outdated again.
    const hash = hashOf(root, step.inputs)
    if (!step.done?.(root)) {
      if (step.doing) say(step.doing)
      try {
        await step.run(root)
      } catch (error) {
        if (!step.optional) throw error
        say(error instanceof Error ? error.message : String(error))
        continue
      }
    }
    const stamp = join(root, step.stamp)
    mkdirSync(dirname(stamp), { recursive: true })
    writeFileSync(stamp, hash)
  }
}

/**
 * @param {string} root
 * @param {Step} step
 */
function readStamp(root, step) {
  const stamp = join(root, step.stamp)
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined
}

/**
 * @param {string} root
 * @param {readonly string[]} inputs
 */
function hashOf(root, inputs) {
  const hash = createHash('sha256')
  for (const input of inputs) {
    for (const file of filesOf(root, input))
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(root, file)))
        .update('\0')
  }
  return hash.digest('hex')
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {string[]} files below `path`, or `path` itself, in an order that never changes; none where there is nothing
 */
function filesOf(root, path) {
  const absolute = join(root, path)
  if (!existsSync(absolute)) return []
  if (!statSync(absolute).isDirectory()) return [path]
  return readdirSync(absolute)
    .filter(name => !made.has(name))
    .sort()
    .flatMap(name => filesOf(root, `${path}/${name}`))
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'

const repository = join(import.meta.dirname, '..', '..')

/** What a program said and how it ended. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * A throw-away project with the real setup scripts and a scripted npm, which writes down how it is called and
 * then does what `npmProgram` (JavaScript; `args` and `write` are at hand) says. Without one it installs like
 * npm, as far as setup can see.
 */
export class ScratchCheckout implements AsyncDisposable {
  readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  static async create(npmProgram = installs): Promise<ScratchCheckout> {
    const scratch = new ScratchCheckout(join(await mkdtemp(join(tmpdir(), 'sightline-setup-')), 'checkout'))
    for (const path of ['scripts', 'bin']) await cp(join(repository, path), scratch.path(path), { recursive: true })
    await scratch.write('package.json', '{ "name": "scratch", "type": "module" }')
    await scratch.write('package-lock.json', lock('1.0.0'))
    await scratch.write('fake/package.json', '{ "type": "commonjs" }')
    await scratch.write('fake/npm-cli.js', npmPrelude + npmProgram)
    return scratch
  }

  path(name: string): string {
    return join(this.root, name)
  }

  async write(name: string, content: string): Promise<void> {
    await mkdir(dirname(this.path(name)), { recursive: true })
    await writeFile(this.path(name), content)
  }

  /** How npm was called so far: the folder within the checkout, then the arguments. */
  async npmCalls(): Promise<string[]> {
    const log = await readFile(this.path('fake/calls'), 'utf8').catch(() => '')
    return log.split('\n').filter(line => line !== '')
  }

  /** Runs `node scripts/setup.mjs ARGS…` to its end. */
  setup(args: readonly string[] = ['-e', ''], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return finished(this.start(args, env))
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { SIGHTLINE_MODELS: _models, SIGHTLINE_CLIPS: _clips, NODE_TEST_CONTEXT: _test, ...inherited } = process.env
    const npm = { npm_execpath: this.path('fake/npm-cli.js'), npm_node_execpath: process.execPath }
    return spawn(process.execPath, [this.path('scripts/setup.mjs'), ...args], {
      env: { ...inherited, ...npm, ...env },
      stdio: ['ignore', 'pipe', 'pipe']
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(dirname(this.root), { recursive: true, force: true })
  }
}

/** A lock file that asks for one package. */
export function lock(version: string): string {
  return JSON.stringify({ packages: { '': {}, 'node_modules/thing': { version } } })
}

export async function finished(child: ReturnType<ScratchCheckout['start']>): Promise<Outcome> {
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, stdout, stderr }
}

const npmPrelude = `
const { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { dirname, join, relative } = require('node:path')
const args = process.argv.slice(2)
const root = dirname(__dirname)
const write = (path, content) => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}
appendFileSync(join(__dirname, 'calls'), [relative(root, process.cwd()) || '.', ...args.slice(0, 2)].join(' ') + '\\n')
`

const installs = `
console.log('npm is chatty')
if (args[0] === 'ci') {
  rmSync(join(root, 'node_modules'), { recursive: true, force: true })
  write('node_modules/.package-lock.json', readFileSync(join(root, 'package-lock.json')))
}
if (args[0] === 'run') write('web/dist/index.html', 'built')
`

import { deepStrictEqual, ok } from 'node:assert/strict'
import { posix } from 'node:path'
import { test } from 'node:test'
import { errorCodes } from '../src/core/errors.ts'
import { type ImportStatement, lineAt, type SourceFile, sourcesBelow, textOf } from './support/source-tree.ts'

/** What the files of a folder of src/ may import, beside their own folder. DESIGN.md §2, "Direction of imports". */
interface Border {
  /** Folders whose values and types it may import. */
  readonly imports: readonly string[]
  /** Folders of which it may import types alone: it works with their interfaces and constructs nothing of theirs. */
  readonly types?: readonly string[]
  /** True where nothing may read a clock, a file or a socket: no `node:` modules. */
  readonly pure?: true
}

const leaf = ['contract', 'core']
const pureFolders = ['tracking', 'measures', 'sports', 'faces', 'evaluation']
const adapters = ['media', 'vision', 'events', 'store', 'live', 'dispatch']
const everything = [
  ...leaf,
  'access',
  'config',
  ...pureFolders,
  'trajectories',
  ...adapters,
  'pipeline',
  'report',
  'simulator',
  'jobs',
  'retention',
  'telemetry',
  'api'
]
const pure: Border = { imports: leaf, pure: true }
const adapter: Border = { imports: leaf }
/** Scenes and their drawing are pure; these read the trajectories, and write the video and its truth. */
const simulatorsEdge: Border = { imports: [...leaf, 'media', 'report'] }

/** By folder; a file or folder inside one that differs has a row of its own. */
const borders: Readonly<Record<string, Border>> = {
  contract: { imports: [], pure: true },
  core: { imports: ['contract'] },
  // The launcher, which Node 20 runs too, needs the same folder.
  'core/user-cache.ts': { imports: ['user-cache.mjs'] },
  ...Object.fromEntries(pureFolders.map(folder => [folder, pure])),
  ...Object.fromEntries(adapters.map(folder => [folder, adapter])),
  trajectories: { imports: leaf, types: ['measures'], pure: true },
  // Rules alone; `api/` finds out who asks.
  access: { imports: leaf, pure: true },
  config: { imports: leaf },
  store: { imports: [...leaf, 'trajectories', 'measures'], types: ['events'] },
  live: { imports: leaf, types: ['media', 'events'] },
  // Packets from a browser are put together as those from a camera.
  'live/webrtc': { imports: [...leaf, 'media'] },
  jobs: { imports: leaf, types: ['store', 'events'] },
  retention: { imports: leaf, types: ['store', 'events'] },
  // Asks the store's tables, by the store's own way of finding the streams of one.
  'retention/survey.ts': { imports: [...leaf, 'store'] },
  pipeline: { imports: [...leaf, ...pureFolders, 'trajectories'], types: adapters },
  telemetry: { imports: [...leaf, 'config'] },
  report: { imports: [...leaf, ...pureFolders, 'trajectories'], types: ['media'] },
  simulator: { imports: leaf, types: ['media'], pure: true },
  'simulator/simulate.ts': simulatorsEdge,
  'simulator/demo.ts': simulatorsEdge,
  'simulator/truth-files.ts': simulatorsEdge,
  'simulator/trajectories/read-trajectories.ts': simulatorsEdge,
  api: {
    imports: [...leaf, 'access', 'config'],
    types: ['store', 'events', 'live', 'jobs', 'media', 'vision', 'measures', 'trajectories']
  },
  roles: { imports: [...everything, 'commands'] },
  commands: { imports: [...everything, 'roles'] },
  'cli.ts': { imports: [...everything, 'commands', 'roles'] }
}

/** Where each vendor package may be imported. A package that is not here is new: give it its folder. */
const homes: Readonly<Record<string, readonly string[]>> = {
  'node-av': ['media', 'live'],
  'onnxruntime-node': ['vision'],
  '@bufbuild/protobuf': ['vision'],
  '@napi-rs/canvas': ['report', 'simulator'],
  commander: ['commands', 'cli.ts'],
  pino: ['core'],
  kysely: ['store', 'jobs', 'retention'],
  pg: ['store'],
  'pg-copy-streams': ['store'],
  'tar-stream': ['store'],
  '@aws-sdk/client-s3': ['store'],
  '@aws-sdk/s3-request-presigner': ['store'],
  fastify: ['api', 'roles'],
  '@fastify/swagger': ['api'],
  ajv: ['api'],
  graphql: ['api'],
  'graphql-ws': ['api'],
  mercurius: ['api'],
  '@peculiar/x509': ['api'],
  'acme-client': ['api'],
  ioredis: ['api'],
  jose: ['api'],
  'openid-client': ['api'],
  '@node-rs/argon2': ['api'],
  uqr: ['commands'],
  ws: ['api'],
  'prom-client': ['api'],
  '@tus/server': ['api'],
  '@tus/file-store': ['api'],
  '@fastify/multipart': ['api'],
  'file-type': ['api'],
  '@opentelemetry/api': ['telemetry'],
  '@opentelemetry/exporter-trace-otlp-http': ['telemetry'],
  '@opentelemetry/resources': ['telemetry'],
  '@opentelemetry/sdk-trace-base': ['telemetry'],
  werift: ['media', 'live'],
  'sdp-transform': ['media', 'live'],
  'hls-parser': ['media'],
  yaml: ['core', 'config'],
  typebox: ['contract', 'core', 'config', ...adapters, 'api', 'commands', 'roles']
}

const sources = sourcesBelow('src')
const programs = [...sources, ...sourcesBelow('bin', 'scripts', 'test', 'bench')]
const everyImport = sources.flatMap(file => file.imports.map(statement => ({ file, statement })))

test('A1 a folder imports only the folders that DESIGN.md §2 lets it see', () => {
  const broken = everyImport.flatMap(({ file, statement }) => {
    if (!statement.specifier.startsWith('.')) return []
    const from = folderOf(file.path)
    const to = folderOf(posix.join(posix.dirname(file.path), statement.specifier))
    const border = borderOf(file.path)
    if (!border) return [at(file, statement, `src/${from} has no row in this test's table of borders`)]
    if (to === from || border.imports.includes(to)) return []
    if (!border.types?.includes(to)) return [at(file, statement, `${from} may not import ${to}`)]
    return statement.typeOnly ? [] : [at(file, statement, `${from} may import types alone from ${to}`)]
  })
  deepStrictEqual(broken, [])
})

test('A2 a vendor package is imported only in the folder that hides it', () => {
  const broken = everyImport.flatMap(({ file, statement }) => {
    const name = packageOf(statement.specifier)
    if (name === undefined) return []
    const home = homes[name]
    if (!home) return [at(file, statement, `${name} has no home in this test's table`)]
    return home.includes(folderOf(file.path)) ? [] : [at(file, statement, `${name} belongs to ${home.join(', ')}`)]
  })
  deepStrictEqual(broken, [])
})

test('A3 the pure folders import nothing that could read a clock, a file or a socket', () => {
  const broken = everyImport
    .filter(({ file, statement }) => borderOf(file.path)?.pure && statement.specifier.startsWith('node:'))
    .map(({ file, statement }) => at(file, statement, `imports ${statement.specifier}`))
  deepStrictEqual(broken, [])
})

test('A4 only commands, roles and cli.ts read the environment', () => {
  const readers = ['commands', 'roles', 'cli.ts']
  const others = sources.filter(({ path }) => !readers.includes(folderOf(path)))
  deepStrictEqual(places(others, /\bprocess\s*\.\s*env\b/g), [])
})

test('A5 the page imports types of the contract and nothing else of the server', () => {
  const broken = sourcesBelow('web').flatMap(file =>
    file.imports.flatMap(statement => {
      const target = posix.join(posix.dirname(file.path), statement.specifier)
      if (!statement.specifier.startsWith('.') || target.startsWith('web/')) return []
      const allowed = statement.typeOnly && target.startsWith('src/contract/')
      return allowed ? [] : [at(file, statement, `imports ${statement.specifier}`)]
    })
  )
  deepStrictEqual(broken, [])
})

test('A6 a program finds the files beside it by its own ending, so that the built tree finds its own', () => {
  deepStrictEqual(places(sources, /new URL\(\s*['"`][^'"`]*\.ts['"`]/g), [])
})

test('A7 no file is longer than 400 lines', t => {
  const length = ({ path, lines }: SourceFile) => `${path}: ${lines.length} lines`
  for (const file of programs) if (file.lines.length > 250) t.diagnostic(`look again at ${length(file)}`)
  deepStrictEqual(programs.filter(({ lines }) => lines.length > 400).map(length), [])
})

test('A8 names are whole words in kebab-case, and say what is inside', () => {
  const names = programs.flatMap(({ path }) => path.split('/').map(part => ({ path, part })))
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|package-test|service-test|fault-test|e2e-test|d))?(\.(ts|tsx|mjs))?$/
  const empty = /(^|[-.])(utils?|helpers?|common|misc)([-.]|$)/
  deepStrictEqual(
    names.filter(({ part }) => !kebab.test(part) || empty.test(part)).map(({ path }) => path),
    []
  )
})

test('A9 nothing is typed any', () => {
  deepStrictEqual(places(programs, /(?:[:<,|&=(]|\bas|\bsatisfies)\s*any\b(?=\s*(?:[[\]>,;)=|&{]|$))/gm), [])
})

test('A10 every error code is raised somewhere', () => {
  const raising = sources.filter(({ path }) => path !== 'src/core/errors.ts')
  const unused = errorCodes.filter(code => !raising.some(file => file.code.includes(`'${code}'`)))
  deepStrictEqual(unused, [], 'src/core/errors.ts lists codes that nothing raises')
})

test('A11 every npm command that the guides name is a script of package.json', () => {
  const { scripts } = JSON.parse(textOf('package.json') ?? '{}')
  const broken = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap(path => {
    const text = textOf(path) ?? ''
    return [...text.matchAll(/\bnpm (?:run (?:-s |--silent )?([\w:][\w:-]*)|(test|start)\b)/g)]
      .filter(([, run, short]) => !((run ?? short ?? '') in scripts))
      .map(({ 0: command, index }) => `${path}:${lineAt(text, index)}: ${command}`)
  })
  deepStrictEqual(broken, [])
})

test('A12 the README shows how to analyse a video and how to run the tests', () => {
  const readme = textOf('README.md') ?? ''
  for (const command of ['npm run analyze', 'npm test']) ok(readme.includes(command), `README.md lacks ${command}`)
})

function folderOf(path: string): string {
  return path.split('/')[1] ?? path
}

/** The row of the file itself, else of the folder next above it that has one. */
function borderOf(path: string): Border | undefined {
  const parts = path.split('/').slice(1)
  const names = parts.map((_, index) => parts.slice(0, parts.length - index).join('/'))
  return names.map(name => borders[name]).find(border => border !== undefined)
}

function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

function at({ path }: SourceFile, { line }: ImportStatement, what: string): string {
  return `${path}:${line}: ${what}`
}

/** Where `pattern` (with the flag g) stands in the files' code. */
function places(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(file =>
    [...file.code.matchAll(pattern)].map(({ 0: found, index }) => `${file.path}:${lineAt(file.code, index)}: ${found}`)
  )
}

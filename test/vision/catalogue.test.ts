import { deepStrictEqual, ok, rejects, strictEqual, throws } from 'node:assert/strict'
import { copyFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  builtInCatalogue,
  type CatalogueEntry,
  defaultModel,
  isPermissive,
  loadCatalogue,
  modelJobs,
  parseCatalogue
} from '../../src/vision/catalogue.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const sha256 = 'a'.repeat(64)

/** A catalogue of one model, as YAML: `key: value` lines override or extend a valid entry, `undefined` removes a key. */
function yaml(...models: Record<string, string | undefined>[]): string {
  const base = {
    name: 'mine',
    task: 'detect',
    title: 'My detector',
    family: 'yolox',
    file: 'mine.onnx',
    url: 'https://models.example/mine.onnx',
    sha256,
    licence: 'MIT',
    input: '{ width: 64, height: 64 }',
    classes: 'coco'
  }
  const items = models.map(model =>
    Object.entries({ ...base, ...model })
      .filter(([, value]) => value !== undefined)
      .map(([key, value], index) => `${index === 0 ? '  - ' : '    '}${key}: ${value}\n`)
      .join('')
  )
  return `models:\n${items.join('')}`
}

const parse = (text: string) => parseCatalogue([{ place: 'mine.yaml', text }])

test('the built-in catalogue is valid', async () => {
  const catalogue = await loadCatalogue()
  ok(catalogue.has('yolox-nano') && catalogue.has('yunet'))
})

test('the defaults are yolox-nano to detect and yunet for faces; embeddings have none', async () => {
  const catalogue = await loadCatalogue()
  deepStrictEqual(
    (['detect', 'face', 'embed'] as const).map(task => defaultModel(catalogue, task)?.name),
    ['yolox-nano', 'yunet', undefined]
  )
})

test('every default has a permissive licence and a known checksum', async () => {
  const defaults = [...(await loadCatalogue()).values()].filter(entry => entry.default)
  ok(defaults.length > 0)
  for (const entry of defaults) ok(isPermissive(entry) && entry.sha256, entry.name)
})

test('each job has a model of a permissive licence', async () => {
  const entries = [...(await loadCatalogue()).values()].filter(isPermissive)
  for (const job of modelJobs)
    ok(
      entries.some(({ jobs }) => jobs?.includes(job)),
      job
    )
})

test('a model that was never run here is no default, and no speed is told of it', async () => {
  const untried = [...(await loadCatalogue()).values()].filter(({ tried }) => tried === false)
  ok(untried.length > 0)
  for (const entry of untried) ok(!entry.default && entry.speed === undefined, entry.name)
})

test('every built-in model whose URL names a branch instead of a commit is unverified', async () => {
  for (const entry of (await loadCatalogue()).values())
    ok(entry.unverified || /\/[0-9a-f]{40}\//.test(entry.url!), entry.name)
})

const licences: { licence: string; commercial?: boolean; permissive: boolean }[] = [
  { licence: 'Apache-2.0', permissive: true },
  { licence: 'MIT', commercial: false, permissive: false },
  { licence: 'AGPL-3.0-only', permissive: false },
  { licence: 'whatever', permissive: false }
]
for (const { licence, commercial, permissive } of licences) {
  test(`${licence}${commercial === false ? ', not for commerce,' : ''} is ${permissive ? '' : 'not '}permissive`, () => {
    strictEqual(isPermissive({ licence, commercial } as CatalogueEntry), permissive)
  })
}

const faults = [
  {
    rule: 'an unknown key',
    text: yaml({ colour: 'red' }),
    message: /^mine\.yaml:12: unknown key `colour`; known here: name, /
  },
  {
    rule: 'an unknown family',
    text: yaml({ family: 'hydra' }),
    message: /^mine\.yaml:5: .*"hydra"; it must be one of yolox, yolo-face/
  },
  {
    rule: 'an unknown task',
    text: yaml({ task: 'sing' }),
    message: /^mine\.yaml:3: .*"sing"; it must be one of detect/
  },
  { rule: 'a missing key', text: yaml({ licence: undefined }), message: /^mine\.yaml:2: `models\.0` lacks `licence`/ },
  { rule: 'a name that is no name', text: yaml({ name: 'My model' }), message: /^mine\.yaml:2: .*lower-case letters/ },
  {
    rule: 'a file outside its folder',
    text: yaml({ file: '../mine.onnx' }),
    message: /^mine\.yaml:6: .*plain file name/
  },
  { rule: 'a checksum that is too short', text: yaml({ sha256: 'abc' }), message: /^mine\.yaml:8: .*64 lower-case/ },
  {
    rule: 'neither checksum nor unverified',
    text: yaml({ sha256: undefined }),
    message: /either a `sha256` or `unverified: true`/
  },
  {
    rule: 'both checksum and unverified',
    text: yaml({ unverified: 'true' }),
    message: /either a `sha256` or `unverified: true`/
  },
  {
    rule: 'a URL without TLS',
    text: yaml({ url: 'http://models.example/m' }),
    message: /^mine\.yaml:7: .*must begin with https/
  },
  { rule: 'a detector without classes', text: yaml({ classes: undefined }), message: /detectors list their `classes`/ },
  {
    rule: "a task that is not its family's",
    text: yaml({ task: 'embed', classes: undefined }),
    message: /^mine\.yaml:3: .*the family yolox is for detect/
  },
  {
    rule: 'an embedding with classes',
    text: yaml({ task: 'embed', family: 'embedding' }),
    message: /embeddings have none/
  },
  {
    rule: 'an input of half a pixel',
    text: yaml({ input: '{ width: 0.5, height: 64 }' }),
    message: /^mine\.yaml:10: .*0\.5; it must be a whole number/
  },
  {
    rule: 'one name twice',
    text: yaml({}, { file: 'other.onnx' }),
    message: /^mine\.yaml:12: the name mine is already taken at mine\.yaml:2/
  },
  {
    rule: 'one file twice',
    text: yaml({}, { name: 'other' }),
    message: /^mine\.yaml:16: the file mine\.onnx is already taken at mine\.yaml:6/
  },
  {
    rule: 'two defaults of a task',
    text: yaml({ default: 'true' }, { name: 'b', file: 'b.onnx', default: 'true' }),
    message: /both the default for detect/
  },
  { rule: 'broken YAML', text: 'models:\n  - {', message: /^mine\.yaml:2: / },
  { rule: 'one key twice', text: 'models: []\nmodels: []\n', message: /^mine\.yaml:2: Map keys must be unique/ },
  { rule: 'an empty file', text: '', message: /^mine\.yaml:1: .*a mapping with the key `models`/ },
  { rule: 'aliases that multiply', text: aliasBomb(), message: /^mine\.yaml: .*alias/i }
]
for (const { rule, text, message } of faults) {
  test(`refused with its line: ${rule}`, () => {
    throws(() => parse(text), { code: 'SL_CATALOGUE_INVALID', message })
  })
}

test('all faults of a file are told at once', () => {
  throws(() => parse(yaml({ family: 'hydra', sha256: 'abc' })), { message: /mine\.yaml:5: .*\nmine\.yaml:8: / })
})

test('a model without a URL is one that the search path has', () => {
  strictEqual(parse(yaml({ url: undefined })).get('mine')?.url, undefined)
})

test("the user's models join the built-in ones", async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'catalogue.yaml')
  await writeFile(path, yaml({}))
  const catalogue = await loadCatalogue([{ path, optional: true }])
  ok(catalogue.has('mine') && catalogue.has('yolox-nano'))
})

test("the user's default takes the place of the built-in one", async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'catalogue.yaml')
  await writeFile(path, yaml({ default: 'true' }))
  strictEqual(defaultModel(await loadCatalogue([{ path, optional: true }]), 'detect')?.name, 'mine')
})

test("a user's model may not take a built-in name", async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'catalogue.yaml')
  await writeFile(path, yaml({ name: 'yunet' }))
  await rejects(loadCatalogue([{ path, optional: true }]), {
    code: 'SL_CATALOGUE_INVALID',
    message: /catalogue\.yaml:2: the name yunet is already taken at .*catalogue\.yaml:\d+/
  })
})

test('a link to the built-in catalogue adds nothing', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'catalogue.yaml')
  await symlink(builtInCatalogue, path)
  deepStrictEqual(await loadCatalogue([{ path, optional: true }]), await loadCatalogue())
})

test('a copy of the built-in catalogue adds nothing', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'catalogue.yaml')
  await copyFile(builtInCatalogue, path)
  deepStrictEqual(await loadCatalogue([{ path, optional: true }]), await loadCatalogue())
})

test('an optional catalogue may be missing, a named one may not', async () => {
  const path = join('no', 'such', 'catalogue.yaml')
  deepStrictEqual(await loadCatalogue([{ path, optional: true }]), await loadCatalogue())
  await rejects(loadCatalogue([{ path, optional: false }]), {
    code: 'SL_CATALOGUE_INVALID',
    message: /no.such.catalogue\.yaml/
  })
})

function aliasBomb(): string {
  const levels = Array.from({ length: 9 }, (_, index) => `l${index + 1}: &l${index + 1} [${`*l${index}, `.repeat(9)}]`)
  return ['l0: &l0 [x]', ...levels].join('\n')
}

import { readFile, realpath } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import Type, { type Static } from 'typebox'
import { oneOf, parseCheckedYaml } from '../core/checked-yaml.ts'
import { SightlineError } from '../core/errors.ts'
import { families } from './families/registry.ts'
import { cocoLabels } from './labels.ts'
import { isDownloadable } from './model-url.ts'
import { speedClasses } from './speed-class.ts'

export const modelTasks = ['detect', 'face', 'embed', 'classify'] as const
export const modelJobs = ['people', 'vehicles', 'sports-balls', 'faces', 're-id'] as const

const Pixels = Type.Integer({ minimum: 1, maximum: 8192, description: 'a whole number of pixels from 1 to 8192' })

/** What the catalogue says of one model. */
export const CatalogueEntry = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
      description: 'lower-case letters, digits and hyphens, 63 at most'
    }),
    task: oneOf(modelTasks),
    title: Type.String({ minLength: 1, description: 'a short title for people' }),
    /** Used for its task when the user names none. Only permissive licences may be. */
    default: Type.Optional(Type.Boolean({ description: 'true or false' })),
    /** The way of pre- and post-processing: a name of families/registry.ts. */
    family: oneOf(families.map(family => family.name)),
    /** The name that the search path is looked through for, and that the cache keeps it under. */
    file: Type.String({
      pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*\\.onnx$',
      description: 'a plain file name ending in .onnx'
    }),
    /** Where it is downloaded from; without one the file has to be in the search path. */
    url: Type.Optional(Type.String({ description: 'an https URL' })),
    sha256: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$', description: '64 lower-case hexadecimal digits' })),
    /** No checksum is known: the first download's is pinned in models.lock. */
    unverified: Type.Optional(Type.Literal(true, { description: '`true`, or left out' })),
    bytes: Type.Optional(Type.Integer({ minimum: 1, description: "the file's size in bytes" })),
    /** What it is good for, of what people ask for most. */
    jobs: Type.Optional(
      Type.Array(oneOf(modelJobs), { minItems: 1, description: `a list of ${modelJobs.join(', ')}` })
    ),
    /** How long a frame takes on one core of a usual machine: `models bench` tells it of this one. */
    speed: Type.Optional(oneOf(speedClasses)),
    /** False where it was never run here: all that is known of it is what its publisher says. */
    tried: Type.Optional(Type.Literal(false, { description: '`false`, or left out' })),
    licence: Type.String({ minLength: 1, description: 'an SPDX identifier where there is one' }),
    /** False where the weights may not be used commercially, whatever the licence of their code. */
    commercial: Type.Optional(Type.Boolean({ description: 'true or false' })),
    notes: Type.Optional(Type.String({ minLength: 1, description: 'a sentence on licence or origin' })),
    input: Type.Object(
      { width: Pixels, height: Pixels },
      { additionalProperties: false, description: '{ width, height }' }
    ),
    /** `coco` for the 80 classes of COCO, or the names in the order of the model's class ids. */
    classes: Type.Optional(
      Type.Union([Type.Literal('coco'), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })], {
        description: '`coco` or a list of names'
      })
    )
  },
  { additionalProperties: false, description: 'a model: name, task, title, family, file, licence, input and more' }
)
export type CatalogueEntry = Static<typeof CatalogueEntry>

const CatalogueFile = Type.Object(
  { models: Type.Array(CatalogueEntry, { description: 'a list of models' }) },
  { additionalProperties: false, description: 'a mapping with the key `models`' }
)

/** Models by name. */
export type Catalogue = ReadonlyMap<string, CatalogueEntry>

/** The catalogue that comes with Sightline. */
export const builtInCatalogue = fileURLToPath(new URL('../../models/catalogue.yaml', import.meta.url))

/**
 * Reads catalogue texts into one catalogue; `place` is how messages name a text. Throws SL_CATALOGUE_INVALID with
 * `place:line` for unknown keys and families, and for a name, file or default that two entries claim. A default of a
 * later text (the user's) takes the place of an earlier one's.
 */
export function parseCatalogue(texts: readonly { readonly place: string; readonly text: string }[]): Catalogue {
  const catalogue = new Map<string, CatalogueEntry>()
  const claims = new Map<string, string>()
  const faults: string[] = []
  for (const { place, text } of texts) {
    const { value, lineOf } = parseCheckedYaml(CatalogueFile, text, place, 'SL_CATALOGUE_INVALID')
    const defaults = new Map<string, string>()
    for (const [index, entry] of value.models.entries()) {
      const refuse = (key: string, message: string) =>
        faults.push(`${place}:${lineOf(['models', index, key])}: ${message}`)
      for (const key of ['name', 'file'] as const) {
        const claim = `${key} ${entry[key]}`
        const other = claims.get(claim)
        if (other) refuse(key, `the ${claim} is already taken at ${other}; each model needs its own`)
        else claims.set(claim, `${place}:${lineOf(['models', index, key])}`)
      }
      if ((entry.sha256 === undefined) === (entry.unverified === undefined)) {
        refuse('name', `${entry.name} must have either a \`sha256\` or \`unverified: true\``)
      }
      if (entry.url !== undefined && !isDownloadable(entry.url)) {
        refuse(
          'url',
          `the URL of ${entry.name} is ${entry.url}; it must begin with https:// (http:// only to this machine)`
        )
      }
      const family = families.find(({ name }) => name === entry.family)!
      if (family.task !== (entry.task === 'face' ? 'detect' : entry.task)) {
        refuse('task', `${entry.name} has the task ${entry.task}, but the family ${family.name} is for ${family.task}`)
      }
      // A classifier may tell a thousand classes apart, and its file may name them.
      if (entry.task !== 'classify' && (entry.classes === undefined) !== (entry.task === 'embed')) {
        refuse(
          'classes',
          `${entry.name} has the task ${entry.task}: detectors list their \`classes\`, embeddings have none`
        )
      }
      if (entry.default) {
        const other = defaults.get(entry.task)
        if (other) refuse('default', `${entry.name} and ${other} are both the default for ${entry.task}`)
        defaults.set(entry.task, entry.name)
      }
    }
    for (const [name, entry] of catalogue)
      if (defaults.has(entry.task)) catalogue.set(name, { ...entry, default: false })
    for (const entry of value.models) catalogue.set(entry.name, entry)
  }
  if (faults.length > 0) throw new SightlineError('SL_CATALOGUE_INVALID', faults.join('\n'))
  return catalogue
}

/**
 * Reads the built-in catalogue and the user's additions. Of `additions`, those marked `optional` may be missing.
 * A path that leads to the built-in catalogue itself adds nothing. Throws SL_CATALOGUE_INVALID.
 */
export async function loadCatalogue(
  additions: readonly { readonly path: string; readonly optional: boolean }[] = []
): Promise<Catalogue> {
  const texts = new Map([[await realpath(builtInCatalogue), await readFile(builtInCatalogue, 'utf8')]])
  for (const { path, optional } of additions) {
    try {
      const real = await realpath(path)
      const text = await readFile(real, 'utf8')
      // A copy of a catalogue that is read already (somebody works in a checkout) adds nothing and clashes with nothing.
      if (![...texts.values()].includes(text)) texts.set(real, text)
    } catch (cause) {
      if (optional && (cause as NodeJS.ErrnoException).code === 'ENOENT') continue
      throw new SightlineError(
        'SL_CATALOGUE_INVALID',
        `The model catalogue ${path} cannot be read: ${(cause as Error).message}`,
        { cause }
      )
    }
  }
  return parseCatalogue([...texts].map(([place, text]) => ({ place, text })))
}

/** The model used for a task when none is named. */
export function defaultModel(catalogue: Catalogue, task: CatalogueEntry['task']): CatalogueEntry | undefined {
  return catalogue.values().find(entry => entry.task === task && entry.default)
}

/** The names of an entry's classes by class id; nothing for embeddings. */
export function labelsOf({ classes }: CatalogueEntry): readonly string[] | undefined {
  return classes === 'coco' ? cocoLabels : classes
}

const permissiveLicences = new Set(['Apache-2.0', 'MIT', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'Unlicense', 'CC0-1.0'])

/** True when the model may be used in a product without asking anybody. */
export function isPermissive(entry: CatalogueEntry): boolean {
  return permissiveLicences.has(entry.licence) && entry.commercial !== false
}

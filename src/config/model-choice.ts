import Type from 'typebox'
import { SightlineError } from '../core/errors.ts'

const ClassNames = Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'a list of class names' })

/** One of several models that look at the same pictures. */
export const ModelChoice = Type.Object(
  {
    model: Type.String({ minLength: 1, description: 'a name of the catalogue, or a path of an .onnx file' }),
    /** The only classes that it is asked for. */
    classes: Type.Optional(ClassNames),
    minScore: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'a number between 0 and 1' })),
    /** It looks inside the boxes of these classes, which the others find, and not at the whole picture. */
    inside: Type.Optional(ClassNames),
    /** How much its say counts where boxes are fused. Default: 1. */
    weight: Type.Optional(Type.Number({ minimum: 0.01, maximum: 100, description: 'a number from 0.01 to 100' }))
  },
  { additionalProperties: false }
)
export type ModelChoice = Type.Static<typeof ModelChoice>

/** What may be said of several models in place of one. */
export const severalModels = {
  models: Type.Optional(
    Type.Array(ModelChoice, { minItems: 1, maxItems: 4, description: 'a list of one to four models' })
  ),
  /** Boxes of one class that overlap by more (IoU) and come from several models are one: weighted boxes fusion. Default: none are. */
  fuse: Type.Optional(Type.Number({ minimum: 0.05, maximum: 1, description: 'a number from 0.05 to 1' }))
}

/** What is said of models, one or several. */
interface ModelWishes {
  readonly model?: string | undefined
  readonly models?: readonly ModelChoice[] | undefined
  readonly fuse?: number | undefined
  readonly classes?: readonly string[] | undefined
}

/** The models that are named, of the catalogue or by a path; none where nothing is said. */
export function modelsNamed({ model, models }: ModelWishes): readonly string[] {
  return models ? models.map(choice => choice.model) : model === undefined ? [] : [model]
}

/** These, and what tracks are known again by. */
export function everyModel(wishes: ModelWishes & { readonly reid?: { readonly model: string } }): readonly string[] {
  return [...modelsNamed(wishes), ...(wishes.reid ? [wishes.reid.model] : [])]
}

/**
 * Whether what is named as a model is a file of this machine: its weights, or code. No name of a catalogue has a dot. Strangers may
 * name neither: who may name files learns which there are, and who may name code runs it.
 */
export function isFileOfMachine(model: string): boolean {
  return /[\\/.]/.test(model)
}

/** @throws SL_OPTION_CONFLICT for what does not go together */
export function checkModels({ model, models, fuse, classes }: ModelWishes): void {
  const conflict = conflictOf({ model, models, fuse, classes })
  if (conflict !== undefined) throw new SightlineError('SL_OPTION_CONFLICT', conflict)
}

function conflictOf({ model, models, fuse, classes }: ModelWishes): string | undefined {
  if (!models) return fuse === undefined ? undefined : 'There is nothing to fuse: name several models.'
  if (model !== undefined) return 'Both a model and a list of models are given: give one of them.'
  if (classes !== undefined) return 'Of several models each says itself which classes it is asked for: give them there.'
  if (models.some(choice => choice.model === 'motion'))
    return 'The motion detector finds whatever moves, and nothing that models could be compared with: leave it out of the list.'
  if (models.every(({ inside }) => inside))
    return 'One of the models has to look at the whole picture: leave its inside out.'
  if (fuse !== undefined && models.filter(({ inside }) => !inside).length < 2)
    return 'Only what several models find in the whole picture can be fused: name two of them.'
  return undefined
}

import type { OutputTensor } from '../families/family.ts'
import { type AnsweredTensor, type RemotePlace, remoteFault, type TensorSpec } from './kserve-client.ts'
import { numbersOf } from './tensor-types.ts'

/** More numbers than that are no detector's output. */
const mostNumbers = 2 ** 24

/**
 * What a server answered as a session's outputs, in the order of `specs`, when it is what its metadata promised: each output once,
 * of its datatype, with its dimensions, for so many frames, and with as many numbers as these come to. What the numbers
 * are is looked at where those of every model are.
 * @param frames that went through at once
 * @param areRowsOpen the first dimension counts what was found, and no frames
 * @throws SightlineError SL_REMOTE_INVALID
 */
export function checkedOutputs(
  answered: readonly AnsweredTensor[],
  specs: readonly TensorSpec[],
  frames: number,
  place: RemotePlace,
  areRowsOpen = false
): OutputTensor[] {
  return specs.map(spec => {
    const invalid = (reason: string) =>
      remoteFault('SL_REMOTE_INVALID', place, `answers otherwise than its metadata says: ${reason}`)
    const [output, ...more] = answered.filter(({ name }) => name === spec.name)
    if (!output || more.length > 0) throw invalid(`output '${spec.name}' is there ${output ? 'twice' : 'not at all'}`)
    const { datatype, shape, values } = output
    if (datatype !== spec.datatype)
      throw invalid(`output '${spec.name}' is ${shown(datatype)}, and was to be ${spec.datatype}`)
    const count = shape.reduce((product, size) => product * size, 1)
    const isAsSaid =
      shape.length === spec.shape.length &&
      (areRowsOpen || shape[0] === frames) &&
      shape.every((size, axis) => isSize(size) && (axis === 0 || spec.shape[axis] === -1 || spec.shape[axis] === size))
    if (!isAsSaid || count > mostNumbers)
      throw invalid(
        `output '${spec.name}' is ${described(shape)} for ${frames} picture(s), and was to be ${described(spec.shape)}`
      )
    const data = values instanceof Uint8Array ? numbersOf(datatype, values) : Float32Array.from(values, asNumber)
    if (data?.length !== count)
      throw invalid(
        `output '${spec.name}' has ${data?.length ?? 'broken'} numbers, and its shape ${described(shape)} has ${count}`
      )
    return { name: spec.name, data, dims: shape }
  })
}

function isSize(size: number): boolean {
  return Number.isInteger(size) && size >= 0
}

/** What is no number is NaN, and a box of it is none. */
function asNumber(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN
}

function described(shape: readonly number[]): string {
  return `[${shape.slice(0, 8).join(', ')}${shape.length > 8 ? ', …' : ''}]`
}

function shown(text: string): string {
  return text === '' ? 'of no type' : text.slice(0, 20)
}

import { realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { SightlineError } from '../../core/errors.ts'
import { readModel } from './model-facts.ts'
import {
  attributeField,
  entryField,
  functionField,
  graphField,
  modelField,
  nodeField,
  sparseTensorField,
  tensorField
} from './schema.ts'
import { integerOf, payload, readMessage, subMessages, textOf, type WireField } from './wire.ts'

/** Deeper nesting of graphs within nodes than any exporter writes is taken for an attack on the stack. */
const maxNesting = 32

/**
 * Where a model keeps tensors outside its own file: every distinct `location` it names, in initializers,
 * attributes, nested graphs and functions.
 * @throws SightlineError SL_MODEL_NOT_ONNX
 */
export function externalLocations(bytes: Uint8Array, path: string): string[] {
  const { model, graph } = readModel(bytes, path)
  const locations = new Set<string>()
  try {
    collectFromGraph(graph, locations, 0)
    for (const fn of subMessages(model, modelField.functions)) collectFromNodes(fn, functionField.node, locations, 0)
  } catch (cause) {
    throw new SightlineError('SL_MODEL_NOT_ONNX', `${path} is not an ONNX model: its graph is malformed.`, { cause })
  }
  return [...locations]
}

/**
 * Refuses a model whose data lies anywhere but in files within the model's own folder, whichever way they
 * are named: a stranger's model must not read what else is on this machine.
 * @throws SightlineError SL_MODEL_EXTERNAL_DATA
 */
export async function checkExternalData(locations: readonly string[], path: string): Promise<void> {
  const folder = dirname(path)
  for (const location of locations) {
    const refuse = (why: string, cause?: unknown) =>
      new SightlineError(
        'SL_MODEL_EXTERNAL_DATA',
        `${path} keeps data in '${location}', which ${why}. Put its data files into ${folder} and name them there.`,
        { cause }
      )
    if (location === '' || isAbsolute(location)) throw refuse('is no path relative to the model')
    if (outside(relative(folder, join(folder, location)))) throw refuse("lies outside the model's folder")
    const [home, file] = await Promise.all([realpath(folder), realpath(join(folder, location))]).catch(cause => {
      throw refuse('cannot be found', cause)
    })
    if (outside(relative(home!, file!))) throw refuse("is a link out of the model's folder")
    if (!(await stat(file!)).isFile()) throw refuse('is not a file')
  }
}

function outside(relativePath: string): boolean {
  return relativePath === '..' || relativePath.startsWith(`..${sep}`) || isAbsolute(relativePath)
}

function collectFromGraph(graph: readonly WireField[], locations: Set<string>, depth: number): void {
  if (depth > maxNesting) throw new RangeError(`graphs are nested more than ${maxNesting} deep`)
  for (const field of graph) {
    if (field.number === graphField.initializer) collectFromTensor(readMessage(payload(field)), locations)
    else if (field.number === graphField.sparseInitializer) collectFromSparse(readMessage(payload(field)), locations)
  }
  collectFromNodes(graph, graphField.node, locations, depth)
}

function collectFromNodes(message: readonly WireField[], nodes: number, locations: Set<string>, depth: number): void {
  for (const node of subMessages(message, nodes)) {
    for (const attribute of subMessages(node, nodeField.attribute)) {
      for (const field of attribute) {
        if (field.number === attributeField.tensor || field.number === attributeField.tensors)
          collectFromTensor(readMessage(payload(field)), locations)
        else if (field.number === attributeField.graph || field.number === attributeField.graphs)
          collectFromGraph(readMessage(payload(field)), locations, depth + 1)
        else if (field.number === attributeField.sparseTensor || field.number === attributeField.sparseTensors)
          collectFromSparse(readMessage(payload(field)), locations)
      }
    }
  }
}

function collectFromSparse(sparse: readonly WireField[], locations: Set<string>): void {
  for (const part of [sparseTensorField.values, sparseTensorField.indices])
    for (const tensor of subMessages(sparse, part)) collectFromTensor(tensor, locations)
}

function collectFromTensor(tensor: readonly WireField[], locations: Set<string>): void {
  const entries = subMessages(tensor, tensorField.externalData)
  if (entries.length === 0 && integerOf(tensor, tensorField.dataLocation) !== 1) return
  const names = entries.filter(entry => textOf(entry, entryField.key) === 'location')
  if (names.length === 0) locations.add('')
  for (const entry of names) locations.add(textOf(entry, entryField.value))
}

import { readModel, type ValueFacts } from './model-facts.ts'
import { withGraph } from './preprocessing.ts'
import { dataTypes, graphField, integerAttribute, node, valueInfo, valueInfoField } from './schema.ts'
import { messageField, payload, readMessage, textOf } from './wire.ts'

/** Stands before the name of an output that was cast. */
const castPrefix = 'sightline/float32/'

/** What the graph called an output before it was cast, or the name as it is. */
export function originalName(output: string): string {
  return output.startsWith(castPrefix) ? output.slice(castPrefix.length) : output
}

/**
 * Makes every output float32, in the graph: half precision, and class ids that are integers. Ids stay exact, as there
 * are fewer than 2²⁴. A model whose outputs are float32 comes back as it is.
 * @throws SightlineError SL_MODEL_NOT_ONNX
 */
export function makeOutputsFloat(bytes: Uint8Array, path: string, outputs: readonly ValueFacts[]): Uint8Array {
  const cast = new Map(outputs.filter(({ dataType }) => dataType !== 'float32').map(output => [output.name, output]))
  if (cast.size === 0) return bytes
  const { model, graph } = readModel(bytes, path)
  const edited = graph.flatMap(field => {
    const name = field.number === graphField.output ? textOf(readMessage(payload(field)), valueInfoField.name) : ''
    const output = cast.get(name)
    if (!output) return [field]
    const toFloat = integerAttribute('to', dataTypes.indexOf('float32'))
    return [
      messageField(graphField.node, node('Cast', [name], [castPrefix + name], [toFloat])),
      messageField(graphField.output, valueInfo(castPrefix + name, 'float32', output.dims))
    ]
  })
  return withGraph(model, edited)
}

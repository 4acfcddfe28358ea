import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import {
  integers,
  messageField,
  payload,
  readMessage,
  subMessage,
  subMessages,
  textField,
  textOf,
  type WireField,
  writeMessage
} from '../onnx/wire.ts'
import { GrpcConnection } from './grpc-call.ts'
import {
  type AnsweredTensor,
  authorization,
  type Inference,
  type KserveClient,
  mostMetadataBytes,
  type RemoteMetadata,
  type RemotePlace,
  remoteFault,
  type TensorSpec
} from './kserve-client.ts'
import { numbersOf } from './tensor-types.ts'

const service = '/inference.GRPCInferenceService'

/** Fields of the messages of the Open Inference Protocol's gRPC service, as far as they are used here. */
const tensorField = { name: 1, datatype: 2, shape: 3, contents: 5 } as const
const metadataField = { inputs: 4, outputs: 5 } as const
const requestField = { model: 1, version: 2, inputs: 5, outputs: 6, rawInputs: 7 } as const
const answerField = { outputs: 5, rawOutputs: 6 } as const
/** Of InferTensorContents: numbers of the types below, packed. */
const floatContents = { FP32: 6, FP64: 7 } as const
const integerContents = [2, 3, 4, 5]

/** KServe v2 over gRPC: numbers go as bytes both ways, and come as lists from servers that prefer those. */
export class KserveGrpc implements KserveClient {
  readonly #place: RemotePlace
  readonly #connection: GrpcConnection

  constructor(place: RemotePlace, url: URL) {
    const scheme = url.protocol === 'grpcs:' ? 'https' : 'http'
    this.#place = place
    this.#connection = new GrpcConnection(place, `${scheme}://${url.host}`, authorization(url))
  }

  async metadata(timeoutMs: number): Promise<RemoteMetadata> {
    const { model, version } = this.#place
    const asked = writeMessage([textField(1, model), ...(version === undefined ? [] : [textField(2, version)])])
    const answer = await this.#connection.call(`${service}/ModelMetadata`, [asked], timeoutMs, mostMetadataBytes)
    return this.#read(answer, fields => ({
      inputs: subMessages(fields, metadataField.inputs).map(specOf),
      outputs: subMessages(fields, metadataField.outputs).map(specOf),
      isBinary: true
    }))
  }

  async infer({ input, outputs }: Inference, timeoutMs: number): Promise<readonly AnsweredTensor[]> {
    const { model, version } = this.#place
    const head = writeMessage([
      textField(requestField.model, model),
      ...(version === undefined ? [] : [textField(requestField.version, version)]),
      messageField(requestField.inputs, [
        textField(tensorField.name, input.name),
        textField(tensorField.datatype, input.datatype),
        packedIntegers(tensorField.shape, input.shape)
      ]),
      ...outputs.map(name => messageField(requestField.outputs, [textField(tensorField.name, name)]))
    ])
    // The picture is most of the message, and comes last: it goes out from where it lies.
    const rawHead = new BinaryWriter()
      .tag(requestField.rawInputs, WireType.LengthDelimited)
      .uint32(input.bytes.byteLength)
    const parts = [head, rawHead.finish(), input.bytes]
    const answer = await this.#connection.call(`${service}/ModelInfer`, parts, timeoutMs)
    return this.#read(answer, fields => {
      const raw = fields.filter(({ number }) => number === answerField.rawOutputs).map(payload)
      return subMessages(fields, answerField.outputs).map((output, at) => {
        const spec = specOf(output)
        const bytes = raw[at]
        return { ...spec, values: bytes ?? contentsOf(spec.datatype, subMessage(output, tensorField.contents) ?? []) }
      })
    })
  }

  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]()
  }

  #read<Read>(answer: Uint8Array, read: (fields: readonly WireField[]) => Read): Read {
    try {
      return read(readMessage(answer))
    } catch (cause) {
      throw remoteFault(
        'SL_REMOTE_INVALID',
        this.#place,
        'answers with something else than a message of KServe v2',
        cause
      )
    }
  }
}

function specOf(fields: readonly WireField[]): TensorSpec {
  return {
    name: textOf(fields, tensorField.name),
    datatype: textOf(fields, tensorField.datatype),
    shape: integers(fields, tensorField.shape).map(Number)
  }
}

function contentsOf(datatype: string, fields: readonly WireField[]): readonly number[] {
  if (datatype !== 'FP32' && datatype !== 'FP64')
    return integerContents.flatMap(number => integers(fields, number).map(Number))
  const packed = fields.filter(({ number }) => number === floatContents[datatype]).map(payload)
  return packed.flatMap(bytes => Array.from(numbersOf(datatype, bytes) ?? []))
}

function packedIntegers(number: number, values: readonly number[]): WireField {
  const writer = new BinaryWriter().tag(number, WireType.LengthDelimited).fork()
  for (const value of values) writer.int64(value)
  return { number, type: WireType.LengthDelimited, raw: writer.join().finish() }
}

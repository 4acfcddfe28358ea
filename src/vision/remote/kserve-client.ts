import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import { redactUrl } from '../../core/redact.ts'

/** Which model of which server. */
export interface RemotePlace {
  /** `http`, `https`, `grpc` or `grpcs`; name and password in it are sent as basic authorisation, and never shown. */
  readonly url: string
  readonly model: string
  /** Undefined: the one that the server chooses. */
  readonly version?: string | undefined
}

/** An input or output as a server tells it: -1 for a size that it leaves open. */
export interface TensorSpec {
  readonly name: string
  /** Such as `FP32`. */
  readonly datatype: string
  readonly shape: readonly number[]
}

export interface RemoteMetadata {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** Over HTTP: whether numbers may be sent as bytes behind the JSON, in place of text. Over gRPC they always are. */
  readonly isBinary: boolean
}

export interface TensorBytes extends TensorSpec {
  /** Little-endian, row by row. */
  readonly bytes: Uint8Array
}

/** An output as it was answered. Nothing of it has been checked. */
export interface AnsweredTensor extends TensorSpec {
  /** Little-endian bytes, or numbers. */
  readonly values: Uint8Array | readonly unknown[]
}

/** What is asked of a model. */
export interface Inference {
  readonly input: TensorBytes
  /** Names of the outputs that are wanted. */
  readonly outputs: readonly string[]
  readonly isBinary: boolean
}

/**
 * The Open Inference Protocol (KServe v2) as its client: one call is one attempt. Rejects with SL_REMOTE_FAILED,
 * SL_REMOTE_LATE, SL_REMOTE_REFUSED or SL_REMOTE_INVALID.
 */
export interface KserveClient extends Disposable {
  metadata(timeoutMs: number): Promise<RemoteMetadata>
  infer(inference: Inference, timeoutMs: number): Promise<readonly AnsweredTensor[]>
}

/** An answer beyond it is not read to its end: no detector's outputs are as large. */
export const mostAnswerBytes = 64 * 2 ** 20
/** The same for what a model is: its inputs and outputs are some lines, and are read on the thread that opens it. */
export const mostMetadataBytes = 2 ** 20

/** How messages name a model of a server. */
export function nameOf({ url, model, version }: RemotePlace): string {
  return `${model}${version === undefined ? '' : `, version ${version},`} at ${redactUrl(url)}`
}

/** The header that name and password of an address become. */
export function authorization({ username, password }: URL): { authorization?: string } {
  if (username === '' && password === '') return {}
  const name = `${decoded(username)}:${decoded(password)}`
  return { authorization: `Basic ${Buffer.from(name).toString('base64')}` }
}

/** A percent sign that begins no code stands for itself, as in a password that nobody has encoded. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const retryable: readonly ErrorCode[] = ['SL_REMOTE_FAILED', 'SL_REMOTE_LATE']
/** What a server says of its troubles is its own text: so much of it is told. */
const mostOfReason = 300

/** @param reason as the end of a sentence */
export function remoteFault(
  code: 'SL_REMOTE_FAILED' | 'SL_REMOTE_LATE' | 'SL_REMOTE_REFUSED' | 'SL_REMOTE_INVALID',
  place: RemotePlace,
  reason: string,
  cause?: unknown
): SightlineError {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a server's text goes into logs and terminals.
  const told = reason.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, mostOfReason)
  return new SightlineError(code, `The model ${nameOf(place)} ${told}.`, { cause, retryable: retryable.includes(code) })
}

export function tooLate(place: RemotePlace, timeoutMs: number): SightlineError {
  return remoteFault('SL_REMOTE_LATE', place, `has not answered within ${Math.round(timeoutMs)} ms`)
}

export function tooLarge(place: RemotePlace, mostBytes: number): SightlineError {
  return remoteFault('SL_REMOTE_INVALID', place, `answers with more than ${mostBytes / 2 ** 20} MB`)
}

import type { Person, UploadHouse } from './upload-house.ts'

const tus = { 'tus-resumable': '1.0.0' }

/** As https://tus.io/protocols/resumable-upload has a client send its requests. */
export class TusClient {
  readonly #house: UploadHouse
  readonly #as: Person

  constructor(house: UploadHouse, as: Person = 'olga') {
    this.#house = house
    this.#as = as
  }

  create(bytes: number, metadata: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
    const pairs = Object.entries(metadata).map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    return this.#house.ask('/api/v1/uploads', {
      method: 'POST',
      as: this.#as,
      headers: {
        ...tus,
        'upload-length': String(bytes),
        ...(pairs.length > 0 && { 'upload-metadata': pairs.join(',') }),
        ...headers
      }
    })
  }

  /** Gives its path. */
  async begin(bytes: number, name: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const answer = await this.create(bytes, { filename: name, ...more })
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
    return answer.headers.get('location')!
  }

  send(path: string, offset: number, body: Uint8Array | ReadableStream, signal?: AbortSignal): Promise<Response> {
    return this.#house.ask(path, {
      method: 'PATCH',
      as: this.#as,
      headers: { ...tus, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
      body: body as Uint8Array<ArrayBuffer>,
      duplex: 'half',
      signal
    } as RequestInit)
  }

  async offset(path: string): Promise<number> {
    const answer = await this.#house.ask(path, { method: 'HEAD', as: this.#as, headers: tus })
    if (answer.status !== 200) throw new Error(String(answer.status))
    return Number(answer.headers.get('upload-offset'))
  }

  remove(path: string): Promise<Response> {
    return this.#house.ask(path, { method: 'DELETE', as: this.#as, headers: tus })
  }
}

/** The id that a path ends in. */
export function idOf(path: string): string {
  return path.split('/').at(-1)!
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StreamSettings } from '../../../src/config/stream-settings.ts'
import type { StateMessage } from '../../../src/contract/live.ts'
import { asFirstAdmin } from '../../support/first-admin.ts'
import { Serving, type ServingOptions } from './serving.ts'
import { until } from './until.ts'

/** `sightline serve` with streams, as a user starts it. */
export class LiveServing extends Serving {
  #admin: Promise<{ readonly cookie: string }> | undefined

  /** Writes the settings file into `folder`, beside the data. */
  static async start(
    folder: string,
    streams: Readonly<Record<string, StreamSettings>>,
    { args = [], ...options }: ServingOptions = {}
  ): Promise<LiveServing> {
    const settings = join(folder, 'sightline.yaml')
    await writeFile(settings, JSON.stringify({ streams })) // What is JSON is YAML.
    return new LiveServing(join(folder, 'data'), { ...options, args: ['--config', settings, ...args] })
  }

  get url(): string {
    const [, url] = /(http:\S+)\/readyz/.exec(this.said) ?? []
    if (!url) throw new Error(`It does not listen yet: ${this.said}`)
    return url
  }

  /** Headers of who may do everything. */
  asAdmin(): Promise<{ readonly cookie: string }> {
    this.#admin ??= asFirstAdmin(this.url, this.said)
    return this.#admin
  }

  async states(): Promise<readonly StateMessage[]> {
    const path = '/api/v1/streams?live=true&limit=1000'
    const answer = await fetch(`${this.url}${path}`, {
      headers: await this.asAdmin(),
      signal: AbortSignal.timeout(10_000)
    })
    const { items } = (await answer.json()) as { readonly items: readonly { readonly state: StateMessage | null }[] }
    return items.flatMap(({ state }) => state ?? [])
  }

  /** Resolves when all of them are up; gives their epochs. */
  async up(names: readonly string[]): Promise<readonly number[]> {
    let states: readonly StateMessage[] = []
    const of = (name: string) => states.find(({ stream }) => stream === name)
    await until(
      'all streams are up',
      async () => {
        states = await this.states()
        return names.every(name => of(name)?.state === 'up')
      },
      { why: () => `${JSON.stringify(states.filter(({ state }) => state !== 'up'))} ${this.said}` }
    )
    return names.map(name => of(name)!.epoch!)
  }
}

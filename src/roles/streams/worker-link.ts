import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { exitOf, systemCode } from '../../core/child-exit.ts'
import { childFlags } from '../../core/loaders.ts'
import { type Packet, PacketChannel } from './packet-channel.ts'
import type { FromStreamWorker, StreamTask, ToStreamWorker, WorkerPlace } from './worker-messages.ts'

const entry = new URL(`./worker${extname(import.meta.url)}`, import.meta.url)

export interface LinkOptions {
  readonly name: string
  readonly place: WorkerPlace
  readonly isAlone: boolean
  readonly environment: Readonly<Record<string, string>>
  readonly hear: (message: FromStreamWorker, link: WorkerLink) => void
  readonly receive: (packet: Packet, data: Buffer, link: WorkerLink) => void
}

/** A worker process as main has it. */
export class WorkerLink {
  readonly name: string
  readonly place: WorkerPlace
  readonly isAlone: boolean
  /** How it ended: a signal's name, a status, or the system's code where it could not be begun. */
  readonly exited: Promise<string>
  readonly tasks = new Map<string, StreamTask>()
  /** Undefined, or without an id, where the system had no process for it. */
  readonly #child: ChildProcess | undefined
  readonly #channel: PacketChannel | undefined
  #isEnding = false

  constructor({ name, place, isAlone, environment, hear, receive }: LinkOptions) {
    this.name = name
    this.place = place
    this.isAlone = isAlone
    try {
      this.#child = fork(fileURLToPath(entry), [], {
        execArgv: [...childFlags(), '--max-semi-space-size=16'],
        // The last is the binary channel; what it says on its outputs is for whoever reads ours.
        stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
        env: { ...environment },
        // A Ctrl-C at the terminal is for us, and we end it in order.
        detached: process.platform !== 'win32'
      })
    } catch (error) {
      this.exited = Promise.resolve(systemCode(error))
      return
    }
    this.exited = exitOf(this.#child)
    this.#child.on('message', message => hear(message as FromStreamWorker, this))
    const channel = this.#child.stdio?.[4] as unknown as Duplex | undefined
    this.#channel = channel && new PacketChannel(channel, (packet, data) => receive(packet, data, this))
    this.say({ type: 'begin', place })
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  get isEnding(): boolean {
    return this.#isEnding
  }

  get load(): number {
    return [...this.tasks.values()].reduce((sum, { settings }) => sum + (settings.weight ?? 1), 0)
  }

  say(message: ToStreamWorker): void {
    if (this.#child?.connected) this.#child.send(message, () => undefined)
  }

  /** False where it did not keep up: what could be left out was. */
  send(packet: Packet, data: Uint8Array): boolean {
    if (!this.#channel || this.#channel.isFull) return false
    this.#channel.send(packet, data)
    return true
  }

  /** Ends it in order, or after `graceMs` by force. */
  async stop(graceMs: number): Promise<void> {
    this.#isEnding = true
    this.say({ type: 'stop' })
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), graceMs)
    await this.exited
    clearTimeout(timer)
  }
}

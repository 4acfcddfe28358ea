import { fileURLToPath } from 'node:url'
import { openModelStore } from '../src/commands/open-model-store.ts'
import type { Program, Run } from './program.ts'

/** The model of every benchmark that names no other. */
const model = 'yolox-nano'

/** `sightline analyze` as a user starts it, with model, tracker and provider named so that no setting changes them. */
export function analyze(clip: string, out: string, ...options: string[]): Program {
  const fixed = ['--model', model, '--tracker', 'byte', '--provider', 'cpu', '--json']
  return script('sightline analyze', '../src/cli.ts', 'analyze', clip, '--out', out, ...fixed, ...options)
}

/** A script of this folder, run by the Node that runs the benchmark and with its options, which are those of a command. */
export function script(name: string, path: string, ...args: (string | number)[]): Program {
  const file = fileURLToPath(new URL(path, import.meta.url))
  return { name, command: process.execPath, args: [...process.execArgv, file, ...args.map(String)] }
}

/** The same with the options that `sightline serve` is run with. */
export function servingScript(name: string, path: string, ...args: (string | number)[]): Program {
  const program = script(name, path, ...args)
  const others = program.args.filter(arg => !arg.startsWith('--max-semi-space-size'))
  return { ...program, args: ['--max-semi-space-size=16', ...others] }
}

/** The model's file, found or downloaded as the product does it. */
export async function modelPath(): Promise<string> {
  return (await (await openModelStore()).resolve(model)).path
}

/** Frames that a program says it went through: `analyze` in its summary, the others in their only line. */
export function framesOf(stdout: string): number {
  const { frames } = JSON.parse(stdout) as { frames: number | { read: number } }
  return typeof frames === 'number' ? frames : frames.read
}

/** Makes sure that programs did the same work. Throws when one went through another number of frames. */
export function expectFrames(frames: number, ...programs: (readonly Run[])[]): void {
  for (const { stdout } of programs.flat())
    if (framesOf(stdout) !== frames) throw new Error(`One program saw ${frames} frames, another ${framesOf(stdout)}.`)
}

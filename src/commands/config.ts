import { Command } from 'commander'
import { saidVariables, unknownVariables } from '../config/environment-settings.ts'
import { loadSettings, readSettings } from '../config/load-settings.ts'
import { shownValues } from '../config/shown-settings.ts'
import { retentionPolicy } from '../retention/retention-policy.ts'
import { streamsOf } from '../roles/configured-streams.ts'
import { checkStreamSettings } from '../roles/streams/stream-check.ts'
import { configOption, settingsPlace } from './settings-place.ts'
import type { Terminal } from './terminal.ts'

interface ConfigFlags {
  readonly config?: string
}

/** `sightline config`: what it is told, and whether that can be used. Actions throw SL_CONFIG_INVALID. */
export function configCommand(terminal: Terminal = process, environment: NodeJS.ProcessEnv = process.env): Command {
  const command = new Command('config').description('check the settings, and show which hold')
  const verb = (name: string, description: string) =>
    command.command(name).description(description).option('--config <file>', configOption)
  verb('check', 'say whether the settings can be used, with the line of all that is wrong').action(
    (flags: ConfigFlags) => check(flags, terminal, environment)
  )
  verb('print', 'show the settings that hold, and where each comes from; without secrets').action(
    (flags: ConfigFlags) => print(flags, terminal, environment)
  )
  return command
}

async function check(flags: ConfigFlags, { stdout, stderr }: Terminal, environment: NodeJS.ProcessEnv): Promise<void> {
  const { path, isAsked } = settingsPlace(flags, environment)
  const settings = await loadSettings(path, isAsked, environment)
  retentionPolicy(settings.retention)
  for (const [name, stream] of streamsOf({ environment, demo: false }, settings))
    checkStreamSettings(name, stream, stream)
  for (const name of unknownVariables(environment)) stderr.write(`${name} is no setting: it says nothing.\n`)
  const streams = Object.keys(settings.streams ?? {}).length
  stdout.write(`${path}: can be used, with ${streams} ${streams === 1 ? 'stream' : 'streams'}.\n`)
}

async function print(flags: ConfigFlags, { stdout }: Terminal, environment: NodeJS.ProcessEnv): Promise<void> {
  const { path, isAsked } = settingsPlace(flags, environment)
  const settings = await loadSettings(path, isAsked, environment)
  const inFile = await readSettings(path, isAsked)
  const variables = saidVariables(environment)
  const lines = shownValues(settings).map(({ key, text }) => {
    const variable = variables.get(key)
    const from = variable === undefined ? path : `$${variable}`
    return `${key}: ${text} # ${from}\n`
  })
  stdout.write(lines.join(''))
  if (lines.length === 0)
    stdout.write(`# ${Object.keys(inFile).length === 0 ? `${path} says nothing` : path}: everything is as usual.\n`)
}

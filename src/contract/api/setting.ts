import Type from 'typebox'
import { closed } from './fields.ts'

const Key = Type.String({ description: 'Such as `live.maxFps`: its path in the settings file.' })
const Value = Type.Unknown({ description: 'Without secrets; null where there is none.' })
const From = Type.Enum(['default', 'file', 'api', 'environment'], { description: 'Who says so.' })

/** A setting as it holds. */
export const SettingItem = Type.Object(
  {
    key: Key,
    value: Value,
    from: From,
    /** What the settings file says, whoever goes before it. */
    inFile: Value,
    /** What holds where nobody says anything. */
    usual: Value,
    /** Which variable of the environment says it. */
    variable: Type.Union([Type.String(), Type.Null()]),
    /** Whether it can be changed here, by an admin. */
    isChangeable: Type.Boolean(),
    /** Whether a change holds from the next start on. */
    needsRestart: Type.Boolean()
  },
  { ...closed, title: 'Setting' }
)
export type SettingItem = Type.Static<typeof SettingItem>

export const SettingList = Type.Object(
  {
    items: Type.Array(SettingItem),
    /** Keys that were changed since the start, and hold from the next one on. */
    restartNeeded: Type.Array(Key)
  },
  { ...closed, title: 'Settings' }
)
export type SettingList = Type.Static<typeof SettingList>

const Side = Type.Object({ value: Value, from: From }, closed)

/** What is otherwise, or would be. */
export const SettingsChanged = Type.Object(
  {
    isApplied: Type.Boolean({ description: 'False where it was only checked.' }),
    changes: Type.Array(Type.Object({ key: Key, before: Side, after: Side }, closed)),
    /** All settings, with the change. */
    settings: SettingList
  },
  { ...closed, title: 'SettingsChanged' }
)
export type SettingsChanged = Type.Static<typeof SettingsChanged>

export const SettingsQuery = Type.Object(
  {
    check: Type.Optional(Type.Boolean({ description: 'Says what would be otherwise, and changes nothing.' }))
  },
  closed
)

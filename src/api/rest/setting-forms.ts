import Type, { type TSchema } from 'typebox'
import { Settings } from '../../config/settings.ts'
import { closed } from '../../contract/api/fields.ts'

interface Shape {
  readonly properties?: Readonly<Record<string, TSchema>>
}

/** A table of settings of which anything may be left out, and anything be null. */
function patchOf(schema: TSchema): TSchema {
  const { properties } = schema as Shape
  // Names that somebody chose: each may be null.
  if ('patternProperties' in schema) return Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])
  if (!properties) return Type.Union([schema, Type.Null()])
  const entries = Object.entries(properties).map(([key, inner]) => [key, Type.Optional(patchOf(inner))])
  return Type.Object(Object.fromEntries(entries), closed)
}

const { streams: _ofItsOwn, analysis: _ofNoServer, ...served } = Settings.properties

/** What is to be otherwise, as the settings file has it; null for what is to be as usual. What is left out stays. */
export const SettingsPatch = Type.Unsafe<Readonly<Record<string, unknown>>>({
  ...patchOf(Type.Object(served, closed)),
  title: 'SettingsPatch'
})

/** Sections in which measures are defined by name, and how their measures' names begin. */
const sections = {
  lines: 'line',
  zones: 'zone',
  stops: 'stop',
  directions: 'direction',
  meetings: 'meeting',
  objects: 'object'
} as const

type Definition = readonly unknown[] | { readonly title?: string | undefined }
type Defined = { readonly [Section in keyof typeof sections]?: Readonly<Record<string, Definition>> | undefined }

/** What people call what is measured, by `line.door` and the like. */
export type MeasureTitles = Readonly<Record<string, string>>

/** Of all that is called anything. */
export function titlesOf(defined: Defined): MeasureTitles {
  return Object.fromEntries(
    (Object.keys(sections) as (keyof typeof sections)[]).flatMap(section =>
      Object.entries(defined[section] ?? {}).flatMap(([name, definition]) =>
        'title' in definition && definition.title !== undefined
          ? [[`${sections[section]}.${name}`, definition.title]]
          : []
      )
    )
  )
}

/** What people call measures, by `line.door` and the like. */
export type MeasureTitles = Readonly<Record<string, string>>

/** What a line, a zone or a rule is called: by people where they call it anything, else as programs do. */
export function measureTitle(titles: MeasureTitles | undefined, kind: string, name: string): string {
  return titles?.[`${kind}.${name}`] ?? name
}

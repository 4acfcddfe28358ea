/** The name of the stream that a recording's events carry: its file's name, in the letters names are made of. */
export function streamNameOf(title: string): string {
  const file = title.split(/[/\\]/).at(-1) ?? ''
  const name = file
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 63)
  return name === '' ? 'recording' : name
}

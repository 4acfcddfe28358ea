/** A rule for a name and for what it is of: a line of a setting's text, `yard clips 7d`. What is not filled in is empty. */
export interface NamedRule {
  readonly name: string
  readonly of: string
  readonly rule: string
}

/** What stands for a part that is not filled in, where others behind it are. */
const unsaid = '-'

export function rulesText(rules: readonly NamedRule[]): string {
  return rules.map(({ name, of, rule }) => `${name || unsaid} ${of || unsaid} ${rule}`).join('\n')
}

/** Each line's, also of one that is not whole yet; spaces behind it are being written on. */
export function rulesIn(text: string): readonly NamedRule[] {
  return text
    .split('\n')
    .map(line => line.trimStart())
    .filter(Boolean)
    .map(line => {
      const [, name = '', of = '', rule = ''] = /^(\S+)(?: +(\S+))?(?: (.*))?$/.exec(line) ?? []
      return { name: said(name), of: said(of), rule }
    })
}

function said(part: string): string {
  return part === unsaid ? '' : part
}

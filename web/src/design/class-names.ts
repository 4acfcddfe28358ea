/** Those that are said, one after the other: `classNames('card', isOpen && 'card-open')`. */
export function classNames(...names: readonly (string | false | undefined)[]): string {
  return names.filter(name => name !== false && name !== undefined && name !== '').join(' ')
}

import { SightlineError } from '../../core/errors.ts'

const maxBytes = 255

const rules: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'it is empty'],
  [/^\.{1,2}$/, 'it means a folder'],
  [/[/\\]/, 'it has a separator of folders'],
  [/\p{Cc}/u, 'it has a control character'],
  // They make a name look like another: U+202E turns "gpj.exe" into "exe.jpg".
  [/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/, 'it has a character that changes the direction of writing'],
  [/[\u2028\u2029]/, 'it has a line break']
]

/**
 * A name that people gave to what is kept. It is shown and offered for saving, and never becomes part of a path
 * here, so names that an operating system reserves are as good as any.
 * @throws SL_BLOB_NAME
 */
export function checkedName(name: string): string {
  const rule = rules.find(([pattern]) => pattern.test(name))
  const why =
    rule?.[1] ??
    (Buffer.byteLength(name) > maxBytes ? `it is longer than ${maxBytes} bytes` : undefined) ??
    (name.isWellFormed() ? undefined : 'it is no whole Unicode')
  if (why === undefined) return name
  throw new SightlineError(
    'SL_BLOB_NAME',
    `The name ${JSON.stringify(name.slice(0, 80))} cannot be kept: ${why}. Give another name.`
  )
}

import { createInterface } from 'node:readline/promises'
import type { ReadStream } from 'node:tty'
import { SightlineError } from '../core/errors.ts'
import type { Terminal } from './terminal.ts'

/**
 * Asks for a new password twice, without showing it; from a pipe, takes the first line. Never from the command line, which
 * every process list shows. @throws SL_OPTION_INVALID where none comes, or another the second time
 */
export async function readPassword(
  { stderr }: Terminal,
  input: ReadStream | NodeJS.ReadableStream = process.stdin
): Promise<string> {
  if (!('setRawMode' in input) || !input.isTTY) return firstLine(input)
  stderr.write('New password: ')
  const password = await typed(input)
  stderr.write('\nThe same again: ')
  const again = await typed(input)
  stderr.write('\n')
  if (password === again) return password
  throw new SightlineError('SL_OPTION_INVALID', 'The passwords are not the same: nothing was changed.')
}

async function firstLine(input: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input })
  for await (const line of lines) return line
  throw new SightlineError('SL_OPTION_INVALID', 'No password came on standard input.')
}

/** One line, of which the terminal shows nothing. */
function typed(input: ReadStream): Promise<string> {
  input.setRawMode(true)
  return new Promise((resolve, reject) => {
    let text = ''
    const end = (then: () => void) => {
      input.off('data', hear)
      input.setRawMode(false)
      input.pause()
      then()
    }
    const hear = (data: Buffer) => {
      for (const sign of data.toString('utf8')) {
        if (sign === '\r' || sign === '\n') return end(() => resolve(text))
        if (sign === '\u0003' || sign === '\u0004')
          return end(() => reject(new SightlineError('SL_CANCELLED', 'Nothing was changed.')))
        text = sign === '\u007f' || sign === '\b' ? [...text].slice(0, -1).join('') : text + sign
      }
    }
    input.on('data', hear)
    input.resume()
  })
}

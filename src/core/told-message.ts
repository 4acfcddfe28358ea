import type { ErrorCode, SightlineError } from './errors.ts'

/** What happens inside, and where: of these, only the log and admins have every word. */
const inside =
  /^SL_(STORE|DATA|STORAGE|LOG|SINK|DEAD_LETTERS|REPLACEMENT|BACKUP|RESTORE|BLOB_(FULL|STORAGE|SOURCE|LINK|DAMAGED)|CONFIG|LISTEN|REDIS|CERTIFICATE|CHECK|ENDING|INTERNAL)(_|$)/
/** About a file that somebody may know of, though not where it lies. */
const ofFiles = /^SL_(MODEL|DETECTOR|CATALOGUE|INPUT|OUTPUT|TRAJECTORY|RECORD|JOB|WORKER|ROWS|EVAL|STREAM_DARK)(_|$)/

const sentences: Partial<Record<ErrorCode, string>> = {
  SL_STORE_UNAVAILABLE: 'What is kept cannot be read or written at the moment: try again in a while.',
  SL_STORE_TIMEOUT: 'It took longer than a question may: ask for a shorter time, or for less.',
  SL_STORE_REFUSED: 'The store takes no such value.',
  SL_STORE_FULL: 'No room is left on a disk of the server: an admin has to make some.',
  SL_STORAGE_LOW: 'Hardly any room is left on a disk of the server: an admin has to make some.',
  SL_BLOB_FULL: 'No room is left for files: an admin has to make some.',
  SL_INTERNAL: 'Something unforeseen happened.'
}
const otherwise = 'Something is wrong with the server: an admin finds what it is in its log.'

/** A path of this machine: two names at least, from the root of a file system. What follows `//` is an address. */
const path = /(?<![\w:/\\.])(?:[A-Za-z]:)?(?:[/\\](?![/\\\s])[^\s/\\:;,'"`()“”]+){2,}/g

/** Whether an error says more than whoever asked may know, so that it is the log that has to have it. */
export function isInside(code: string): boolean {
  return inside.test(code)
}

/** An error's sentence without what it says of the machine: no folder, no host of a database. Idempotent. */
export function toldMessage({ code, message }: { readonly code: string; readonly message: string }): string {
  if (isInside(code)) return sentences[code as SightlineError['code']] ?? otherwise
  return ofFiles.test(code) ? message.replace(path, withoutFolders) : message
}

function withoutFolders(found: string): string {
  return `…/${found.slice(Math.max(found.lastIndexOf('/'), found.lastIndexOf('\\')) + 1)}`
}

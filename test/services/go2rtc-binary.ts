import { findGoProgram } from './go-program.ts'

/** The program `go2rtc`; built with Go where it is not there yet. Otherwise a sentence that says what is missing. */
export function findGo2rtc(): { readonly path: string } | { readonly missing: string } {
  return findGoProgram({ name: 'go2rtc', module: 'github.com/AlexxIT/go2rtc', version: 'v1.9.9' })
}

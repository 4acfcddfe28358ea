import type { Plugin } from 'vite'

/** Leaves the letters out that a package's style brings in it: 320 KB, where ours are there already. */
export function withoutLetters(style: RegExp): Plugin {
  return {
    name: 'without-letters',
    apply: 'build',
    enforce: 'pre',
    transform: (code, id) => (style.test(id) ? code.replace(/@font-face\s*\{[^}]*\}/g, '') : undefined)
  }
}

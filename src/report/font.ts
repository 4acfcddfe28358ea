import { fileURLToPath } from 'node:url'
import { GlobalFonts } from '@napi-rs/canvas'

/** One file for each script, all weights in one; characters fall through the list to the first file that has them. */
const scripts = ['latin', 'latin-ext', 'greek', 'cyrillic', 'vietnamese'] as const
const familyOf = (script: string) => `Sightline ${script}`
const familyList = `${scripts.map(script => `"${familyOf(script)}"`).join(', ')}, sans-serif`

let registered = false

/** The CSS font string for text of `sizePx` in our own typeface (Inter, SIL OFL 1.1): no machine has to have any font. */
export function font(sizePx: number, weight: 500 | 600 | 700 = 600): string {
  if (!registered) {
    registered = true
    for (const script of scripts) GlobalFonts.registerFromPath(pathOf(script), familyOf(script))
  }
  return `${weight} ${sizePx}px ${familyList}`
}

function pathOf(script: string): string {
  return fileURLToPath(import.meta.resolve(`@fontsource-variable/inter/files/inter-${script}-wght-normal.woff2`))
}

import { access } from '../strings/access.ts'

const browsers = [
  ['Edge', /\bEdgA?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:(?:Headless)?Chrome|CriOS)\//],
  ['Safari', /\bSafari\//]
] as const
const systems = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/]
] as const

/** `Firefox on Windows`, of what a browser says of itself; what is no browser as it calls itself. */
export function browserName(title: string): string {
  const find = (names: readonly (readonly [string, RegExp])[]) => names.find(([, sign]) => sign.test(title))?.[0]
  const [browser, system] = [find(browsers), find(systems)]
  if (!browser) return title
  return system ? access.browserOn(browser, system) : browser
}

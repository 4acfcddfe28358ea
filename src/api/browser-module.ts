import { stripTypeScriptTypes } from 'node:module'

const specifier = /((?:^|\n)[ \t]*(?:import|export)\b[\w$\s{},*]*|\bimport\(\s*)(['"])(\.[^'"\n]+)\.ts\2/g

/**
 * A module of web/ as browsers take it: without types, its neighbours called `.js` as in the built package. Lines stay
 * where they were. @throws SyntaxError where `source` is no erasable TypeScript
 */
export function browserModule(source: string): string {
  return stripTypeScriptTypes(source).replace(specifier, '$1$2$3.js$2')
}

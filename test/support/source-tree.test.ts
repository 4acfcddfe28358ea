import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { parseSource } from './source-tree.ts'

const statements = [
  { rule: 'T1 an import is found with its line', text: "\nimport { x } from './x.ts'", expected: ['./x.ts:2'] },
  {
    rule: 'T2 an import over several lines counts at its first',
    text: "\nimport {\n  x\n} from './x.ts'",
    expected: ['./x.ts:2']
  },
  {
    rule: 'T3 an import of types alone is told apart',
    text: "import type { X } from './x.ts'",
    expected: ['./x.ts:1:type']
  },
  {
    rule: 'T4 a type among values is an import of values',
    text: "import { type X } from './x.ts'",
    expected: ['./x.ts:1']
  },
  { rule: 'T5 a re-export counts', text: "export * from './x.ts'", expected: ['./x.ts:1'] },
  { rule: 'T6 an import for its effect counts', text: "import './x.ts'", expected: ['./x.ts:1'] },
  { rule: 'T7 a dynamic import counts', text: "const x = await import('./x.ts')", expected: ['./x.ts:1'] },
  { rule: 'T8 a commented import does not', text: "// import './x.ts'\n/* import './y.ts' */", expected: [] },
  {
    rule: 'T9 an address in a string begins no comment',
    text: "const a = 'http://b'; import('./x.ts')",
    expected: ['./x.ts:1']
  }
]
for (const { rule, text, expected } of statements) {
  test(rule, () => {
    const { imports } = parseSource('src/a.ts', text)
    deepStrictEqual(
      imports.map(({ specifier, line, typeOnly }) => `${specifier}:${line}${typeOnly ? ':type' : ''}`),
      expected
    )
  })
}

test('T10 blanked comments leave every line where it was', () => {
  strictEqual(parseSource('src/a.ts', '/* a\nb */ c').code, '    \n     c')
})

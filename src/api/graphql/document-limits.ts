import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  visit
} from 'graphql'
import { SightlineError } from '../../core/errors.ts'

/** How large a document may be, whatever its fields are. Raising one lets one request take more of the server. */
export const documentLimits = {
  /** Of its text. */
  characters: 16_384,
  /** Words and signs of it: what reading it costs. */
  tokens: 2000,
  operations: 10,
  fragments: 30,
  /** Written down; those of fragments once. */
  fields: 500,
  aliases: 30,
  directives: 30
}

type Counted = 'operations' | 'fragments' | 'fields' | 'aliases' | 'directives'

/**
 * Reads a document, and refuses one that asks for too much to be looked at any further.
 * @throws GraphQLError for what is no GraphQL, SL_QUERY_TOO_LARGE
 */
export function readDocument(source: string): DocumentNode {
  const { characters, tokens, ...most } = documentLimits
  if (source.length > characters) throw tooLarge('characters', source.length, characters)
  const document = parse(source, { maxTokens: tokens })
  const counts: Record<Counted, number> = { operations: 0, fragments: 0, fields: 0, aliases: 0, directives: 0 }
  visit(document, {
    OperationDefinition: () => void counts.operations++,
    FragmentDefinition: () => void counts.fragments++,
    Directive: () => void counts.directives++,
    Field({ alias }) {
      counts.fields++
      if (alias) counts.aliases++
    }
  })
  for (const what of Object.keys(counts) as Counted[])
    if (counts[what] > most[what]) throw tooLarge(what, counts[what], most[what])
  refuseCycles(document)
  return document
}

export function operationsOf({ definitions }: DocumentNode): readonly OperationDefinitionNode[] {
  return definitions.filter(definition => definition.kind === Kind.OPERATION_DEFINITION)
}

export function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = definitions.filter(definition => definition.kind === Kind.FRAGMENT_DEFINITION)
  return new Map(fragments.map(fragment => [fragment.name.value, fragment]))
}

export function tooLarge(what: string, has: number, most: number): SightlineError {
  return new SightlineError('SL_QUERY_TOO_LARGE', `The document has ${has} ${what}: at most ${most} are answered.`)
}

/** What comes after this follows fragments without looking back. */
function refuseCycles(document: DocumentNode): void {
  const fragments = fragmentsOf(document)
  const done = new Set<string>()
  const enter = (name: string, above: readonly string[]): void => {
    if (above.includes(name))
      throw new SightlineError('SL_REQUEST_INVALID', `The fragment \`${name}\` spreads itself, by whatever way.`)
    const fragment = fragments.get(name)
    if (!fragment || done.has(name)) return
    for (const spread of spreadsOf(fragment)) enter(spread, [...above, name])
    done.add(name)
  }
  for (const name of fragments.keys()) enter(name, [])
}

function spreadsOf(fragment: FragmentDefinitionNode): ReadonlySet<string> {
  const spreads = new Set<string>()
  visit(fragment, { FragmentSpread: ({ name }) => void spreads.add(name.value) })
  return spreads
}

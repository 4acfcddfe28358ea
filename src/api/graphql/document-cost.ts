import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode
} from 'graphql'
import { fragmentsOf, operationsOf, tooLarge } from './document-limits.ts'

/** Most items of a page, whatever was asked for. */
export const longestPage = 1000
const usualPage = 100

/** How much one operation may ask for. */
export const operationLimits = {
  /** Fields within fields. The question for the whole schema that tools ask has 13. */
  depth: 15,
  /** Values that it could give: a page of 1000 items with ten fields each is about 10,000. */
  cost: 25_000
}

/** What each costs beside its values: a query asks the store, a change writes to it, and a document is one request to the limits by address. */
const rootCosts = { query: 1000, mutation: 2500, subscription: 1000 }

/** Values that it could give at most, and how deep they lie. */
interface Size {
  readonly cost: number
  readonly depth: number
}

/**
 * Refuses what would be too much work, by what it could give: the `limit` of lists times what is asked of each item. Of
 * fields that there are not it knows nothing: the document is checked for those afterwards.
 * @throws SL_QUERY_TOO_LARGE
 */
export function requireModest(
  document: DocumentNode,
  schema: GraphQLSchema,
  variables: Readonly<Record<string, unknown>>
): void {
  const fragments = fragmentsOf(document)
  for (const operation of operationsOf(document)) {
    const { cost, depth } = new Measure(schema, fragments, operation, variables).operation()
    if (depth > operationLimits.depth) throw tooLarge('levels', depth, operationLimits.depth)
    if (cost > operationLimits.cost) throw tooLarge('values', cost, operationLimits.cost)
  }
}

/** Each fragment is measured once, however often it is spread: its fragments spread no cycle. */
class Measure {
  readonly #schema: GraphQLSchema
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #operation: OperationDefinitionNode
  readonly #variables: Readonly<Record<string, unknown>>
  readonly #measured = new Map<string, Size>()

  constructor(
    schema: GraphQLSchema,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>
  ) {
    this.#schema = schema
    this.#fragments = fragments
    this.#operation = operation
    this.#variables = variables
  }

  operation(): Size {
    const { operation, selectionSet } = this.#operation
    return this.#set(selectionSet, this.#schema.getRootType(operation) ?? undefined, rootCosts[operation])
  }

  #set({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined, base: number): Size {
    const sizes = selections.map(selection => {
      if (selection.kind === Kind.FIELD) return this.#field(selection, type, base)
      if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(selection.name.value, base)
      const { typeCondition, selectionSet } = selection
      return this.#set(selectionSet, typeCondition ? this.#schema.getType(typeCondition.name.value) : type, base)
    })
    return {
      cost: sizes.reduce((sum, { cost }) => sum + cost, 0),
      depth: sizes.reduce((most, { depth }) => Math.max(most, depth), 0)
    }
  }

  #field(field: FieldNode, type: GraphQLNamedType | undefined, base: number): Size {
    const known = isObjectType(type) || isInterfaceType(type) ? type.getFields()[field.name.value] : undefined
    if (!field.selectionSet) return { cost: base, depth: 1 }
    const { cost, depth } = this.#set(field.selectionSet, known && getNamedType(known.type), 1)
    const times = known?.args.some(({ name }) => name === 'limit') ? this.#limit(field) : 1
    return { cost: base + times * cost, depth: depth + 1 }
  }

  #fragment(name: string, base: number): Size {
    const key = `${base} ${name}`
    const measured = this.#measured.get(key)
    if (measured) return measured
    const fragment = this.#fragments.get(name)
    const type = fragment && this.#schema.getType(fragment.typeCondition.name.value)
    const size = fragment ? this.#set(fragment.selectionSet, type, base) : { cost: 0, depth: 0 }
    this.#measured.set(key, size)
    return size
  }

  /** As it will be taken; what is no number is refused later, and counts in full. */
  #limit({ arguments: given = [] }: FieldNode): number {
    const value = given.find(({ name }) => name.value === 'limit')?.value
    if (!value || value.kind === Kind.NULL) return usualPage
    if (value.kind === Kind.INT) return within(Number(value.value))
    if (value.kind !== Kind.VARIABLE) return longestPage
    const variable = value.name.value
    if (Object.hasOwn(this.#variables, variable)) return within(this.#variables[variable] ?? usualPage)
    const definition = this.#operation.variableDefinitions?.find(each => each.variable.name.value === variable)
    const usual = definition?.defaultValue
    return usual?.kind === Kind.INT ? within(Number(usual.value)) : usualPage
  }
}

function within(limit: unknown): number {
  return typeof limit === 'number' && limit >= 1 ? Math.min(limit, longestPage) : longestPage
}

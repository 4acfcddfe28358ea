/** What a PromQL query asks for: enough of the language for the dashboards' queries, with an error for anything else. */
export interface AskedSeries {
  readonly metric: string
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[]
  /** Whether a stretch of time is asked for, and of which functions it is directly the argument. */
  readonly isRange: boolean
  readonly within: string | undefined
}

export interface ParsedQuery {
  readonly series: readonly AskedSeries[]
  /** Labels that are grouped or joined by. */
  readonly labels: readonly string[]
}

const tokens =
  /\s*(?:(\$?[a-zA-Z_:][\w:]*)|(\d+(?:\.\d+)?(?:ms|[smhdwy])?)|("(?:[^"\\]|\\.)*")|(=~|!~|!=|==|>=|<=|[{}()[\],+\-*/%^<>=]))/y

const aggregations = new Set(['sum', 'avg', 'min', 'max', 'count', 'topk', 'bottomk', 'quantile'])
const functions = new Set([
  'rate',
  'increase',
  'irate',
  'histogram_quantile',
  'absent',
  'predict_linear',
  'abs',
  'delta'
])
const joins = new Set(['and', 'or', 'unless'])
const binary = new Set(['+', '-', '*', '/', '%', '^', '==', '!=', '>', '<', '>=', '<=', ...joins])

/** @throws Error where it is none, or more than this knows */
export function parseQuery(text: string): ParsedQuery {
  return new Parser(text).query()
}

class Parser {
  readonly #text: string
  readonly #tokens: readonly string[]
  #at = 0
  readonly #series: AskedSeries[] = []
  readonly #labels: string[] = []

  constructor(text: string) {
    this.#text = text
    const found: string[] = []
    tokens.lastIndex = 0
    while (tokens.lastIndex < text.trimEnd().length) {
      const match = tokens.exec(text)
      if (!match) throw new Error(`“${text}” cannot be read.`)
      found.push(match[0].trim())
    }
    this.#tokens = found
  }

  query(): ParsedQuery {
    this.#expression(undefined)
    if (this.#at < this.#tokens.length) this.#fail('its end')
    return { series: this.#series, labels: this.#labels }
  }

  #expression(within: string | undefined): void {
    this.#operand(within)
    while (binary.has(this.#next ?? '')) {
      this.#take()
      if (this.#isNext('on') || this.#isNext('ignoring')) {
        this.#take()
        this.#labelList()
      }
      this.#operand(within)
    }
  }

  #operand(within: string | undefined): void {
    const token = this.#take()
    if (token === '(') {
      this.#expression(within)
      this.#expect(')')
    } else if (aggregations.has(token)) this.#aggregation(token)
    else if (functions.has(token)) this.#call(token)
    else if (/^[a-zA-Z_:]/.test(token)) this.#selector(token, within)
    else if (!/^\d/.test(token)) this.#fail('a value', token)
  }

  #aggregation(name: string): void {
    if (this.#isNext('by') || this.#isNext('without')) {
      this.#take()
      this.#labelList()
    }
    this.#call(name)
  }

  #call(name: string): void {
    this.#expect('(')
    this.#expression(name)
    while (this.#isNext(',')) {
      this.#take()
      this.#expression(name)
    }
    this.#expect(')')
  }

  #selector(metric: string, within: string | undefined): void {
    const matchers: { label: string; operator: string; value: string }[] = []
    if (this.#isNext('{')) {
      this.#take()
      while (!this.#isNext('}')) {
        const [label, operator, value] = [this.#take(), this.#take(), this.#take()]
        if (!/^(=|!=|=~|!~)$/.test(operator) || !value.startsWith('"')) this.#fail('a matcher', value)
        matchers.push({ label, operator, value: JSON.parse(value) as string })
        if (this.#isNext(',')) this.#take()
      }
      this.#take()
    }
    const isRange = this.#isNext('[')
    if (isRange) {
      this.#take()
      if (!/^(\d+(ms|[smhdwy])|\$__rate_interval)$/.test(this.#take())) this.#fail('a duration')
      this.#expect(']')
    }
    this.#series.push({ metric, matchers, isRange, within })
  }

  #labelList(): void {
    this.#expect('(')
    while (!this.#isNext(')')) {
      this.#labels.push(this.#take())
      if (this.#isNext(',')) this.#take()
    }
    this.#take()
  }

  #isNext(token: string): boolean {
    return this.#next === token
  }

  get #next(): string | undefined {
    return this.#tokens[this.#at]
  }

  #take(): string {
    return this.#tokens[this.#at++] ?? this.#fail('more')
  }

  #expect(token: string): void {
    const found = this.#take()
    if (found !== token) this.#fail(token, found)
  }

  #fail(wanted: string, found = this.#next): never {
    throw new Error(`“${this.#text}” has ${found ?? 'nothing'} where ${wanted} should be.`)
  }
}

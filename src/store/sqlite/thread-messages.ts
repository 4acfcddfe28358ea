/** What a thread is started with: a connection to one file. */
export interface ThreadJob {
  readonly file: string
  readonly readOnly: boolean
  /** Pages of the file that it keeps in memory, in KiB. */
  readonly cacheKib: number
}

/** One thing asked of a thread. It answers in the order of asking. */
export type Ask =
  /** Runs one statement and gives all its rows. */
  | { readonly type: 'run'; readonly sql: string; readonly parameters: readonly unknown[] }
  /** Runs one statement for each row; `columns` has an array of values for each parameter. */
  | { readonly type: 'insert'; readonly sql: string; readonly columns: readonly (readonly unknown[])[] }
  /** Begins a statement whose rows are fetched by and by; there is one at a time. */
  | { readonly type: 'open'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly type: 'fetch'; readonly rows: number }
  | { readonly type: 'shut' }
  /** Undoes the transaction, if it is still there. */
  | { readonly type: 'rollback' }
  | { readonly type: 'close' }

export interface Answer {
  readonly rows: readonly unknown[]
  /** Rows added, changed or removed. */
  readonly changes: number
}

/** Why a thread could not: an error of SQLite, with its extended result code, or another. */
export interface Failure {
  readonly message: string
  readonly errcode: number | undefined
}

export type FromThread =
  /** Rows so far; more of the same answer come. */
  | { readonly type: 'part'; readonly rows: readonly unknown[] }
  | { readonly type: 'answer'; readonly answer: Answer }
  | { readonly type: 'failed'; readonly failure: Failure }

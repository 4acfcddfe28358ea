import type { ColumnDataType, ColumnDefinitionBuilder, RawBuilder } from 'kysely'

type DataType = ColumnDataType | RawBuilder<unknown>

/** What SQLite and PostgreSQL spell differently in a migration. */
export interface MigrationDialect {
  /** Compared byte by byte in both. */
  readonly text: DataType
  readonly bytes: DataType
  readonly real: DataType
  /** A primary key that grows by itself. */
  readonly growing: {
    readonly type: DataType
    readonly make: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder
  }
}

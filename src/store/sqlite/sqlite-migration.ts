import type { MigrationDialect } from '../migration.ts'

export const sqliteMigration: MigrationDialect = {
  text: 'text',
  bytes: 'blob',
  real: 'real',
  growing: { type: 'integer', make: column => column.primaryKey().autoIncrement() },
  // Every transaction locks the whole file when it begins.
  async lock() {}
}

import type { StoreDatabase } from '../database.ts'
import { invitationKeys } from '../invitation-links.ts'

/** What was good for something until it was revoked. */
export interface Revoked {
  /** To reports, and for choosing a password. */
  readonly links: number
  readonly tokens: number
}

/**
 * Revokes whatever opens something for whoever has it: share links, invitations and tokens. A backup does not know which of them
 * were revoked after it was made.
 */
export async function revokeShown({ sql }: StoreDatabase, atMs: number): Promise<Revoked> {
  const tables = new Set((await sql.introspection.getTables()).map(({ name }) => name))
  return sql.transaction().execute(async transaction => {
    // Stores from before there were any have no such table.
    const shared = tables.has('share_links')
      ? await transaction.deleteFrom('share_links').executeTakeFirstOrThrow()
      : { numDeletedRows: 0n }
    const invited = await transaction
      .deleteFrom('settings')
      .where('key', '>=', invitationKeys)
      // Keys are ASCII, and none has a DEL.
      .where('key', '<', `${invitationKeys}\u007f`)
      .executeTakeFirstOrThrow()
    const tokens = await transaction
      .updateTable('tokens')
      .set({ revoked_ms: atMs })
      .where('revoked_ms', 'is', null)
      .executeTakeFirstOrThrow()
    return { links: Number(shared.numDeletedRows + invited.numDeletedRows), tokens: Number(tokens.numUpdatedRows) }
  })
}

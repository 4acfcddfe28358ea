import Type, { type Static } from 'typebox'
import type { StoreDatabase } from './database.ts'
import { checked, Key, WallMs } from './row-border.ts'

const SigningKey = Type.Object(
  {
    id: Key,
    /** JWK. */
    public: Type.String({ maxLength: 4096 }),
    /** JWK, readable for those alone who have what it was sealed with. */
    sealed: Type.String({ maxLength: 4096 }),
    createdMs: WallMs
  },
  { additionalProperties: false }
)
export type SigningKey = Static<typeof SigningKey>

/** Most that are read: a new one comes every few days, and old ones go. */
const mostKeys = 100

/** The keys that cookies of signed-in browsers are signed with, the same for every gateway. */
export class SigningKeys {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** The newest first. */
  async all(): Promise<readonly SigningKey[]> {
    const rows = await this.#database.sql
      .selectFrom('signing_keys')
      .selectAll()
      .orderBy('created_ms', 'desc')
      .orderBy('id')
      .limit(mostKeys)
      .execute()
    return rows.map(({ created_ms: createdMs, ...row }) => ({ ...row, createdMs }))
  }

  async add(key: SigningKey): Promise<void> {
    const { createdMs, ...row } = checked(SigningKey, key, 'The key')
    await this.#database.sql
      .insertInto('signing_keys')
      .values({ ...row, created_ms: createdMs })
      .execute()
  }

  async removeBefore(createdMs: number): Promise<void> {
    await this.#database.sql.deleteFrom('signing_keys').where('created_ms', '<', createdMs).execute()
  }
}

import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SightlineError } from '../../core/errors.ts'
import { readLastRow } from './last-row.ts'
import { readSkillcorner } from './skillcorner.ts'
import type { Recorded } from './trajectories.ts'

/**
 * Reads recorded movement from a file whose content tells its format: Last Row's CSV or SkillCorner's JSON lines.
 * @throws SightlineError `SL_INPUT_NOT_FOUND`, `SL_INPUT_UNREADABLE`, `SL_INPUT_REFUSED` (another format), `SL_INPUT_DAMAGED`, `SL_INPUT_EMPTY`.
 */
export async function readTrajectories(path: string): Promise<Recorded> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT')
      throw new SightlineError('SL_INPUT_NOT_FOUND', `There is no file ${path} with trajectories.`, { cause })
    throw new SightlineError('SL_INPUT_UNREADABLE', `${path} cannot be read: ${cause.message}.`, { cause })
  })
  const recorded = await parse(path, text)
  if (recorded.people.length === 0) throw new SightlineError('SL_INPUT_EMPTY', `${path} holds no player's position.`)
  return recorded
}

async function parse(path: string, text: string): Promise<Recorded> {
  const firstLine = text.slice(0, text.indexOf('\n'))
  if (firstLine.startsWith('player,frame,x,y')) return readLastRow(text, path)
  if (firstLine.startsWith('{') && firstLine.includes('"player_data"'))
    return readSkillcorner(text, path, await matchBeside(path))
  throw new SightlineError(
    'SL_INPUT_REFUSED',
    `${path} holds trajectories in no known format: Last Row's CSV (its first line starts with player,frame,x,y) and SkillCorner's JSON lines can be read.`
  )
}

/** SkillCorner's match data: the file of the same folder that is named for it. */
async function matchBeside(path: string): Promise<string | undefined> {
  const folder = dirname(path)
  const name = (await readdir(folder)).find(entry => /match(_data)?\.json$/.test(entry))
  return name === undefined ? undefined : readFile(join(folder, name), 'utf8')
}

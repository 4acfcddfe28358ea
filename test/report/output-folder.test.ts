import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from 'node:assert'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, win32 } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { SightlineError } from '../../src/core/errors.ts'
import { childFlags } from '../../src/core/loaders.ts'
import { missingFolders } from '../../src/report/make-folders.ts'
import { OutputFolder } from '../../src/report/output-folder.ts'

let base = ''
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sightline-output-'))
})
afterEach(() => {
  rmSync(base, { recursive: true, force: true })
})

function refused(code: string, folder: string) {
  return (error: unknown) => {
    ok(error instanceof SightlineError)
    strictEqual(error.code, code)
    ok(error.message.includes(folder), error.message)
    return true
  }
}

test('output: nothing has its name before commit, everything after', () => {
  const folder = new OutputFolder(join(base, 'out'))
  folder.text('a.txt').write('one\n')
  folder.file('b.json', '{}')
  ok(!existsSync(join(base, 'out', 'a.txt')))
  folder.commit()
  strictEqual(readdirSync(join(base, 'out')).join(), 'a.txt,b.json')
  strictEqual(readFileSync(join(base, 'out', 'a.txt'), 'utf8'), 'one\n')
})

test('output: disposed without commit, a folder that was made is gone, with those above it', () => {
  {
    using folder = new OutputFolder(join(base, 'deep', 'er', 'out'))
    folder.text('a.txt').write('x'.repeat(200_000))
  }
  strictEqual(readdirSync(base).length, 0)
})

test('output: disposed without commit, an existing folder is as it was', () => {
  writeFileSync(join(base, 'a.txt'), 'earlier')
  writeFileSync(join(base, 'notes.md'), 'mine')
  {
    using folder = new OutputFolder(base)
    folder.file('a.txt', 'later')
  }
  strictEqual(readdirSync(base).join(), 'a.txt,notes.md')
  strictEqual(readFileSync(join(base, 'a.txt'), 'utf8'), 'earlier')
})

test('output: commit replaces results of the same name and leaves other files alone', () => {
  writeFileSync(join(base, 'a.txt'), 'earlier')
  writeFileSync(join(base, 'notes.md'), 'mine')
  using folder = new OutputFolder(base)
  folder.file('a.txt', 'later')
  folder.commit()
  strictEqual(readFileSync(join(base, 'a.txt'), 'utf8'), 'later')
  strictEqual(readFileSync(join(base, 'notes.md'), 'utf8'), 'mine')
  strictEqual(readdirSync(base).length, 2)
})

test('output: disposing after commit removes nothing', () => {
  {
    using folder = new OutputFolder(join(base, 'out'))
    folder.file('a.txt', 'kept')
    folder.commit()
  }
  strictEqual(readFileSync(join(base, 'out', 'a.txt'), 'utf8'), 'kept')
})

test('output: a process that exits in the middle leaves nothing behind', () => {
  const module = new URL('../../src/report/output-folder.ts', import.meta.url).href
  const script = `const { OutputFolder } = await import(${JSON.stringify(module)})
    new OutputFolder(${JSON.stringify(join(base, 'out'))}).text('a.txt').write('x'.repeat(100_000))
    process.exit(130)`
  const { status } = spawnSync(process.execPath, [...childFlags(), '--input-type=module', '-e', script], {
    timeout: 60_000
  })
  strictEqual(status, 130)
  strictEqual(readdirSync(base).length, 0)
})

test('output: text in many scripts arrives whole across chunk borders', () => {
  using folder = new OutputFolder(base)
  const text = folder.text('a.txt')
  const line = 'čaj 茶 🍵\n'
  for (let at = 0; at < 30_000; at++) text.write(line)
  folder.commit()
  strictEqual(readFileSync(join(base, 'a.txt'), 'utf8'), line.repeat(30_000))
})

test('output: a file in the place of the folder is SL_OUTPUT_UNWRITABLE', () => {
  const path = join(base, 'file')
  writeFileSync(path, 'x')
  throws(() => new OutputFolder(path), refused('SL_OUTPUT_UNWRITABLE', path))
  throws(() => new OutputFolder(join(path, 'below')), refused('SL_OUTPUT_UNWRITABLE', path))
  strictEqual(readFileSync(path, 'utf8'), 'x')
})

test('output: a folder in the place of a result is SL_OUTPUT_UNWRITABLE before any work is done', () => {
  mkdirSync(join(base, 'tracks.txt'))
  using folder = new OutputFolder(base)
  throws(() => folder.text('tracks.txt'), refused('SL_OUTPUT_UNWRITABLE', base))
})

test('output: what will come at the end finds a folder in its place before any work is done', () => {
  mkdirSync(join(base, 'summary.json'))
  using folder = new OutputFolder(base)
  throws(
    () => folder.expect('heatmap.png', 'summary.json'),
    refused('SL_OUTPUT_UNWRITABLE', join(base, 'summary.json'))
  )
})

test('output: no result takes the place of the input, by whatever name or link it is given', () => {
  const input = join(base, 'annotated.mp4')
  writeFileSync(input, 'video')
  symlinkSync(input, join(base, 'link.mp4'))
  for (const name of [input, join(base, '.', 'annotated.mp4'), join(base, 'link.mp4')]) {
    using folder = new OutputFolder(base, { input: name })
    folder.expect('summary.json')
    throws(() => folder.expect('annotated.mp4'), refused('SL_OPTION_CONFLICT', input))
    throws(() => folder.place('annotated.mp4'), refused('SL_OPTION_CONFLICT', input))
  }
  strictEqual(readFileSync(input, 'utf8'), 'video')
})

test('output: the folder of the pictures that are read is no place for results', () => {
  throws(() => new OutputFolder(base, { input: join(base, '.') }), refused('SL_OPTION_CONFLICT', base))
  strictEqual(readdirSync(base).length, 0)
})

test('output: the recording itself as the folder is a file in the way, like any other', () => {
  const input = join(base, 'walk.mp4')
  writeFileSync(input, 'video')
  throws(() => new OutputFolder(input, { input }), refused('SL_OUTPUT_UNWRITABLE', input))
})

test('output: an empty path is SL_OPTION_INVALID, not the folder one happens to be in', () => {
  throws(() => new OutputFolder(''), refused('SL_OPTION_INVALID', '--out'))
})

test('output: what an earlier run left and this one does not write goes with commit, not before', () => {
  for (const name of ['summary.json', 'annotated.mp4', 'counts.csv', 'notes.md']) writeFileSync(join(base, name), 'old')
  using folder = new OutputFolder(base)
  folder.retire('summary.json', ['annotated.mp4', 'counts.csv', 'paths.json'])
  folder.file('summary.json', 'new')
  folder.file('counts.csv', 'new')
  ok(existsSync(join(base, 'annotated.mp4')))
  folder.commit()
  strictEqual(readdirSync(base).join(), 'counts.csv,notes.md,summary.json')
  strictEqual(readFileSync(join(base, 'counts.csv'), 'utf8'), 'new')
})

test('output: without the sign of an earlier run, files of a result’s name are somebody’s own', () => {
  writeFileSync(join(base, 'annotated.mp4'), 'mine')
  using folder = new OutputFolder(base)
  folder.retire('summary.json', ['annotated.mp4'])
  folder.file('summary.json', 'new')
  folder.commit()
  strictEqual(readFileSync(join(base, 'annotated.mp4'), 'utf8'), 'mine')
})

test('output: an earlier result that is the input is not removed', () => {
  const input = join(base, 'annotated.mp4')
  for (const name of ['summary.json', 'annotated.mp4']) writeFileSync(join(base, name), 'old')
  using folder = new OutputFolder(base, { input })
  throws(() => folder.retire('summary.json', ['annotated.mp4']), refused('SL_OPTION_CONFLICT', input))
})

test('output: on a drive that does not exist every folder is missing, its root included', () => {
  deepStrictEqual(
    missingFolders('Z:\\clips\\out', () => false, win32.dirname),
    ['Z:\\clips\\out', 'Z:\\clips', 'Z:\\']
  )
})

test('output: a folder that may not be written is SL_OUTPUT_UNWRITABLE', { skip: readOnlySkip() }, () => {
  const path = '/proc/sightline'
  throws(() => new OutputFolder(path), refused('SL_OUTPUT_UNWRITABLE', path))
})

test('output: a full disk is SL_OUTPUT_FULL, and what was written is removed', { skip: mountSkip() }, async () => {
  const disk = join(base, 'disk')
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk])
  try {
    const out = join(disk, 'out')
    const write = async () => {
      using folder = new OutputFolder(out)
      const text = folder.text('a.txt')
      for (let at = 0; at < 1000; at++) text.write('x'.repeat(1000))
    }
    await rejects(write, refused('SL_OUTPUT_FULL', out))
    const writeWhole = async () => {
      using folder = new OutputFolder(out)
      folder.file('a.png', Buffer.alloc(1_000_000))
    }
    await rejects(writeWhole, refused('SL_OUTPUT_FULL', out))
    strictEqual(readdirSync(disk).length, 0)
  } finally {
    execFileSync('umount', [disk])
  }
})

test('output: a disk that fills up at the last flush is SL_OUTPUT_FULL, never a cut file', {
  skip: mountSkip()
}, () => {
  const disk = join(base, 'disk')
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', disk])
  try {
    const out = join(disk, 'out')
    const folder = new OutputFolder(out)
    folder.text('a.txt').write('x'.repeat(60_000))
    throws(() => folder.commit(), refused('SL_OUTPUT_FULL', out))
    strictEqual(readdirSync(disk).length, 0)
  } finally {
    execFileSync('umount', [disk])
  }
})

test('output: messages say how to go on', () => {
  const path = join(base, 'file')
  writeFileSync(path, 'x')
  throws(
    () => new OutputFolder(path),
    (error: Error) => {
      match(error.message, /--out/)
      return true
    }
  )
})

function readOnlySkip(): string | false {
  return existsSync('/proc/self') ? false : 'needs a place that nobody may write, which /proc is on Linux'
}

function mountSkip(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'mounting a tiny disk takes root on Linux'
  const place = mkdtempSync(join(tmpdir(), 'sightline-mount-'))
  try {
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', place]).status !== 0)
      return 'this machine lets nobody mount'
    spawnSync('umount', [place])
    return false
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

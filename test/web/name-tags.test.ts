import { deepStrictEqual, equal, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { type NameTag, NameTags } from '../../web/src/live/name-tags.ts'

function painted() {
  const texts: string[] = []
  const tags = new NameTags(({ text }, density) => {
    texts.push(`${text}@${density}`)
    return { text }
  })
  return { texts, tags }
}

const tag = (text: string, facts: Partial<NameTag> = {}) => ({ text, fill: 'red', colour: 'white', ...facts })

test('NT1 a name is painted once for each look and density', () => {
  const { texts, tags } = painted()
  equal(tags.picture(tag('person 1'), 1), tags.picture(tag('person 1'), 1))
  notEqual(tags.picture(tag('person 1', { fill: 'blue' }), 1), tags.picture(tag('person 1'), 1))
  notEqual(tags.picture(tag('person 1', { colour: 'black' }), 1), tags.picture(tag('person 1'), 1))
  tags.picture(tag('person 1'), 2)
  deepStrictEqual(texts, ['person 1@1', 'person 1@1', 'person 1@1', 'person 1@2'])
})

test('NT2 of very many those stay that were shown last', () => {
  const { texts, tags } = painted()
  for (let id = 0; id < 300; id++) {
    tags.picture(tag(`person ${id}`), 1)
    tags.picture(tag('always'), 1)
  }
  equal(texts.length, 301)
  tags.picture(tag('person 299'), 1)
  equal(texts.length, 301)
  tags.picture(tag('person 0'), 1)
  equal(texts.length, 302)
})

test('NT3 what is forgotten is painted anew', () => {
  const { texts, tags } = painted()
  tags.picture(tag('person 1'), 1)
  tags.forget()
  tags.picture(tag('person 1'), 1)
  equal(texts.length, 2)
})

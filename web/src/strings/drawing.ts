/** Drawing on a picture: lines, zones, masks, spots. */
export const drawing = {
  kinds: { line: 'line', zone: 'zone', mask: 'mask', spot: 'ground point' },
  draw: { line: 'Line', zone: 'Zone', mask: 'Mask', spot: 'Ground' },
  tools: 'Draw',
  redo: 'Do it again',
  finish: 'Finish',
  turn: 'Swap in and out',
  duplicate: 'Duplicate',
  insertPoint: 'Add point',
  removePoint: 'Remove point',
  remove: 'Delete',
  inSide: 'in',
  outSide: 'out',
  point: (name: string, number: number, count: number) => `${name}, point ${number} of ${count}`,
  at: (x: number, y: number) => `${Math.round(x * 100)} % from the left, ${Math.round(y * 100)} % from the top`,
  howToDraw:
    'Arrow keys move the cross, with Shift farther; Enter sets a point; Enter on the first or the last point closes a zone; Backspace takes a point back; Escape gives up.',
  howToChange:
    'Tab goes from shape to shape and from point to point. Arrow keys move what has the focus, with Shift farther; Insert adds a point behind it; Delete removes it; Ctrl Z takes it back; Escape leaves.',
  chooseHint: 'Choose what to draw, or press a shape to change it.',
  next: {
    line: (set: number) =>
      set === 0 ? 'Press where it begins, or drag from one end to the other.' : 'Press where it ends.',
    zone: (set: number) => closedHint(set),
    mask: (set: number) => closedHint(set),
    spot: () => 'Press a place on the ground whose position you know.'
  }
} as const

function closedHint(set: number): string {
  if (set === 0) return 'Press its corners one after the other, or drag a rectangle.'
  return set < 3 ? 'Press the next corner.' : 'Press the next corner; the first one closes it.'
}

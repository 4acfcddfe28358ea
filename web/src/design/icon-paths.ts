/** Drawn on 24 × 24, with strokes of 1.75, in the colour of the text beside it. */
export const iconPaths = {
  wall: 'M4 5h7v6H4z M13 5h7v6h-7z M4 13h7v6H4z M13 13h7v6h-7z',
  events: 'M5 6h14 M5 12h14 M5 18h9',
  upload: 'M12 16V5 M7.5 9 12 4.5 16.5 9 M5 19.5h14',
  report: 'M6 4h9l4 4v12H6z M9.5 16v-3 M12.5 16v-6 M15.5 16v-4',
  past: 'M4.5 12a7.5 7.5 0 1 0 2.4-5.5 M4.5 4.5v3.5H8 M12 8v4.5l3 2',
  models: 'M12 3.5 19.5 8v8L12 20.5 4.5 16V8z M4.5 8 12 12.5 19.5 8 M12 12.5v8',
  system: 'M4 5h16v5H4z M4 14h16v5H4z M7.5 7.5h.01 M7.5 16.5h.01',
  people:
    'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z M2.5 20c.6-3.6 3.2-5.5 6.5-5.5s5.9 1.9 6.5 5.5 M16 5a3.2 3.2 0 0 1 0 6 M18 14.8c2 .7 3.2 2.4 3.5 5.2',
  settings:
    'M4 7h9 M17 7h3 M4 17h3 M11 17h9 M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z M9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  camera: 'M3.5 7h11v10h-11z M14.5 11l6-3.5v9l-6-3.5z',
  device: 'M7 3.5h10v17H7z M11 17.5h2',
  film: 'M4 5h16v14H4z M8 5v14 M16 5v14 M4 9.7h4 M4 14.3h4 M16 9.7h4 M16 14.3h4',
  plus: 'M12 5v14 M5 12h14',
  close: 'M6 6l12 12 M18 6 6 18',
  check: 'M5 12.5 10 17.5 19 7',
  down: 'M6 9.5l6 6 6-6',
  right: 'M9.5 6l6 6-6 6',
  back: 'M14.5 6l-6 6 6 6',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z M15.5 15.5 20 20',
  expand: 'M4.5 9.5v-5h5 M14.5 4.5h5v5 M19.5 14.5v5h-5 M9.5 19.5h-5v-5',
  shrink: 'M9.5 4.5v5h-5 M19.5 9.5h-5v-5 M14.5 19.5v-5h5 M4.5 14.5h5v5',
  more: 'M6 12.5a.5.5 0 1 0 0-1 .5.5 0 0 0 0 1z M12 12.5a.5.5 0 1 0 0-1 .5.5 0 0 0 0 1z M18 12.5a.5.5 0 1 0 0-1 .5.5 0 0 0 0 1z',
  good: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z M8 12.3l2.7 2.7 5.3-5.8',
  warn: 'M12 4 21 19.5H3z M12 10v4 M12 16.8h.01',
  bad: 'M8.5 3.5h7l5 5v7l-5 5h-7l-5-5v-7z M12 8v5 M12 16h.01',
  info: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z M12 11v5 M12 8h.01',
  offline:
    'M4 4l16 16 M8.5 15.5a5 5 0 0 1 6 -.6 M5.5 12.2a9.5 9.5 0 0 1 4-2.3 M14.2 9.7a9.5 9.5 0 0 1 4.3 2.5 M12 19h.01',
  pause: 'M8.5 5.5v13 M15.5 5.5v13',
  play: 'M8 5.5v13l10.5-6.5z',
  theme: 'M12 20.5a8.5 8.5 0 1 0 0-17z M12 20.5a8.5 8.5 0 0 1 0-17',
  leave: 'M10 4.5H5v15h5 M14.5 8l4 4-4 4 M18 12H9.5',
  layers: 'M12 4.5 20 9l-8 4.5L4 9z M4.5 13 12 17.5 19.5 13',
  undo: 'M8.5 5 4.5 9l4 4 M4.5 9H14a5 5 0 0 1 0 10h-3.5',
  redo: 'M15.5 5l4 4-4 4 M19.5 9H10a5 5 0 0 0 0 10h3.5',
  line: 'M6 18 18 6 M4.5 19.5h3v-3h-3z M16.5 7.5h3v-3h-3z',
  zone: 'M5 8 14 4.5 19.5 11 16 19.5 6.5 17z',
  mask: 'M5 5h14v14H5z M5 12l7-7 M5 19 19 5 M12 19l7-7',
  spot: 'M12 4v16 M4 12h16 M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
  copy: 'M9 9h10.5v10.5H9z M5.5 15H4.5V4.5H15v1',
  trash: 'M5 7h14 M9.5 7V4.5h5V7 M7 7l.8 12.5h8.4L17 7 M10.5 10.5v5.5 M13.5 10.5v5.5',
  minus: 'M5 12h14',
  swap: 'M8 4.5 4.5 8 8 11.5 M4.5 8h15 M16 12.5l3.5 3.5-3.5 3.5 M19.5 16h-15',
  pencil: 'M5 19l1-4.5L16.5 4 20 7.5 9.5 18z M14 6.5 17.5 10'
} as const

export type IconName = keyof typeof iconPaths
export const iconNames = Object.keys(iconPaths) as IconName[]

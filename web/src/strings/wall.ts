/** The wall, and the three doors that lead to it. */
export const wall = {
  add: 'Add',
  fullScreen: 'Full screen',
  leaveFullScreen: 'Leave full screen',
  elsewhere: 'Without a place',
  open: (title: string) => `Open ${title}`,
  details: (title: string) => `How ${title} is shown`,
  menu: (title: string) => `More of ${title}`,
  earlier: 'Move to the front',
  later: 'Move to the back',
  dropHere: 'Drag to arrange',
  empty: 'No streams yet',
  emptyText: 'Show it something: this device’s camera, a video, or a camera on the network.',
  emptyViewer: 'Nobody has given you a stream to look at yet. Ask whoever runs this server.',
  deviceCamera: 'Use this device’s camera',
  deviceCameraHint: 'One press, and its pictures stay on this server.',
  stopCamera: 'Stop the camera',
  cameraTaken: 'A camera is being sent',
  cameraTitle: 'Your camera',
  video: 'Drop a video',
  videoHint: 'A match, a walk, an entrance: it is counted and drawn on.',
  addCamera: 'Add a camera',
  addCameraHint: 'By its address: RTSP, HLS, MJPEG, or a picture that changes.'
} as const

/** Adding a camera: its address, a try, what to look for. */
export const addCamera = {
  address: 'Address',
  addressHint: 'As the camera’s manual has it, such as rtsp://user:password@192.168.1.20/stream1',
  test: 'Try it',
  testing: 'Trying it: some seconds…',
  works: 'It works.',
  picture: 'A picture of it, taken just now',
  facts: (width: number, height: number, fps: number | null) =>
    `${width} × ${height}${fps === null ? '' : `, ${Math.round(fps)} pictures a second`}`,
  failed: 'It gives no picture.',
  title: 'Name',
  titleHint: 'What people see of it.',
  site: 'Place',
  noSite: 'None',
  model: 'What looks at it',
  usualModel: 'As usual',
  motion: 'Motion alone, without a model',
  lookFor: 'What to look for',
  everything: 'Everything that it knows',
  people: 'People',
  vehicles: 'Vehicles',
  animals: 'Animals',
  add: 'Add the camera',
  added: (title: string) => `${title} was added.`
} as const

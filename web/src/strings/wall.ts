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
  works: (what: string) => `It works: ${what}`,
  picture: 'A picture of it, taken just now',
  facts: (width: number, height: number, fps: number | null) =>
    `${width} × ${height}${fps === null ? '' : `, ${Math.round(fps)} pictures a second`}`,
  /** What to do, by the code of why it gives no picture. */
  advice: {
    SL_INPUT_NETWORK:
      'Nothing answers there. Look whether the camera is switched on and in the same network, and whether address and port are right.',
    SL_INPUT_TIMEOUT:
      'It does not answer in time. Look whether address and port are right, and whether the network is slow.',
    SL_INPUT_UNAUTHORISED:
      'The camera asks for another user or password: they stand before the @, as in rtsp://user:password@camera/stream.',
    SL_INPUT_NOT_FOUND: 'The camera is there, and has nothing at this path: its manual says which it has.',
    SL_INPUT_REFUSED: 'This server may not open such an address. Whoever runs it can allow it in the settings.',
    SL_INPUT_NOT_VIDEO: 'There is something, but no video: maybe the address of the camera’s own page.',
    SL_INPUT_NO_VIDEO_STREAM: 'It sends sound or data, and no picture.',
    SL_INPUT_NO_FRAMES: 'It is there, and sends no picture.',
    SL_INPUT_CODEC_UNSUPPORTED:
      'It sends its picture in an encoding that is not understood here: H.264 is, as cameras can be told.'
  } as Readonly<Record<string, string>>,
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

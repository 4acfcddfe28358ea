import Type from 'typebox'

/** A model that a server runs, under a name by which streams and analyses choose it as they choose others. */
export const RemoteModelSettings = Type.Object(
  {
    /** The Open Inference Protocol: KServe v2, as Triton, KServe, MLServer, OpenVINO Model Server and others speak it. */
    type: Type.Literal('kserve', { description: 'kserve' }),
    /** Name and password in it are sent as basic authorisation. */
    url: Type.String({
      pattern: '^(grpc|http)s?://[^\\s?#]{1,2000}$',
      description: 'an address such as grpc://gpu-box:8001 or http://gpu-box:8000'
    }),
    /** What the server calls the model. */
    model: Type.String({ minLength: 1, maxLength: 256, description: "the server's name of the model" }),
    /** Default: the one that the server chooses. */
    version: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'a version, such as "1"' })),
    /** What its outputs are; not needed where `fallback` is the same model. */
    family: Type.Optional(Type.String({ minLength: 1, description: 'a family that `sightline models list` names' })),
    /** Its classes in the order of their ids. Default: those of `fallback` where that is the same model, else by their number. */
    classes: Type.Optional(
      Type.Union([Type.Literal('coco'), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })], {
        description: '`coco` or a list of names'
      })
    ),
    /** Of one attempt. Default: 1000. */
    timeoutMs: Type.Optional(
      Type.Integer({ minimum: 10, maximum: 60_000, description: 'a whole number of milliseconds from 10' })
    ),
    /** Of a frame with all its attempts. Raise it to wait for a server rather than fall back. Default: 2000. */
    budgetMs: Type.Optional(
      Type.Integer({ minimum: 10, maximum: 600_000, description: 'a whole number of milliseconds from 10' })
    ),
    /** Pictures that are asked about at once. Raise it for a server that is far away or makes batches. Default: 4. */
    concurrency: Type.Optional(Type.Integer({ minimum: 1, maximum: 32, description: 'a whole number from 1 to 32' })),
    /** Looks while the server cannot be had. Default: nothing does, and that is an error. */
    fallback: Type.Optional(
      Type.String({ minLength: 1, description: 'a name of the catalogue, or a path of an .onnx file' })
    )
  },
  { additionalProperties: false }
)
export type RemoteModelSettings = Type.Static<typeof RemoteModelSettings>

/** By the name that they are chosen by. No name of a file looks like one. */
export const RemoteModelsSettings = Type.Record(
  Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
  RemoteModelSettings,
  { additionalProperties: false }
)
export type RemoteModelsSettings = Type.Static<typeof RemoteModelsSettings>

import type { ModelFacts } from './model-facts.ts'

/** The standard operators of ONNX up to version 26 of their set; those that were taken out again are still run. */
const standard = new Set(
  (
    'Abs Acos Acosh Add Affine AffineGrid And ArgMax ArgMin Asin Asinh Atan Atanh Attention AveragePool BatchNormalization ' +
    'Bernoulli BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor BlackmanWindow Cast CastLike Ceil Celu ' +
    'CenterCropPad Clip Col2Im Compress Concat ConcatFromSequence Constant ConstantOfShape Conv ConvInteger ConvTranspose ' +
    'Cos Cosh Crop CumProd CumSum DFT DeformConv DepthToSpace DequantizeLinear Det Div Dropout DynamicQuantizeLinear Einsum Elu ' +
    'Equal Erf Exp Expand EyeLike Flatten Floor GRU Gather GatherElements GatherND Gelu Gemm GlobalAveragePool ' +
    'GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GridSample GroupNormalization HammingWindow HannWindow HardSigmoid ' +
    'HardSwish Hardmax Identity If ImageDecoder ImageScaler InstanceNormalization IsInf IsNaN LRN LSTM LayerNormalization LeakyRelu Less ' +
    'LessOrEqual Log LogSoftmax Loop LpNormalization LpPool MatMul MatMulInteger Max MaxPool MaxRoiPool MaxUnpool Mean ' +
    'MeanVarianceNormalization MelWeightMatrix Min Mish Mod Mul Multinomial Neg NegativeLogLikelihoodLoss ' +
    'NonMaxSuppression NonZero Not OneHot Optional OptionalGetElement OptionalHasElement Or PRelu Pad ParametricSoftplus Pow ' +
    'QLinearConv QLinearMatMul QuantizeLinear RMSNormalization RNN RandomNormal RandomNormalLike RandomUniform ' +
    'RandomUniformLike Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ' +
    'ReduceProd ReduceSum ReduceSumSquare RegexFullMatch Relu Reshape Resize ReverseSequence RoiAlign RotaryEmbedding Round STFT ' +
    'ScaledTanh Scan Scatter ScatterElements ScatterND Selu SequenceAt SequenceConstruct SequenceEmpty SequenceErase ' +
    'SequenceInsert SequenceLength SequenceMap Shape Shrink Sigmoid Sign Sin Sinh Size Slice Softmax ' +
    'SoftmaxCrossEntropyLoss Softplus Softsign SpaceToDepth Split SplitToSequence Sqrt Squeeze StringConcat StringNormalizer ' +
    'StringSplit Sub Sum Swish Tan Tanh TensorScatter TfIdfVectorizer ThresholdedRelu Tile TopK Transpose Trilu Unique Unsqueeze Upsample ' +
    'Where Xor'
  ).split(' ')
)
/** Sets that come with ONNX Runtime beside the standard one. */
const builtInDomains = new Set(['com.microsoft', 'com.microsoft.nchwc', 'ai.onnx.ml', 'ai.onnx.preview.training'])
const newestOpset = 26

/**
 * What a graph asks for that ONNX Runtime, as it comes with Sightline, does not have; what is within nested graphs is not
 * looked at. `Operator`, `domain::Operator`, or a version of the standard set that is too new.
 */
export function unsupportedOperators({ operators, opsets, functions }: ModelFacts): string[] {
  const unknown = Object.keys(operators).filter(name => {
    const [domain, operator] = name.split('::')
    if (functions.includes(name)) return false
    return operator === undefined ? !standard.has(name) : !builtInDomains.has(domain!)
  })
  const version = opsets[''] ?? opsets['ai.onnx'] ?? 0
  return version > newestOpset ? [...unknown, `version ${version} of the standard operators`] : unknown
}

"""Serves an ONNX file by KServe v2, over HTTP and gRPC, with MLServer and ONNX Runtime:

    python kserve.py MODEL.onnx NAME HTTP_PORT GRPC_PORT METRICS_PORT
"""

import asyncio
import sys

import onnxruntime
from mlserver import MLModel, MLServer, ModelSettings, Settings
from mlserver.codecs import NumpyCodec
from mlserver.settings import ModelParameters
from mlserver.types import InferenceResponse, MetadataTensor

DATATYPES = {"tensor(float)": "FP32", "tensor(float16)": "FP16", "tensor(int64)": "INT64"}


def metadata(value):
    shape = [size if isinstance(size, int) else -1 for size in value.shape]
    return MetadataTensor(name=value.name, datatype=DATATYPES[value.type], shape=shape)


class OnnxModel(MLModel):
    """One session with one thread, as a session of Sightline's has it."""

    async def load(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        path = self.settings.parameters.uri
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.inputs = [metadata(value) for value in self.session.get_inputs()]
        self.outputs = [metadata(value) for value in self.session.get_outputs()]
        return True

    async def predict(self, payload):
        feeds = {each.name: NumpyCodec.decode_input(each) for each in payload.inputs}
        names = [value.name for value in self.outputs]
        found = await asyncio.to_thread(self.session.run, names, feeds)
        outputs = [NumpyCodec.encode_output(name, value) for name, value in zip(names, found)]
        return InferenceResponse(model_name=self.name, outputs=outputs)


async def main(path, name, http_port, grpc_port, metrics_port):
    server = MLServer(
        Settings(
            host="127.0.0.1",
            http_port=int(http_port),
            grpc_port=int(grpc_port),
            metrics_port=int(metrics_port),
            parallel_workers=0,
            debug=False,
        )
    )
    model = ModelSettings(name=name, implementation=OnnxModel, parameters=ModelParameters(uri=path))
    await server.start([model])


asyncio.run(main(*sys.argv[1:]))

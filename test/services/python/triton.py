"""Serves an ONNX file by KServe v2, over HTTP and gRPC, with Triton's own server, whose model is some Python over ONNX Runtime:

    python triton.py MODEL.onnx NAME HTTP_PORT GRPC_PORT FOLDER

It becomes Triton: whoever kills it kills that. FOLDER is for what Triton wants to read.
"""

import os
import sys
import sysconfig
from pathlib import Path

import onnxruntime

TYPES = {"tensor(float)": "TYPE_FP32", "tensor(float16)": "TYPE_FP16", "tensor(int64)": "TYPE_INT64"}

MODEL = '''
import sys

sys.path.insert(0, {site!r})

import numpy as np
import onnxruntime
import triton_python_backend_utils as triton


class TritonPythonModel:
    """One session with one thread, as a session of Sightline's has it."""

    def initialize(self, _):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession({path!r}, options, providers=["CPUExecutionProvider"])

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        feeds = {{each.name: triton.get_input_tensor_by_name(request, each.name).as_numpy() for each in self.session.get_inputs()}}
        names = [each.name for each in self.session.get_outputs()]
        found = self.session.run(names, feeds)
        tensors = [triton.Tensor(name, np.ascontiguousarray(value)) for name, value in zip(names, found)]
        return triton.InferenceResponse(tensors)
'''


def tensors(kind, values):
    def size(value):
        return value if isinstance(value, int) else -1

    rows = [f'{{ name: "{value.name}", data_type: {TYPES[value.type]}, dims: {[size(each) for each in value.shape]} }}' for value in values]
    return f"{kind} [ {', '.join(rows)} ]"


def main(path, name, http_port, grpc_port, folder):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    site = Path(sysconfig.get_paths()["purelib"])
    triton = site / "pytriton" / "tritonserver"
    models = Path(folder) / "models"
    model = models / name
    (model / "1").mkdir(parents=True)
    (model / "1" / "model.py").write_text(MODEL.format(site=str(site), path=str(Path(path).resolve())))
    config = [f'name: "{name}"', 'backend: "python"', "max_batch_size: 0", "instance_group [ { kind: KIND_CPU } ]"]
    config += [tensors("input", session.get_inputs()), tensors("output", session.get_outputs())]
    (model / "config.pbtxt").write_text("\n".join(config))
    # Triton looks for the stub of an interpreter beside the backend.
    backend = Path(folder) / "backends" / "python"
    backend.mkdir(parents=True)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for file in [*(triton / "backends" / "python").iterdir(), triton / "python_backend_stubs" / version / "triton_python_backend_stub"]:
        (backend / file.name).symlink_to(file)
    server = triton / "bin" / "tritonserver"
    libraries = os.pathsep.join([str(site / "nvidia_pytriton.libs"), sysconfig.get_config_var("LIBDIR")])
    os.environ["LD_LIBRARY_PATH"] = libraries
    arguments = {
        "model-repository": models,
        "backend-directory": backend.parent,
        "http-address": "127.0.0.1",
        "http-port": http_port,
        "grpc-address": "127.0.0.1",
        "grpc-port": grpc_port,
        "allow-metrics": "false",
        "log-info": "false",
    }
    os.execv(server, [str(server), *(f"--{key}={value}" for key, value in arguments.items())])


main(*sys.argv[1:])

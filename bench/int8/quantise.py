"""YOLOX in int8: static quantisation (QDQ) of its convolutions, calibrated with frames of a clip.

    python quantise.py MODEL.onnx TARGET.onnx CLIP.mp4 FRAMES
"""

import os
import sys
import tempfile

import cv2
import numpy as np
import onnx
from onnx import version_converter
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

LEAST_OPSET = 13  # From here on a convolution's weights may have a scale for each channel.
PAD = 114


class Frames(CalibrationDataReader):
    """Frames from all over a clip, as the model is shown them: letterboxed into the upper left, BGR."""

    def __init__(self, name, width, height, clip, count):
        capture = cv2.VideoCapture(clip)
        every = max(1, int(capture.get(cv2.CAP_PROP_FRAME_COUNT)) // count)
        self.frames, index = [], 0
        while len(self.frames) < count:
            found, frame = capture.read()
            if not found:
                break
            if index % every == 0:
                ratio = min(width / frame.shape[1], height / frame.shape[0])
                size = round(frame.shape[1] * ratio), round(frame.shape[0] * ratio)
                boxed = np.full((height, width, 3), PAD, np.uint8)
                boxed[: size[1], : size[0]] = cv2.resize(frame, size)
                self.frames.append({name: boxed.transpose(2, 0, 1)[None].astype(np.float32)})
            index += 1
        self.next = iter(self.frames)

    def get_next(self):
        return next(self.next, None)


def last_convolutions(graph):
    """Those whose numbers meet no other convolution on their way out: what they are off by, boxes and scores are off by."""
    readers = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    found = []
    for start in graph.node:
        ahead, seen = [start], set()
        is_last = start.op_type == "Conv"
        while ahead and is_last:
            for name in ahead.pop().output:
                for node in readers.get(name, []):
                    is_last = is_last and node.op_type != "Conv"
                    if node.name not in seen:
                        seen.add(node.name)
                        ahead.append(node)
        if is_last:
            found.append(start.name)
    return found


def main(path, target, clip, count):
    model = onnx.load(path)
    opset = next(each.version for each in model.opset_import if each.domain in ("", "ai.onnx"))
    if opset < LEAST_OPSET:
        model = version_converter.convert_version(model, LEAST_OPSET)
    source = model.graph.input[0]
    height, width = (dimension.dim_value for dimension in source.type.tensor_type.shape.dim[2:])
    with tempfile.TemporaryDirectory() as folder:
        newer, prepared = os.path.join(folder, "newer.onnx"), os.path.join(folder, "prepared.onnx")
        onnx.save(model, newer)
        quant_pre_process(newer, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            target,
            Frames(source.name, width, height, clip, int(count)),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            calibrate_method=CalibrationMethod.MinMax,
            # Boxes, scores and objectness lie side by side in the output: one scale for all of them would round them away.
            op_types_to_quantize=["Conv"],
            nodes_to_exclude=last_convolutions(onnx.load(prepared).graph),
        )
    print(f"{os.path.getsize(path)} bytes became {os.path.getsize(target)}")


main(*sys.argv[1:])

"""YOLOX by its published processing, in numpy: what src/vision/families/yolox.ts has to give.

    pip install numpy onnxruntime opencv-python-headless
    SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… python test/reference/yolox.py > test/reference/yolox.json
"""

import json
import sys

import numpy as np
import onnxruntime

from pictures import MODELS, fingerprint, letterbox_top_left, read_frames, read_picture, resize_linear, resize_nearest
from pictures import suppress

MIN_SCORE, IOU = 0.25, 0.45
SIZE = 416


def decode(output):
    """Rows of the raw grid to boxes (x, y, w, h in model pixels), scores and classes."""
    centres, strides = [], []
    for stride in (8, 16, 32):
        side = SIZE // stride
        rows, columns = np.mgrid[:side, :side]
        centres.append(np.stack([columns.ravel(), rows.ravel()], 1))
        strides.append(np.full((side * side, 1), stride))
    centres, strides = np.concatenate(centres), np.concatenate(strides)
    middle = (output[:, :2] + centres) * strides
    size = np.exp(output[:, 2:4]) * strides
    scores = output[:, 4:5] * output[:, 5:]
    classes = scores.argmax(1)
    return np.concatenate([middle - size / 2, size], 1), scores.max(1), classes


def detect(session, picture, resize):
    pixels, (scale_x, scale_y) = letterbox_top_left(picture, SIZE, SIZE, 114, resize)
    blob = pixels[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32)
    (output,) = session.run(None, {"images": np.ascontiguousarray(blob)})
    boxes, scores, classes = decode(output[0].astype(np.float64))
    found = []
    for label in np.unique(classes[scores >= MIN_SCORE]):
        rows = np.flatnonzero((classes == label) & (scores >= MIN_SCORE))
        for row in rows[suppress(boxes[rows], scores[rows], IOU)]:
            x, y, w, h = boxes[row] / [scale_x, scale_y, scale_x, scale_y]
            found.append({"box": [round(v, 3) for v in (x, y, w, h)], "score": round(scores[row], 5), "class": int(label)})
    return {"pixels": fingerprint(pixels), "detections": sorted(found, key=lambda each: -each["score"])}


def main():
    session = onnxruntime.InferenceSession(f"{MODELS}/detect/yolox_nano.onnx", providers=["CPUExecutionProvider"])
    pictures = {name: read_picture(name) for name in ("bus", "zidane", "dog")}
    clips = {"mot/MOT15/TUD-Stadtmitte/TUD-Stadtmitte.mp4": [0, 90], "mot/MOT15/PETS09-S2L1/PETS09-S2L1_1-300.mp4": [0, 90]}
    json.dump(
        {
            "nearest": {name: detect(session, picture, resize_nearest) for name, picture in pictures.items()},
            "linear": {name: detect(session, picture, resize_linear) for name, picture in pictures.items()},
            "clips": {
                path: {index: detect(session, frame, resize_linear) for index, frame in read_frames(path, indices).items()}
                for path, indices in clips.items()
            },
        },
        sys.stdout,
        indent=1,
    )


main()

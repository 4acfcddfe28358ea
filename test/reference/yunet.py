"""YuNet by its published processing, in numpy: what src/vision/families/yunet.ts has to give.

    pip install numpy onnxruntime opencv-python-headless
    SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… python test/reference/yunet.py > test/reference/yunet.json
"""

import json
import sys

import numpy as np
import onnxruntime

from pictures import MODELS, fingerprint, letterbox_top_left, read_picture, resize_linear, resize_nearest, suppress

MIN_SCORE, IOU = 0.6, 0.3
SIZE = 640


def decode(outputs):
    """The twelve outputs to boxes (x, y, w, h in model pixels), scores and five points each."""
    boxes, scores, points = [], [], []
    for stride in (8, 16, 32):
        cls, obj, bbox, kps = (outputs[f"{head}_{stride}"][0].astype(np.float64) for head in ("cls", "obj", "bbox", "kps"))
        side = SIZE // stride
        rows, columns = np.divmod(np.arange(side * side), side)
        cells = np.stack([columns, rows], 1)
        middle = (cells + bbox[:, :2]) * stride
        size = np.exp(bbox[:, 2:]) * stride
        boxes.append(np.concatenate([middle - size / 2, size], 1))
        scores.append(np.sqrt(np.clip(cls[:, 0], 0, 1) * np.clip(obj[:, 0], 0, 1)))
        points.append((kps.reshape(-1, 5, 2) + cells[:, None]) * stride)
    return np.concatenate(boxes), np.concatenate(scores), np.concatenate(points)


def detect(session, picture, resize):
    pixels, scale = letterbox_top_left(picture, SIZE, SIZE, 0, resize)
    blob = np.ascontiguousarray(pixels[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32))
    names = [output.name for output in session.get_outputs()]
    boxes, scores, points = decode(dict(zip(names, session.run(names, {"input": blob}))))
    rows = np.flatnonzero(scores >= MIN_SCORE)
    found = []
    for row in rows[suppress(boxes[rows], scores[rows], IOU)]:
        found.append(
            {
                "box": [round(v, 3) for v in boxes[row] / [*scale, *scale]],
                "score": round(scores[row], 5),
                "class": 0,
                "landmarks": [round(v, 3) for v in (points[row] / scale).ravel()],
            }
        )
    return {"pixels": fingerprint(pixels), "detections": found}


def main():
    model = f"{MODELS}/face/face_detection_yunet_2023mar.onnx"
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    pictures = {name: read_picture(name) for name in ("bus", "zidane", "dog")}
    json.dump(
        {
            "nearest": {name: detect(session, picture, resize_nearest) for name, picture in pictures.items()},
            "linear": {name: detect(session, picture, resize_linear) for name, picture in pictures.items()},
        },
        sys.stdout,
        indent=1,
    )


main()

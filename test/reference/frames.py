"""One picture after the other through a model, as the references of detectors write it."""

import json
import sys
from typing import Callable, NamedTuple

import numpy as np
import onnxruntime

from pictures import MODELS, fingerprint, letterbox_centre, letterbox_top_left, read_frames, read_picture
from pictures import resize_linear, resize_nearest, suppress

onnxruntime.set_default_logger_severity(3)  # Of old exports it says much that is of no matter here.


class Model(NamedTuple):
    """
    A detector by its published processing. `encode` makes RGB pixels the numbers that it takes, `decode` makes its outputs boxes
    (x1, y1, x2, y2 in model pixels), scores, classes and perhaps points.
    """

    file: str
    mode: str
    width: int
    height: int
    pad: int
    encode: Callable
    decode: Callable
    min_score: float
    iou: float


def place(picture, mode, width, height, pad, resize):
    """RGB pixels of the model's size, the scale in each direction, and where the picture's corner lies."""
    if mode == "stretch":
        pixels = resize(picture, width, height)
        return pixels, (width / picture.shape[1], height / picture.shape[0]), (0, 0)
    if mode == "top-left":
        return *letterbox_top_left(picture, width, height, pad, resize), (0, 0)
    return letterbox_centre(picture, width, height, pad, resize)


def report(boxes, scores, classes, scale, corner, min_score, iou, points=None):
    """Boxes (x1, y1, x2, y2 in model pixels) after suppression within each class, in pixels of the picture."""
    boxes = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], 1).astype(np.float64)
    found = []
    for label in np.unique(classes[scores >= min_score]):
        rows = np.flatnonzero((classes == label) & (scores >= min_score))
        for row in rows[suppress(boxes[rows], scores[rows], iou)] if iou < 1 else rows:
            box = (boxes[row] - [*corner, 0, 0]) / [*scale, *scale]
            entry = {"box": [round(float(v), 3) for v in box], "score": round(float(scores[row]), 5), "class": int(label)}
            if points is not None:
                entry["landmarks"] = [round(float(v), 3) for v in ((points[row] - corner) / scale).ravel()]
            found.append(entry)
    return sorted(found, key=lambda each: -each["score"])


def open_model(model):
    return onnxruntime.InferenceSession(f"{MODELS}/{model.file}", providers=["CPUExecutionProvider"])


def detect(session, model, picture, resize):
    """What the model finds in a picture (RGB), and the fingerprint of the pixels that it was shown."""
    pixels, scale, corner = place(picture, model.mode, model.width, model.height, model.pad, resize)
    blob = model.encode(pixels.astype(np.float32)).transpose(2, 0, 1)[None]
    (source,) = session.get_inputs()
    outputs = session.run(None, {source.name: np.ascontiguousarray(blob, dtype=np.float32)})
    boxes, scores, classes, *points = model.decode([output.astype(np.float64) for output in outputs])
    detections = report(boxes, scores, classes, scale, corner, model.min_score, model.iou, *points)
    return {"pixels": fingerprint(pixels), "detections": detections}


def write(model, linear=False, clips=None):
    """Writes what the model finds in three pictures, scaled as said, and in those frames of clips."""
    session = open_model(model)
    pictures = {name: read_picture(name) for name in ("bus", "zidane", "dog")}
    ways = {"nearest": resize_nearest, **({"linear": resize_linear} if linear else {})}
    result = {
        way: {name: detect(session, model, picture, resize) for name, picture in pictures.items()}
        for way, resize in ways.items()
    }
    if clips:
        result["clips"] = {
            path: {index: detect(session, model, frame, resize_linear) for index, frame in read_frames(path, indices).items()}
            for path, indices in clips.items()
        }
    json.dump(result, sys.stdout, indent=1)

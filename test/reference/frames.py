"""One picture after the other through a model, as the references of detectors write it."""

import json
import sys

import numpy as np
import onnxruntime

from pictures import MODELS, fingerprint, letterbox_centre, letterbox_top_left, read_picture, resize_nearest, suppress

onnxruntime.set_default_logger_severity(3)  # Of old exports it says much that is of no matter here.


def place(picture, mode, width, height, pad):
    """RGB pixels of the model's size, the scale in each direction, and where the picture's corner lies."""
    if mode == "stretch":
        pixels = resize_nearest(picture, width, height)
        return pixels, (width / picture.shape[1], height / picture.shape[0]), (0, 0)
    if mode == "top-left":
        return *letterbox_top_left(picture, width, height, pad, resize_nearest), (0, 0)
    return letterbox_centre(picture, width, height, pad, resize_nearest)


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


def write(file, mode, width, height, pad, encode, decode, min_score, iou):
    """
    Writes what the model finds in three pictures. `encode` makes RGB pixels the numbers that it takes, `decode` makes its
    outputs boxes (x1, y1, x2, y2 in model pixels), scores, classes and perhaps points.
    """
    session = onnxruntime.InferenceSession(f"{MODELS}/{file}", providers=["CPUExecutionProvider"])
    (source,) = session.get_inputs()
    result = {}
    for name in ("bus", "zidane", "dog"):
        pixels, scale, corner = place(read_picture(name), mode, width, height, pad)
        blob = encode(pixels.astype(np.float32)).transpose(2, 0, 1)[None]
        outputs = session.run(None, {source.name: np.ascontiguousarray(blob, dtype=np.float32)})
        boxes, scores, classes, *points = decode([output.astype(np.float64) for output in outputs])
        detections = report(boxes, scores, classes, scale, corner, min_score, iou, *points)
        result[name] = {"pixels": fingerprint(pixels), "detections": detections}
    json.dump({"nearest": result}, sys.stdout, indent=1)

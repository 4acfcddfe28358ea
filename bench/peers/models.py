"""The peer: post-processing of detectors' outputs in numpy, vectorised, with the threshold before all that is dear.

Usage: models.py CASES.json REPEATS
Post-processes each case's tensors that often, after a few times that are not counted; prints the median in milliseconds, boxes,
and the sum of their places and scores.
"""

import json
import sys
import time

import numpy as np

from suppression import suppress


def grid(width, height, strides, offset=0.0):
    """Centres of all cells in strides, and their strides."""
    cells, steps = [], []
    for stride in strides:
        columns, rows = -(-width // stride), -(-height // stride)
        ys, xs = np.mgrid[:rows, :columns]
        cells.append(np.stack([xs.ravel(), ys.ravel()], 1) + offset)
        steps.append(np.full((rows * columns, 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(steps).astype(np.float32)


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def corners(middle, size):
    return np.concatenate([middle - size / 2, middle + size / 2], 1)


def best_of(scores, least):
    """Rows whose best class is sure enough, its score and its number."""
    top = scores.max(1)
    rows = np.flatnonzero(top >= least)
    return rows, top[rows], scores[rows].argmax(1)


def yolox(case):
    cells, steps = grid(*case["size"], (8, 16, 32))

    def decode(outputs, least):
        output = outputs[0][0]
        sure = np.flatnonzero(output[:, 4] >= least)
        part = output[sure]
        classes = part[:, 5:].argmax(1)
        scores = part[:, 4] * part[np.arange(len(part)), 5 + classes]
        keep = scores >= least
        rows, part = sure[keep], part[keep]
        middle = (part[:, :2] + cells[rows]) * steps[rows]
        return corners(middle, np.exp(part[:, 2:4]) * steps[rows]), scores[keep], classes[keep]

    return decode


def yolov5(case):
    def decode(outputs, least):
        output = outputs[0][0]
        part = output[output[:, 4] >= least]
        classes = part[:, 5:].argmax(1)
        scores = part[:, 4] * part[np.arange(len(part)), 5 + classes]
        keep = scores >= least
        part = part[keep]
        return corners(part[:, :2], part[:, 2:4]), scores[keep], classes[keep]

    return decode


def yolov8(case):
    def decode(outputs, least):
        output = outputs[0][0]
        top = output[4:].max(0)
        cells = np.flatnonzero(top >= least)
        part = output[:, cells]
        return corners(part[:2].T, part[2:4].T), top[cells], part[4:].argmax(0)

    return decode


def yolo_face(case):
    def decode(outputs, least):
        output = outputs[0][0]
        part = output[:, output[4] >= least]
        part[5:].T.reshape(-1, 5, 3)  # The landmarks: made, as ours are, and not compared.
        return corners(part[:2].T, part[2:4].T), part[4], np.zeros(part.shape[1], int)

    return decode


def distributions(strides, offset, lag=0.0, joined=0):
    def make(case):
        cells, steps = grid(*case["size"], strides, offset)
        centres = cells * steps - lag
        places = np.arange(8, dtype=np.float32)

        def decode(outputs, least):
            if joined:
                scores, sides = outputs[0][0][:, :-joined], outputs[0][0][:, -joined:]
            else:
                half = len(outputs) // 2
                scores = np.concatenate([output[0] for output in outputs[:half]])
                sides = np.concatenate([output[0] for output in outputs[half:]])
            rows, top, classes = best_of(scores, least)
            parts = sides[rows].reshape(-1, 4, 8)
            parts = np.exp(parts - parts.max(2, keepdims=True))
            distances = parts @ places / parts.sum(2) * steps[rows]
            boxes = np.concatenate([centres[rows] - distances[:, :2], centres[rows] + distances[:, 2:]], 1)
            return boxes, top, classes

        return decode

    return make


def fastestdet(case):
    width, height = case["size"]

    def decode(outputs, least):
        numbers, rows, columns = outputs[0][0].shape
        output = outputs[0][0].reshape(numbers, -1)
        scores = output[0] ** 0.6 * output[5:].max(0) ** 0.4
        cells = np.flatnonzero(scores >= least)
        part = output[:, cells]
        middle = (np.stack([cells % columns, cells // columns]) + np.tanh(part[1:3])).T / [columns, rows] * [width, height]
        return corners(middle, sigmoid(part[3:5]).T * [width, height]), scores[cells], part[5:].argmax(0)

    return decode


def yunet(case):
    cells, steps = grid(*case["size"], (8, 16, 32))

    def decode(outputs, least):
        cls, obj, sides, points = (np.concatenate([output[0] for output in outputs[n : n + 3]]) for n in (0, 3, 6, 9))
        scores = np.sqrt(cls[:, 0] * obj[:, 0])
        rows = np.flatnonzero(scores >= least)
        middle = (cells[rows] + sides[rows, :2]) * steps[rows]
        (points[rows].reshape(-1, 5, 2) + cells[rows, None]) * steps[rows, None]  # The landmarks.
        return corners(middle, np.exp(sides[rows, 2:]) * steps[rows]), scores[rows], np.zeros(len(rows), int)

    return decode


def scrfd(case):
    cells, steps = (np.repeat(each, 2, 0) for each in grid(*case["size"], (8, 16, 32)))

    def decode(outputs, least):
        scores, sides, points = (np.concatenate(outputs[n : n + 3]) for n in (0, 3, 6))
        rows = np.flatnonzero(scores[:, 0] >= least)
        part = sides[rows]
        (points[rows].reshape(-1, 5, 2) + cells[rows, None]) * steps[rows, None]  # The landmarks.
        boxes = np.concatenate([cells[rows] - part[:, :2], cells[rows] + part[:, 2:]], 1) * steps[rows]
        return boxes, scores[rows, 0], np.zeros(len(rows), int)

    return decode


def ultraface(case):
    size = np.array(case["size"] * 2, dtype=np.float32)

    def decode(outputs, least):
        scores = outputs[0][0][:, 1]
        rows = np.flatnonzero(scores >= least)
        return outputs[1][0][rows] * size, scores[rows], np.zeros(len(rows), int)

    return decode


def end_to_end(case):
    def decode(outputs, least):
        part = outputs[0][0][outputs[0][0][:, 4] >= least]
        return part[:, :4], part[:, 4], part[:, 5].astype(int)

    return decode


def queries(logits, sides):
    def make(case):
        size = np.array(case["size"], dtype=np.float32)

        def decode(outputs, least):
            scores = outputs[logits][0]
            rows, classes = np.nonzero(scores >= np.log(least / (1 - least)))
            part = outputs[sides][0][rows]
            return corners(part[:, :2] * size, part[:, 2:] * size), sigmoid(scores[rows, classes]), classes

        return decode

    return make


FAMILIES = {
    "yolox": yolox,
    "yolov5": yolov5,
    "yolov8": yolov8,
    "yolo-face": yolo_face,
    "nanodet": distributions((8, 16, 32), 0.5, 0.5),
    "nanodet-plus": distributions((8, 16, 32, 64), 0.0, joined=32),
    "picodet": distributions((8, 16, 32, 64), 0.5),
    "fastestdet": fastestdet,
    "yunet": yunet,
    "scrfd": scrfd,
    "ultraface": ultraface,
    "end-to-end": end_to_end,
    "rt-detr": queries(0, 1),
    "rf-detr": queries(1, 0),
}


def measure(case, repeats):
    width, height = case["size"] = [case["input"]["width"], case["input"]["height"]]
    outputs = [np.fromfile(each["file"], np.float32).reshape(each["dims"]) for each in case["tensors"]]
    decode = FAMILIES[case["family"]](case)

    def run():
        boxes, scores, classes = decode(outputs, case["minScore"])
        if case["iou"] < 1:
            kept = suppress(boxes, scores, classes, case["iou"], max(width, height))
        else:
            kept = scores.argsort()[::-1]
        return boxes[kept] / [width, height, width, height], scores[kept], classes[kept]

    for _ in range(5):
        run()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    milliseconds = float(np.median(times)) * 1000
    boxes, scores, classes = run()
    places = boxes[:, :2].sum() + (boxes[:, 2:] - boxes[:, :2]).sum()
    return {"milliseconds": milliseconds, "boxes": len(boxes), "sum": float(places + scores.sum() + classes.sum())}


with open(sys.argv[1]) as file:
    cases = json.load(file)
print(json.dumps({case["family"]: measure(case, int(sys.argv[2])) for case in cases}))

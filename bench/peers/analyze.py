"""The peer: the loop that a Python programmer writes from OpenCV, onnxruntime, numpy and supervision.

Usage: analyze.py CLIP MODEL TRACKS
Thresholds are those of `sightline analyze`. Writes TRACKS as MOT Challenge CSV and prints one JSON object with
the number of frames and the seconds from the first frame asked for to the last line written.
"""

import json
import os
import sys
import time
import warnings

warnings.simplefilter("ignore")  # supervision says that its ByteTrack will go.

import cv2
import numpy as np
import onnxruntime
import supervision

from suppression import suppress

SIDE = 416
MIN_SCORE = 0.1
NMS_IOU = 0.45


def letterbox(frame):
    """The frame as the model takes it, [1, 3, 416, 416] BGR, and the factor by which it was scaled."""
    height, width = frame.shape[:2]
    ratio = min(SIDE / height, SIDE / width)
    canvas = np.full((SIDE, SIDE, 3), 114, dtype=np.uint8)
    scaled = cv2.resize(frame, (round(width * ratio), round(height * ratio)), interpolation=cv2.INTER_LINEAR)
    canvas[: scaled.shape[0], : scaled.shape[1]] = scaled
    return np.ascontiguousarray(canvas.transpose(2, 0, 1)[None], dtype=np.float32), ratio


def make_grid():
    """Column and row of each cell, [3549, 2], and its stride, [3549, 1]."""
    cells, strides = [], []
    for stride in (8, 16, 32):
        count = SIDE // stride
        columns, rows = np.meshgrid(np.arange(count), np.arange(count))
        cells.append(np.stack((columns, rows), axis=2).reshape(-1, 2))
        strides.append(np.full((count * count, 1), stride))
    return np.concatenate(cells), np.concatenate(strides)


def decode(output, grid, strides, ratio):
    """The model's rows as boxes in pixels of the frame."""
    classes = output[:, 5:].argmax(axis=1)
    scores = output[:, 4] * output[np.arange(len(output)), 5 + classes]
    sure = scores >= MIN_SCORE
    rows, scores, classes = output[sure], scores[sure], classes[sure]
    centres = (rows[:, :2] + grid[sure]) * strides[sure]
    halves = np.exp(rows[:, 2:4]) * strides[sure] / 2
    boxes = np.concatenate((centres - halves, centres + halves), axis=1)
    kept = suppress(boxes, scores, classes, NMS_IOU, SIDE)
    return supervision.Detections(xyxy=boxes[kept] / ratio, confidence=scores[kept], class_id=classes[kept])


def main(clip, model, tracks):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    grid, strides = make_grid()
    video = cv2.VideoCapture(clip)
    fps = video.get(cv2.CAP_PROP_FPS)
    # A lost track is kept for 2 s: the buffer counts frames at 30 fps.
    tracker = supervision.ByteTrack(lost_track_buffer=60, frame_rate=fps)

    frames = 0
    started = time.perf_counter()
    with open(tracks, "w") as file:
        while True:
            there, frame = video.read()
            if not there:
                break
            frames += 1
            pixels, ratio = letterbox(frame)
            output = session.run(None, {name: pixels})[0][0]
            tracked = tracker.update_with_detections(decode(output, grid, strides, ratio))
            for (x1, y1, x2, y2), score, track in zip(tracked.xyxy, tracked.confidence, tracked.tracker_id):
                file.write(f"{frames},{track},{x1:.2f},{y1:.2f},{x2 - x1:.2f},{y2 - y1:.2f},{score:.4f},-1,-1,-1\n")
    print(json.dumps({"frames": frames, "loop_seconds": time.perf_counter() - started}))


main(*sys.argv[1:])

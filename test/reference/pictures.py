"""Pixels for the references: the very ones that the tests make for themselves, and OpenCV's own."""

import hashlib
import os

import cv2
import numpy as np

CLIPS = os.environ["SIGHTLINE_CLIPS"]
MODELS = os.environ["SIGHTLINE_MODELS"]


def read_picture(name):
    """RGB, rows × columns × 3."""
    return cv2.cvtColor(cv2.imread(f"{CLIPS}/images/{name}.jpg"), cv2.COLOR_BGR2RGB)


def read_frames(path, indices):
    """The frames of a clip that `indices` (ascending) asks for, as RGB."""
    capture = cv2.VideoCapture(f"{CLIPS}/{path}")
    frames = {}
    for index in range(max(indices) + 1):
        found, frame = capture.read()
        assert found
        if index in indices:
            frames[index] = cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
    return frames


def resize_nearest(picture, width, height):
    """Column x of the result is column floor(x·W/w) of the picture; rows likewise."""
    rows = np.arange(height) * picture.shape[0] // height
    columns = np.arange(width) * picture.shape[1] // width
    return picture[rows][:, columns]


def resize_linear(picture, width, height):
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)


def letterbox_top_left(picture, width, height, pad, resize):
    """The picture scaled into the upper left corner, and by how much in each direction."""
    ratio = min(width / picture.shape[1], height / picture.shape[0])
    scaled_width, scaled_height = round(picture.shape[1] * ratio), round(picture.shape[0] * ratio)
    boxed = np.full((height, width, 3), pad, np.uint8)
    boxed[:scaled_height, :scaled_width] = resize(picture, scaled_width, scaled_height)
    return boxed, (scaled_width / picture.shape[1], scaled_height / picture.shape[0])


def letterbox_centre(picture, width, height, pad, resize):
    """The picture scaled into the middle, by how much in each direction, and where its corner lies."""
    ratio = min(width / picture.shape[1], height / picture.shape[0])
    scaled_width, scaled_height = round(picture.shape[1] * ratio), round(picture.shape[0] * ratio)
    left, top = (width - scaled_width) // 2, (height - scaled_height) // 2
    boxed = np.full((height, width, 3), pad, np.uint8)
    boxed[top : top + scaled_height, left : left + scaled_width] = resize(picture, scaled_width, scaled_height)
    return boxed, (scaled_width / picture.shape[1], scaled_height / picture.shape[0]), (left, top)


def fingerprint(pixels):
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


def suppress(boxes, scores, iou):
    """Greedy non-maximum suppression of x, y, w, h boxes: indices of those kept, best first."""
    order = list(np.argsort(-scores, kind="stable"))
    kept = []
    while order:
        best = order.pop(0)
        kept.append(best)
        remaining = []
        for other in order:
            left, top = np.maximum(boxes[best, :2], boxes[other, :2])
            right, bottom = np.minimum(boxes[best, :2] + boxes[best, 2:], boxes[other, :2] + boxes[other, 2:])
            shared = max(0, right - left) * max(0, bottom - top)
            union = boxes[best, 2] * boxes[best, 3] + boxes[other, 2] * boxes[other, 3] - shared
            if shared / union <= iou:
                remaining.append(other)
        order = remaining
    return kept

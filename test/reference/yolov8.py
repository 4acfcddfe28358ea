"""YOLOv8 and YOLO11 by its published processing, in numpy: what src/vision/families/yolov8.ts has to give.

    pip install numpy onnxruntime opencv-python-headless
    SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… python test/reference/yolov8.py NAME > test/reference/NAME.json  # yolov8 and yolo11
"""

import sys

import numpy as np

from frames import Model, write


def decode(outputs):
    rows = outputs[0][0].T
    middle, size, scores = rows[:, :2], rows[:, 2:4], rows[:, 4:]
    boxes = np.concatenate([middle - size / 2, middle + size / 2], 1)
    return boxes, scores.max(1), scores.argmax(1)


def yolov8(file, side):
    return Model(file, "centre", side, side, 114, lambda pixels: pixels / 255, decode, 0.25, 0.7)


MODELS = {"yolov8": yolov8("detect/yolov8n_int8.onnx", 640), "yolo11": yolov8("detect/yolo11n_int8.onnx", 320)}

if __name__ == "__main__":
    write(MODELS[sys.argv[1]])

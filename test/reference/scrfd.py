"""SCRFD by its published processing, in numpy: what src/vision/families/scrfd.ts has to give.

    pip install numpy onnxruntime opencv-python-headless
    SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… python test/reference/scrfd.py > test/reference/scrfd.json
"""

import numpy as np

from frames import Model, write

SIDE = 640


def decode(outputs):
    boxes, scores, points = [], [], []
    for level, stride in enumerate((8, 16, 32)):
        count = SIDE // stride
        corners = np.stack(np.mgrid[:count, :count][::-1], -1).reshape(-1, 2) * stride
        corners = np.repeat(corners, 2, 0)
        sides, marks = outputs[3 + level] * stride, outputs[6 + level] * stride
        boxes.append(np.concatenate([corners - sides[:, :2], corners + sides[:, 2:]], 1))
        points.append(marks.reshape(-1, 5, 2) + corners[:, None])
        scores.append(outputs[level][:, 0])
    scores = np.concatenate(scores)
    return np.concatenate(boxes), scores, np.zeros(len(scores), int), np.concatenate(points)


SCRFD = Model("face/scrfd_2.5g_bnkps.onnx", "top-left", SIDE, SIDE, 0, lambda pixels: (pixels - 127.5) / 128, decode, 0.5, 0.4)

if __name__ == "__main__":
    write(SCRFD)

"""NanoDet by its published processing, in numpy: what src/vision/families/nanodet.ts has to give.

    pip install numpy onnxruntime opencv-python-headless
    SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… python test/reference/nanodet.py > test/reference/nanodet.json
"""

import numpy as np

from frames import Model, write

SIDE = 416
MEAN, STD = np.array([103.53, 116.28, 123.675]), np.array([57.375, 57.12, 58.395])


def decode(outputs):
    boxes, scores = [], []
    for stride, level_scores, sides in zip((8, 16, 32), outputs[:3], outputs[3:]):
        count = SIDE // stride
        rows, columns = np.mgrid[:count, :count]
        centres = np.stack([columns.ravel(), rows.ravel()], 1) * stride + (stride - 1) / 2
        parts = np.exp(sides[0].reshape(-1, 4, 8))
        distances = (parts / parts.sum(2, keepdims=True) * np.arange(8)).sum(2) * stride
        boxes.append(np.concatenate([centres - distances[:, :2], centres + distances[:, 2:]], 1))
        scores.append(level_scores[0])
    scores = np.concatenate(scores)
    return np.concatenate(boxes), scores.max(1), scores.argmax(1)


def encode(pixels):
    return (pixels[:, :, ::-1] - MEAN) / STD


NANODET = Model("detect/nanodet_m_416.onnx", "centre", SIDE, SIDE, 0, encode, decode, 0.35, 0.6)

if __name__ == "__main__":
    write(NANODET)

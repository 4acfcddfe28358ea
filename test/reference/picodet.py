"""PicoDet by its published processing, in numpy: what src/vision/families/picodet.ts has to give.

    pip install numpy onnxruntime opencv-python-headless
    SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… python test/reference/picodet.py > test/reference/picodet.json
"""

import numpy as np

from frames import Model, write

SIDE = 416
MEAN, STD = np.array([103.53, 116.28, 123.675]), np.array([57.375, 57.12, 58.395])


def decode(outputs):
    anchors, distances = [], []
    for stride, sides in zip((8, 16, 32, 64), outputs[4:]):
        count = -(-SIDE // stride)
        middles = (np.arange(count) + 0.5) * stride
        xs, ys = np.meshgrid(middles, middles)
        anchors.append(np.stack([xs.ravel(), ys.ravel()], 1))
        logits = sides[0].reshape(-1, 8)
        weights = np.exp(logits - logits.max(1, keepdims=True))
        distances.append((weights @ np.arange(8) / weights.sum(1)).reshape(-1, 4) * stride)
    anchors, distances = np.concatenate(anchors), np.concatenate(distances)
    scores = np.concatenate([output[0] for output in outputs[:4]])
    boxes = np.concatenate([anchors - distances[:, :2], anchors + distances[:, 2:]], 1)
    return boxes, scores.max(1), scores.argmax(1)


def encode(pixels):
    return (pixels[:, :, ::-1] - MEAN) / STD


PICODET = Model("detect/picodet_s_416_coco.onnx", "stretch", SIDE, SIDE, 0, encode, decode, 0.4, 0.6)

if __name__ == "__main__":
    write(PICODET)

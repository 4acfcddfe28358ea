"""YuNet by its published processing, in numpy: what src/vision/families/yunet.ts has to give.

    pip install numpy onnxruntime opencv-python-headless
    SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… python test/reference/yunet.py > test/reference/yunet.json
"""

import numpy as np

from frames import Model, write

SIZE = 640


def decode(outputs):
    boxes, scores, points = [], [], []
    for level, stride in enumerate((8, 16, 32)):
        cls, obj, bbox, kps = (outputs[head * 3 + level][0] for head in range(4))
        side = SIZE // stride
        rows, columns = np.divmod(np.arange(side * side), side)
        cells = np.stack([columns, rows], 1)
        middle = (cells + bbox[:, :2]) * stride
        half = np.exp(bbox[:, 2:]) * stride / 2
        boxes.append(np.concatenate([middle - half, middle + half], 1))
        scores.append(np.sqrt(np.clip(cls[:, 0], 0, 1) * np.clip(obj[:, 0], 0, 1)))
        points.append((kps.reshape(-1, 5, 2) + cells[:, None]) * stride)
    scores = np.concatenate(scores)
    return np.concatenate(boxes), scores, np.zeros(len(scores), int), np.concatenate(points)


def yunet(file):
    return Model(file, "top-left", SIZE, SIZE, 0, lambda pixels: pixels[:, :, ::-1], decode, 0.6, 0.3)


FIXED = yunet("face/face_detection_yunet_2023mar.onnx")
DYNAMIC = yunet("face/yunet_n_dynamic.onnx")

if __name__ == "__main__":
    write(FIXED, linear=True)

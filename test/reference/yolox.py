"""YOLOX by its published processing, in numpy: what src/vision/families/yolox.ts has to give.

    pip install numpy onnxruntime opencv-python-headless
    SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… python test/reference/yolox.py > test/reference/yolox.json
"""

import numpy as np

from frames import Model, write

CLIPS = {"mot/MOT15/TUD-Stadtmitte/TUD-Stadtmitte.mp4": [0, 90], "mot/MOT15/PETS09-S2L1/PETS09-S2L1_1-300.mp4": [0, 90]}


def decoder(size):
    centres, strides = [], []
    for stride in (8, 16, 32):
        side = size // stride
        rows, columns = np.mgrid[:side, :side]
        centres.append(np.stack([columns.ravel(), rows.ravel()], 1))
        strides.append(np.full((side * side, 1), stride))
    centres, strides = np.concatenate(centres), np.concatenate(strides)

    def decode(outputs):
        cells = outputs[0][0]
        middle = (cells[:, :2] + centres) * strides
        half = np.exp(cells[:, 2:4]) * strides / 2
        scores = cells[:, 4:5] * cells[:, 5:]
        return np.concatenate([middle - half, middle + half], 1), scores.max(1), scores.argmax(1)

    return decode


def yolox(file, size):
    return Model(file, "top-left", size, size, 114, lambda pixels: pixels[:, :, ::-1], decoder(size), 0.25, 0.45)


NANO = yolox("detect/yolox_nano.onnx", 416)
PERSON = yolox("detect/person_yolox_nano_kazuhito.onnx", 192)

if __name__ == "__main__":
    write(NANO, linear=True, clips=CLIPS)

"""FastestDet by its published processing, in numpy: what src/vision/families/fastestdet.ts has to give.

    pip install numpy onnxruntime opencv-python-headless
    SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… python test/reference/fastestdet.py > test/reference/fastestdet.json
"""

import numpy as np

from frames import Model, write

SIDE = 352


def decode(outputs):
    numbers, height, width = outputs[0][0].shape
    cells = outputs[0][0].reshape(numbers, -1).T
    rows, columns = np.divmod(np.arange(height * width), width)
    middle = (np.stack([columns, rows], 1) + np.tanh(cells[:, 1:3])) / [width, height] * SIDE
    half = SIDE / (1 + np.exp(-cells[:, 3:5])) / 2
    scores = cells[:, 0] ** 0.6 * cells[:, 5:].max(1) ** 0.4
    return np.concatenate([middle - half, middle + half], 1), scores, cells[:, 5:].argmax(1)


FASTESTDET = Model("detect/FastestDet.onnx", "stretch", SIDE, SIDE, 0, lambda pixels: pixels[:, :, ::-1] / 255, decode, 0.65, 0.45)

if __name__ == "__main__":
    write(FASTESTDET)

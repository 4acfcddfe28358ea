"""UltraFace by its published processing, in numpy: what src/vision/families/ultraface.ts has to give.

    pip install numpy onnxruntime opencv-python-headless
    SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… python test/reference/ultraface.py > test/reference/ultraface.json
"""

import numpy as np

from frames import Model, write


def decode(outputs):
    scores, boxes = outputs[0][0], outputs[1][0]
    return boxes * [320, 240, 320, 240], scores[:, 1], np.zeros(len(scores), int)


ULTRAFACE = Model("face/version-RFB-320.onnx", "stretch", 320, 240, 0, lambda pixels: (pixels - 127) / 128, decode, 0.7, 0.3)

if __name__ == "__main__":
    write(ULTRAFACE)

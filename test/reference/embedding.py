"""OSNet by its published processing, in numpy: what src/vision/families/embedding.ts has to give.

    pip install numpy onnxruntime opencv-python-headless
    SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… python test/reference/embedding.py > test/reference/embedding.json
"""

import json
import sys

import numpy as np
import onnxruntime

from pictures import MODELS, fingerprint, read_picture, resize_nearest

WIDTH, HEIGHT = 128, 256
MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])

# People in the pictures: x, y, w, h in pixels.
CROPS = {
    "bus": [[50, 390, 190, 510], [220, 400, 125, 455], [670, 390, 140, 490]],
    "zidane": [[130, 195, 560, 520], [740, 40, 400, 670]],
}


def embed(session, picture, box):
    x, y, w, h = box
    pixels = resize_nearest(picture[y : y + h, x : x + w], WIDTH, HEIGHT)
    blob = ((pixels / 255 - MEAN) / STD).transpose(2, 0, 1)[None].astype(np.float32)
    (output,) = session.run(None, {"input": np.ascontiguousarray(blob)})
    vector = output[0].astype(np.float64)
    return {"box": box, "pixels": fingerprint(pixels), "vector": [round(v, 6) for v in vector / np.linalg.norm(vector)]}


def main():
    model = f"{MODELS}/embed/osnet_x0_25_msmt17.onnx"
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    people = {name: [embed(session, read_picture(name), box) for box in boxes] for name, boxes in CROPS.items()}
    json.dump(people, sys.stdout)


main()

"""Pictures scaled by OpenCV's INTER_LINEAR, as models' published processing scales them: the SHA-256 of each result.

    pip install numpy opencv-python-headless
    python test/reference/scaling.py > test/reference/scaling.json
"""

import hashlib
import json
import sys

import cv2
import numpy as np

SIZES = [(96, 72, 40, 30), (33, 17, 100, 50), (64, 48, 32, 24), (81, 108, 48, 64), (768, 576, 320, 240), (10, 10, 10, 10)]


def picture(width, height):
    """Bytes that test/media/picture-scaling.test.ts makes as well."""
    places = np.arange(width * height * 3, dtype=np.uint64)
    return ((places * 2654435761 % 2**32) >> 13 & 255).astype(np.uint8).reshape(height, width, 3)


def main():
    results = []
    for width, height, to_width, to_height in SIZES:
        scaled = cv2.resize(picture(width, height), (to_width, to_height), interpolation=cv2.INTER_LINEAR)
        digest = hashlib.sha256(scaled.tobytes()).hexdigest()
        results.append({"from": [width, height], "to": [to_width, to_height], "sha256": digest})
    json.dump(results, sys.stdout, indent=1)
    print()


main()

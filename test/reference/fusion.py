"""Weighted boxes fusion by its authors' own code: what src/vision/several/fuse-boxes.ts has to give.

    pip install ensemble-boxes
    python test/reference/fusion.py > test/reference/fusion.json
"""

import json
import sys

import numpy as np
from ensemble_boxes import weighted_boxes_fusion

CASES = [
    {"weights": [1, 1], "iou": 0.55},
    {"weights": [1, 1, 1], "iou": 0.55},
    {"weights": [2, 1, 1], "iou": 0.55},
    {"weights": [1, 3], "iou": 0.7},
    {"weights": [1], "iou": 0.5},
]
LABELS = 3


def crowd(random, models):
    """What models of differing care see of the same twenty things: some missed, some twice, some that are none."""
    corner, size = random.uniform(0.05, 0.7, (20, 2)), random.uniform(0.05, 0.2, (20, 2))
    things, labels = np.concatenate([corner, corner + size], 1), random.integers(0, LABELS, 20)
    found = []
    for model in range(models):
        seen = np.flatnonzero(random.random(20) < 0.8)
        seen = np.concatenate([seen, random.choice(seen, 3)])
        boxes = things[seen] + random.normal(0, 0.004 * (model + 1), (len(seen), 4))
        found.append(
            {
                "boxes": np.round(np.clip(boxes, 0, 1), 5).tolist(),
                "scores": np.round(random.uniform(0.1, 1, len(seen)), 5).tolist(),
                "labels": labels[seen].tolist(),
            }
        )
    return found


def fused(found, weights, iou):
    columns = [[each[key] for each in found] for key in ("boxes", "scores", "labels")]
    boxes, scores, labels = weighted_boxes_fusion(*columns, weights=weights, iou_thr=iou, skip_box_thr=0.0)
    order = np.argsort(-scores, kind="stable")
    return {
        "boxes": np.round(boxes[order].astype(float), 5).tolist(),
        "scores": np.round(scores[order].astype(float), 5).tolist(),
        "labels": labels[order].astype(int).tolist(),
    }


def main():
    random = np.random.default_rng(7)
    cases = []
    for case in CASES:
        found = crowd(random, len(case["weights"]))
        cases.append({**case, "found": found, "fused": fused(found, **case)})
    json.dump(cases, sys.stdout)


main()

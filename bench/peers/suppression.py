"""What the peers share."""

import numpy as np


def suppress(boxes, scores, classes, iou, apart):
    """Greedy suppression within each class: rows kept, best first. No box is larger than `apart`."""
    x1, y1, x2, y2 = (boxes + classes[:, None] * 8 * apart).T
    areas = (x2 - x1) * (y2 - y1)
    order = scores.argsort()[::-1]
    kept = []
    while order.size > 0:
        best, rest = order[0], order[1:]
        kept.append(best)
        width = np.maximum(0, np.minimum(x2[best], x2[rest]) - np.maximum(x1[best], x1[rest]))
        height = np.maximum(0, np.minimum(y2[best], y2[rest]) - np.maximum(y1[best], y1[rest]))
        shared = width * height
        order = rest[shared / (areas[best] + areas[rest] - shared) <= iou]
    return kept

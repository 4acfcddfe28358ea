"""The peer: supervision's LineZone and PolygonZone over track points.

Usage: measure.py REGIONS.json POINTS.f32 TRACKS LIFE
Prints the seconds that the triggers take, and what they count. Detections are made before the clock starts.
"""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")

import numpy as np
import supervision as sv

WIDTH, HEIGHT = 1920, 1080


def pixels(points):
    return np.array([[x * WIDTH, y * HEIGHT] for x, y in points])


def main(regions, points, tracks, life):
    with open(regions) as file:
        drawn = json.load(file)
    boxes = np.fromfile(points, dtype=np.float32).astype(np.float64).reshape(-1, tracks, 4)
    scale = np.array([WIDTH, HEIGHT, WIDTH, HEIGHT])
    frames = []
    for index, (x, y, w, h) in enumerate(boxes.transpose(0, 2, 1)):
        ids = np.arange(tracks) + index // life * tracks + 1
        xyxy = np.stack([x, y, x + w, y + h], axis=1) * scale
        frames.append(sv.Detections(xyxy=xyxy, tracker_id=ids, class_id=np.zeros(tracks, dtype=int)))
    anchor = [sv.Position.BOTTOM_CENTER]
    lines = []
    for points in drawn["lines"]:
        (ax, ay), (bx, by) = pixels(points)
        lines.append(sv.LineZone(start=sv.Point(ax, ay), end=sv.Point(bx, by), triggering_anchors=anchor))
    zones = [sv.PolygonZone(polygon=pixels(points).round().astype(int), triggering_anchors=anchor) for points in drawn["zones"]]

    inside = 0
    started = time.perf_counter()
    for detections in frames:
        for line in lines:
            line.trigger(detections)
        for zone in zones:
            zone.trigger(detections)
            inside += zone.current_count
    seconds = time.perf_counter() - started
    crossed = sum(line.in_count + line.out_count for line in lines)
    print(json.dumps({"points": boxes.shape[0] * tracks, "seconds": seconds, "crossed": crossed, "inside": int(inside)}))


main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

"""The peers: trackers of the packages `trackers` and supervision, and authors' programs, over MOT Challenge detections.

Usage: track.py PLAN.json
The plan is a list of {tracker, detections, fps, frames, out, options}. Each writes `out`, tracks as MOT Challenge CSV,
with the boxes that the tracker hands out. Frames without boxes are frames. Prints the seconds in all.
Authors' programs are looked for in SIGHTLINE_PEERS: abewley/sort in sort, noahcao/OC_SORT in OC_SORT.
"""

import json
import os
import sys
import time
import types
import warnings

warnings.simplefilter("ignore")

import numpy as np
import supervision as sv
import trackers

CLASSES = {
    "sort": trackers.SORTTracker,
    "bytetrack": trackers.ByteTrackTracker,
    "ocsort": trackers.OCSORTTracker,
    "botsort": trackers.BoTSORTTracker,
    "cbiou": trackers.CBIoUTracker,
}


def make(name, fps, options):
    """Supervision's is the author's program, rewritten; the others are of the package `trackers`. All of one interface."""
    if name.startswith("authors-"):
        return authors_program(name, options)
    if name == "supervision-tracks":
        tracker = sv.ByteTrack(frame_rate=fps, **options)
        return lambda boxes, scores: [
            (*track.tlbr, track.score, track.external_track_id)
            for track in tracker.update_with_tensors(np.hstack([boxes, scores[:, None]]))
        ]
    if name == "supervision":
        return as_packages_do(sv.ByteTrack(frame_rate=fps, **options).update_with_detections)
    if name == "botsort":
        options = {"enable_cmc": False, **options}
    return as_packages_do(CLASSES[name](frame_rate=fps, **options).update)


def as_packages_do(update):
    """Boxes and scores in; edges, score and id of each track out."""

    def step(boxes, scores):
        classes = np.zeros(len(boxes), dtype=int)
        tracked = update(sv.Detections(xyxy=boxes, confidence=scores, class_id=classes))
        rows = zip(tracked.xyxy, tracked.confidence, tracked.tracker_id)
        return [(*edges, score, track_id + 1) for edges, score, track_id in rows if track_id >= 0]

    return step


def authors_program(name, options):
    """Where a program draws or reads pictures, it is given empty modules: nothing of that is called."""
    folder = os.environ["SIGHTLINE_PEERS"]
    for module in ["matplotlib", "matplotlib.pyplot", "matplotlib.patches", "skimage", "skimage.io"]:
        sys.modules[module] = types.ModuleType(module)
    sys.modules["matplotlib"].use = lambda backend: None
    sys.modules["skimage"].io = sys.modules["skimage.io"]
    least = options.pop("min_score", 0)
    if name == "authors-sort":
        sys.path.insert(0, os.path.join(folder, "sort"))
        from sort import KalmanBoxTracker, Sort

        KalmanBoxTracker.count = 0
        update = Sort(**options).update
    else:
        sys.path.insert(0, os.path.join(folder, "OC_SORT/trackers"))
        from ocsort_tracker.ocsort import OCSort

        tracker = OCSort(**options)
        update = lambda boxes: tracker.update(boxes, [1, 1], [1, 1])

    def step(boxes, scores):
        rows = np.hstack([boxes, scores[:, None]])[scores >= least]
        return [(*row[:4], 1, row[4]) for row in update(rows)]

    return step


def read(path, frames):
    """For each frame its boxes as x1, y1, x2, y2 and their scores. A score of -1 says that there is none."""
    rows = np.loadtxt(path, delimiter=",", ndmin=2)
    rows = rows[(rows[:, 4] > 0) & (rows[:, 5] > 0)]
    of_frame = [rows[rows[:, 0] == frame] for frame in range(1, frames + 1)]
    scores = [np.where(rows[:, 6] == -1, 1, rows[:, 6]) for rows in of_frame]
    return [(np.hstack([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]]), s) for rows, s in zip(of_frame, scores)]


def track(tracker, detections, fps, frames, out, options):
    step = make(tracker, fps, options)
    with open(out, "w") as file:
        for frame, (boxes, scores) in enumerate(read(detections, frames), 1):
            for x1, y1, x2, y2, score, track_id in step(boxes, scores):
                box = f"{x1:.2f},{y1:.2f},{x2 - x1:.2f},{y2 - y1:.2f}"
                file.write(f"{frame},{int(track_id)},{box},{score:.4f},-1,-1,-1\n")


def main(plan):
    started = time.perf_counter()
    with open(plan) as file:
        for run in json.load(file):
            track(**run)
    print(json.dumps({"seconds": time.perf_counter() - started}))


main(*sys.argv[1:])

"""The peers: trackers of the packages `trackers` and supervision, over MOT Challenge detections.

Usage: track.py PLAN.json
The plan is a list of {tracker, detections, fps, frames, out, options}. Each writes `out`, tracks as MOT Challenge CSV,
with the boxes that the tracker hands out. Frames without boxes are frames. Prints the seconds in all.
"""

import json
import sys
import time
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
    if name == "supervision":
        tracker = sv.ByteTrack(frame_rate=fps, **options)
        return tracker.update_with_detections
    if name == "botsort":
        options = {"enable_cmc": False, **options}
    if options.get("state_estimator_class"):
        from trackers.utils import state_representations

        options = {**options, "state_estimator_class": getattr(state_representations, options["state_estimator_class"])}
    return CLASSES[name](frame_rate=fps, **options).update


def read(path, frames):
    """For each frame its boxes as x1, y1, x2, y2 and their scores. A score of -1 says that there is none."""
    rows = np.loadtxt(path, delimiter=",", ndmin=2)
    rows = rows[(rows[:, 4] > 0) & (rows[:, 5] > 0)]
    of_frame = [rows[rows[:, 0] == frame] for frame in range(1, frames + 1)]
    scores = [np.where(rows[:, 6] == -1, 1, rows[:, 6]) for rows in of_frame]
    return [(np.hstack([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]]), s) for rows, s in zip(of_frame, scores)]


def track(tracker, detections, fps, frames, out, options):
    update = make(tracker, fps, options)
    with open(out, "w") as file:
        for frame, (boxes, scores) in enumerate(read(detections, frames), 1):
            tracked = update(sv.Detections(xyxy=boxes, confidence=scores, class_id=np.zeros(len(boxes), dtype=int)))
            for (x1, y1, x2, y2), score, track_id in zip(tracked.xyxy, tracked.confidence, tracked.tracker_id):
                if track_id < 0:
                    continue
                file.write(f"{frame},{track_id + 1},{x1:.2f},{y1:.2f},{x2 - x1:.2f},{y2 - y1:.2f},{score:.4f},-1,-1,-1\n")


def main(plan):
    started = time.perf_counter()
    with open(plan) as file:
        for run in json.load(file):
            track(**run)
    print(json.dumps({"seconds": time.perf_counter() - started}))


main(*sys.argv[1:])

"""The peer: supervision's ByteTrack over frames of boxes.

Usage: tracker.py BOXES.f32 COUNT
Prints the milliseconds of processor time a frame that the association takes, without Detections being made of it, and
how many ids were given.
"""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")

import numpy as np
import supervision as sv


def main(path, count):
    frames = np.fromfile(path, dtype=np.float32).astype(np.float64).reshape(-1, count, 5)
    tracker = sv.ByteTrack(lost_track_buffer=60, frame_rate=30)
    ids = set()
    started = time.thread_time()
    for boxes in frames:
        ids.update(track.external_track_id for track in tracker.update_with_tensors(boxes))
    seconds = time.thread_time() - started
    print(json.dumps({"ms": seconds * 1000 / len(frames), "ids": len(ids)}))


main(sys.argv[1], int(sys.argv[2]))

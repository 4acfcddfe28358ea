"""People in the MOT15 frames that come with pixels: what each model finds by its published processing, and how much of it is true.

    pip install numpy onnxruntime opencv-python-headless
    SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… python test/reference/mot15.py > mot15-all.json
    SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… python test/reference/mot15.py 30 2 > test/reference/mot15.json  # the short form

The short form has two frames of each clip, 30 apart; models may be named after the two numbers. `node test/reference/mot15.ts mot15-all.json` compares ours with it.
"""

import csv
import json
import sys

import cv2
import numpy as np

import fastestdet
import nanodet
import picodet
import scrfd
import ultraface
import yolov8
import yolox
import yunet
from frames import detect, open_model
from pictures import CLIPS, resize_linear

SEQUENCES = {"TUD-Stadtmitte": "TUD-Stadtmitte.mp4", "PETS09-S2L1": "PETS09-S2L1_1-300.mp4"}
PEOPLE = {
    "yolox-nano": yolox.NANO,
    "person-yolox-nano": yolox.PERSON,
    "picodet-s-416": picodet.PICODET,
    "nanodet-m-416": nanodet.NANODET,
    "fastestdet": fastestdet.FASTESTDET,
    "yolov8n-int8": yolov8.MODELS["yolov8"],
    "yolo11n-int8": yolov8.MODELS["yolo11"],
}
FACES = {
    "yunet": yunet.FIXED,
    "yunet-dynamic": yunet.DYNAMIC,
    "ultraface-rfb-320": ultraface.ULTRAFACE,
    "scrfd-2-5g": scrfd.SCRFD,
}
PERSON = 0
IOU = 0.5


def read_truth(sequence):
    """By frame (from 1): boxes (x, y, w, h), and which of them count."""
    frames = {}
    with open(f"{CLIPS}/mot/MOT15/{sequence}/gt/gt.txt") as file:
        for row in csv.reader(file):
            boxes, counted = frames.setdefault(int(row[0]), ([], []))
            boxes.append([float(value) for value in row[2:6]])
            counted.append(float(row[6]) != 0)
    return {frame: (np.array(boxes), np.array(counted)) for frame, (boxes, counted) in frames.items()}


def overlaps(box, others):
    """Intersection over union of one box with each of the others."""
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(np.add(box[:2], box[2:]), others[:, :2] + others[:, 2:])
    shared = np.prod(np.clip(high - low, 0, None), 1)
    return shared / (box[2] * box[3] + others[:, 2] * others[:, 3] - shared)


def count(detections, boxes, counted):
    """
    True boxes that count, those that are found, and false alarms. The surest detection chooses first, of the true boxes left the one
    that it covers best. What covers a box that does not count is neither.
    """
    free = counted.copy()
    hits = alarms = 0
    for detection in detections:
        shares = overlaps(detection["box"], boxes)
        best = int(np.argmax(np.where(free, shares, -1)))
        if free[best] and shares[best] >= IOU:
            free[best] = False
            hits += 1
        elif not np.any(shares[~counted] >= IOU):
            alarms += 1
    return np.array([int(counted.sum()), hits, alarms])


def clip_of(model, sequence, every, most, is_face):
    session = open_model(model)
    truth = read_truth(sequence)
    capture = cv2.VideoCapture(f"{CLIPS}/mot/MOT15/{sequence}/{SEQUENCES[sequence]}")
    totals, frames, index = np.zeros(3, int), {}, 0
    while len(frames) < most:
        found, frame = capture.read()
        if not found:
            break
        if index % every == 0:
            detections = detect(session, model, cv2.cvtColor(frame, cv2.COLOR_BGR2RGB), resize_linear)["detections"]
            wanted = [each for each in detections if is_face or each["class"] == PERSON]
            frames[index] = [[*(round(value, 1) for value in each["box"]), round(each["score"], 3)] for each in wanted]
            if not is_face:
                totals += count(wanted, *truth[index + 1])
        index += 1
    counts = None if is_face else dict(zip(("truth", "hits", "alarms"), totals.tolist()))
    return {"counts": counts, "frames": frames}


def main(every=1, most=sys.maxsize, *names):
    result = {}
    for name, model in {**PEOPLE, **FACES}.items():
        if names and name not in names:
            continue
        print(name, file=sys.stderr)
        result[name] = {
            sequence: clip_of(model, sequence, every, most, name in FACES) for sequence in SEQUENCES
        }
    json.dump(result, sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:3]), *sys.argv[3:])

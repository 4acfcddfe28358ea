"""What the reference trackers make of a made-up scene.

    pip install supervision==0.26.1 lap==0.5.13 numpy scipy
    python test/reference/tracking.py > test/reference/tracking.json

`byte` is supervision's ByteTrack with its defaults. `sort` is SORT as its paper and its author's program define
it, written here anew with dense 7x7 matrices and lap's solver, so that it shares nothing with ours but the idea.
The scene: people walking through a 640x360 picture at 25 fps, crossing and stopping, with trembling boxes, scores
between 0.05 and 1, misses for up to a second and false boxes. Boxes are x, y, w, h in pixels.
"""

import json
import warnings

import lap
import numpy as np

warnings.filterwarnings("ignore")
WIDTH, HEIGHT, FPS, FRAMES, WALKERS = 640, 360, 25, 150, 9


def scene(seed):
    """Per frame an array of x, y, w, h, score."""
    random = np.random.default_rng(seed)
    frames = [[] for _ in range(FRAMES)]
    for walker in range(WALKERS):
        height = random.uniform(60, 140)
        x, y = random.uniform(50, 590), random.uniform(100, 300)
        speed = random.uniform(-4, 4), random.uniform(-0.8, 0.8)
        begin = 0 if walker < 5 else int(random.uniform(5, 70))
        hidden = int(random.uniform(begin + 10, FRAMES)), int(random.uniform(5, 24))
        confidence = random.uniform(0.35, 0.9)
        for frame in range(begin, FRAMES):
            stopped = (frame // 40 + walker) % 4 == 0
            x += 0 if stopped else speed[0]
            y += 0 if stopped else speed[1]
            speed = (-speed[0], speed[1]) if x < 20 or x > 620 else speed
            score = confidence + random.normal(0, 0.15)
            noise = random.normal(0, height / 50, 4)
            if hidden[0] <= frame < hidden[0] + hidden[1] or random.random() < 0.05 or score < 0.05:
                continue
            w, h = height * 0.4 + noise[2], height + noise[3]
            frames[frame].append([x - w / 2 + noise[0], y - h / 2 + noise[1], w, h, min(score, 0.99)])
    for boxes in frames:
        if random.random() < 0.3:
            boxes.append([random.uniform(0, 600), random.uniform(0, 300), 30, 50, random.uniform(0.1, 0.5)])
    return [np.round(np.array(boxes, dtype=float).reshape(-1, 5), 3) for boxes in frames]


def corners(boxes):
    return np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:4]])


class Filter:
    """SORT's Kalman filter over centre x, centre y, area, aspect ratio and three velocities."""

    def __init__(self, box):
        self.x = np.concatenate([self.measure(box), np.zeros(3)])
        self.P = np.diag([10.0] * 4 + [1e4] * 3)
        self.Q = np.diag([1, 1, 1, 1, 0.01, 0.01, 1e-4])
        self.R = np.diag([1.0, 1, 10, 10])
        self.F = np.eye(7) + np.eye(7, k=4)
        self.H = np.eye(4, 7)

    @staticmethod
    def measure(box):
        w, h = box[2] - box[0], box[3] - box[1]
        return np.array([box[0] + w / 2, box[1] + h / 2, w * h, w / h])

    def predict(self):
        if self.x[2] + self.x[6] <= 0:
            self.x[6] = 0
        self.x = self.F @ self.x
        self.P = self.F @ self.P @ self.F.T + self.Q

    def update(self, box):
        S = self.H @ self.P @ self.H.T + self.R
        K = self.P @ self.H.T @ np.linalg.inv(S)
        self.x = self.x + K @ (self.measure(box) - self.H @ self.x)
        self.P = (np.eye(7) - K @ self.H) @ self.P

    def box(self):
        w = np.sqrt(self.x[2] * self.x[3])
        h = self.x[2] / w
        return np.array([self.x[0] - w / 2, self.x[1] - h / 2, self.x[0] + w / 2, self.x[1] + h / 2])


def overlaps(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(2)
    return shared / ((a[:, 2:] - a[:, :2]).prod(1)[:, None] + (b[:, 2:] - b[:, :2]).prod(1)[None] - shared)


class Sort:
    def __init__(self, max_age, min_hits=3, min_iou=0.3):
        self.max_age, self.min_hits, self.min_iou = max_age, min_hits, min_iou
        self.tracks, self.frames, self.last_id = [], 0, 0

    def update(self, boxes):
        self.frames += 1
        for track in self.tracks:
            track["filter"].predict()
            track["streak"] = 0 if track["unseen"] > 0 else track["streak"]
            track["unseen"] += 1
        pairs = self.associate(boxes)
        for box, index in pairs:
            track = self.tracks[index]
            track["filter"].update(boxes[box])
            track["unseen"], track["streak"] = 0, track["streak"] + 1
        for box in sorted(set(range(len(boxes))) - {box for box, _ in pairs}):
            self.last_id += 1
            self.tracks.append({"id": self.last_id, "filter": Filter(boxes[box]), "unseen": 0, "streak": 0})
        early = self.frames <= self.min_hits
        shown = [t for t in self.tracks if t["unseen"] == 0 and (early or t["streak"] >= self.min_hits)]
        rows = [(t["id"], t["filter"].box()) for t in shown]
        self.tracks = [t for t in self.tracks if t["unseen"] <= self.max_age]
        return rows

    def associate(self, boxes):
        if not self.tracks or not len(boxes):
            return []
        shared = overlaps(boxes, np.array([t["filter"].box() for t in self.tracks]))
        enough = shared > self.min_iou
        if enough.sum(1).max() == 1 and enough.sum(0).max() == 1:
            return [(int(b), int(t)) for b, t in zip(*np.nonzero(enough))]
        _, tracks, _ = lap.lapjv(-shared, extend_cost=True)
        return [(b, int(t)) for b, t in enumerate(tracks) if t >= 0 and shared[b, t] >= self.min_iou]


def rows_of(tracks):
    return [[int(i), *np.round([b[0], b[1], b[2] - b[0], b[3] - b[1]], 2).tolist()] for i, b in tracks]


def main():
    import supervision

    frames = scene(seed=7)
    byte, sort = supervision.ByteTrack(), Sort(max_age=5)
    result = {"width": WIDTH, "height": HEIGHT, "fps": FPS, "frames": [], "byte": [], "sort": []}
    for boxes in frames:
        edges = corners(boxes)
        tracks = byte.update_with_tensors(np.hstack([edges, boxes[:, 4:]]))
        result["frames"].append(boxes.tolist())
        result["byte"].append(rows_of((t.external_track_id, t.tlbr) for t in tracks))
        result["sort"].append(rows_of(sort.update(edges)))
    print(json.dumps(result, separators=(",", ":")))


if __name__ == "__main__":
    main()

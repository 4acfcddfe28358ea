"""Scores by TrackEval, to hold ours against.

Usage: trackeval.py CHECKOUT RESULTS GT:BENCHMARK [GT:BENCHMARK …]
CHECKOUT is a checkout of github.com/JonathonLuiten/TrackEval; RESULTS holds SEQ.txt for every GT/SEQ/gt/gt.txt. All
sequences of all ground truths are pooled. SportsMOT has no class of its own there: it is scored as MOT17, which its
ground truth, all of class 1, comes to the same with. Needs numpy and scipy. Prints one JSON object, in it the seconds from opening
the first file to the last score.
"""

import contextlib
import json
import pathlib
import sys
import time

import numpy as np

# TrackEval still uses names that numpy gave up in version 1.24.
np.float, np.int = float, int

SCORES = {
    "HOTA": ["HOTA", "DetA", "AssA", "LocA", "DetRe", "DetPr", "AssRe", "AssPr"],
    "CLEAR": ["MOTA", "MOTP", "MODA", "CLR_Re", "CLR_Pr", "CLR_F1", "MTR", "PTR", "MLR"]
    + ["CLR_TP", "CLR_FN", "CLR_FP", "IDSW", "Frag", "MT", "PT", "ML"],
    "Identity": ["IDF1", "IDR", "IDP", "IDTP", "IDFN", "IDFP"],
}


def open_dataset(trackeval, truth, benchmark, results):
    """A ground truth folder as TrackEval's dataset; the results stand in for a tracker's folder."""
    sequences = sorted(path.parent.parent.name for path in truth.glob("*/gt/gt.txt"))
    return trackeval.datasets.MotChallenge2DBox(
        {
            "GT_FOLDER": str(truth),
            "TRACKERS_FOLDER": str(results.parent),
            "TRACKERS_TO_EVAL": [results.name],
            "TRACKER_SUB_FOLDER": "",
            "SKIP_SPLIT_FOL": True,
            "BENCHMARK": "MOT17" if benchmark == "SportsMOT" else benchmark,
            "SEQ_INFO": {name: None for name in sequences},
            "PRINT_CONFIG": False,
        }
    )


def report(by_metric):
    """TrackEval's numbers under our names, scores by alpha beside their means."""
    flat, by_alpha = {}, {}
    for metric, names in SCORES.items():
        for name in names:
            value = by_metric[metric][name]
            if np.ndim(value) == 1:
                by_alpha[name] = [round(float(each), 10) for each in value]
            flat[name] = round(float(np.mean(value)), 10)
    return {**flat, "perAlpha": by_alpha}


def score(checkout, results, *truths):
    sys.path.insert(0, checkout)
    import trackeval

    metrics = [
        trackeval.metrics.HOTA(),
        trackeval.metrics.CLEAR({"PRINT_CONFIG": False}),
        trackeval.metrics.Identity({"PRINT_CONFIG": False}),
    ]
    results = pathlib.Path(results)
    started = time.perf_counter()
    scored = {metric.get_name(): {} for metric in metrics}
    for truth in truths:
        folder, benchmark = truth.rsplit(":", 1)
        dataset = open_dataset(trackeval, pathlib.Path(folder), benchmark, results)
        for name in dataset.seq_list:
            data = dataset.get_preprocessed_seq_data(dataset.get_raw_seq_data(results.name, name), "pedestrian")
            for metric in metrics:
                scored[metric.get_name()][name] = metric.eval_sequence(data)
    combined = {metric.get_name(): metric.combine_sequences(scored[metric.get_name()]) for metric in metrics}
    seconds = time.perf_counter() - started
    names = list(scored["HOTA"])
    return {
        "seconds": round(seconds, 3),
        "sequences": {name: report({key: by_name[name] for key, by_name in scored.items()}) for name in names},
        "combined": report(combined),
    }


with contextlib.redirect_stdout(sys.stderr):
    scores = score(*sys.argv[1:])
json.dump(scores, sys.stdout, separators=(",", ":"))

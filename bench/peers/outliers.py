"""PyOD's detectors on PCA features of the same images.

python outliers.py FOLDER SEED OUT VALUES: FOLDER holds fit.bin (n x VALUES bytes) and, where new images are scored, score.bin. Writes
{"PyOD ECOD": [score, ...], ...} to OUT; without score.bin the fitted images are scored in place.
"""

import json
import pathlib
import sys

import numpy as np
from pyod.models.ecod import ECOD
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.mcd import MCD
from sklearn.decomposition import PCA


def read(path):
    return np.fromfile(path, np.uint8).reshape(-1, int(sys.argv[4])).astype(np.float32) / 255


def main():
    folder, seed = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    fit = read(folder / "fit.bin")
    other = read(folder / "score.bin") if (folder / "score.bin").exists() else None
    pca = PCA(64, random_state=seed).fit(fit)
    own = pca.transform(fit)
    new = None if other is None else pca.transform(other)
    detectors = {
        "PyOD ECOD": ECOD(contamination=0.05),
        "PyOD IForest": IForest(contamination=0.05, random_state=seed),
        "PyOD kNN": KNN(contamination=0.05, n_neighbors=20, method="mean"),
        "PyOD MCD": MCD(contamination=0.05, random_state=seed),
    }
    out = {}
    for name, detector in detectors.items():
        detector.fit(own)
        scores = detector.decision_scores_ if new is None else detector.decision_function(new)
        out[name] = np.asarray(scores, float).tolist()
    pathlib.Path(sys.argv[3]).write_text(json.dumps(out))


main()

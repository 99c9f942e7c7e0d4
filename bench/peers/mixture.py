"""scikit-learn's mixture from given centres: python mixture.py FOLDER COLUMNS COMPONENTS; FOLDER holds points.bin (32-bit floats)."""

import json
import pathlib
import sys
import time

import numpy as np
from sklearn.mixture import GaussianMixture

columns, components = int(sys.argv[2]), int(sys.argv[3])
points = np.fromfile(pathlib.Path(sys.argv[1]) / "points.bin", np.float32).reshape(-1, columns)
mixture = GaussianMixture(
    components,
    weights_init=np.full(components, 1 / components),
    means_init=points[[7000 * c for c in range(components)]],
    precisions_init=np.tile(np.eye(columns), (components, 1, 1)),
)
started = time.perf_counter()
mixture.fit(points)
seconds = time.perf_counter() - started
print(json.dumps({"seconds": seconds, "logLikelihood": float(mixture.score(points)), "iterations": int(mixture.n_iter_)}))

"""scikit-learn's brute-force neighbours, umap-learn's layout and the prdc package's figures of the rows that bench/science-latent.ts wrote.

    latent.py neighbours FILE ROWS COLUMNS K       prints {"seconds"}, writes FILE.neighbours (ROWS x K uint32)
    latent.py umap FILE ROWS COLUMNS               prints {"seconds"}, writes FILE.umap (ROWS x 2 float32)
    latent.py prdc FILE ROWS COLUMNS K             prints {"precision", "recall", "density", "coverage"}; the first half of the rows is real
"""
import json
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")


def neighbours(file, points, k):
    from sklearn.neighbors import NearestNeighbors

    start = time.perf_counter()
    indices = NearestNeighbors(n_neighbors=k, algorithm="brute", n_jobs=-1).fit(points).kneighbors(return_distance=False)
    seconds = time.perf_counter() - start
    indices.astype(np.uint32).tofile(f"{file}.neighbours")
    print(json.dumps({"seconds": seconds}))


def layout(file, points):
    import umap

    # Its first call compiles; the second is timed. Without a random state it uses all cores.
    umap.UMAP(n_neighbors=15).fit(points[:5000])
    start = time.perf_counter()
    positions = umap.UMAP(n_neighbors=15).fit_transform(points)
    seconds = time.perf_counter() - start
    positions.astype(np.float32).tofile(f"{file}.umap")
    print(json.dumps({"seconds": seconds}))


def quality(points, k):
    import contextlib

    from prdc import compute_prdc

    half = len(points) // 2
    with contextlib.redirect_stdout(sys.stderr):
        found = compute_prdc(real_features=points[:half], fake_features=points[half:], nearest_k=k)
    print(json.dumps({name: float(value) for name, value in found.items()}))


if __name__ == "__main__":
    what, file, rows, columns, *rest = sys.argv[1:]
    points = np.fromfile(file, np.float32).reshape(int(rows), int(columns))
    if what == "neighbours":
        neighbours(file, points, int(rest[0]))
    elif what == "prdc":
        quality(points, int(rest[0]))
    else:
        layout(file, points)

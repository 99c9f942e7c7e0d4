"""scikit-learn's clusterings of the features that bench/science-composition.ts wrote.

    composition.py FOLDER ROWS SEED      FOLDER holds points.bin (ROWS x columns floats, rows of length 1) and labels.bin (ROWS bytes); prints JSON:
                                         adjusted Rand index at the best number of clusters (2 to 8), and at the true one
"""
import json
import sys

import numpy as np
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

folder, rows, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
points = np.fromfile(f"{folder}/points.bin", np.float32).reshape(rows, -1)
labels = np.fromfile(f"{folder}/labels.bin", np.uint8)
narrow = PCA(16, random_state=seed).fit_transform(points)
true = len(np.unique(labels))


def both(found):
    scores = {k: adjusted_rand_score(labels, found(k)) for k in range(2, 9)}
    return [max(scores.values()), scores[true]]


density = max(adjusted_rand_score(labels, HDBSCAN(min_cluster_size=size).fit_predict(narrow)) for size in (10, 20, 40))
print(
    json.dumps(
        {
            "k-means": both(lambda k: KMeans(k, n_init=3, random_state=seed).fit_predict(points)),
            "mixture of Gaussians on PCA 16": both(lambda k: GaussianMixture(k, reg_covar=1e-4, random_state=seed).fit_predict(narrow)),
            "HDBSCAN on PCA 16, best of three sizes": [density, None],
        }
    )
)

"""scikit-learn's ways of ranking small groups, on the images that bench/science-groups.ts wrote; and scipy's reference intervals.

    groups.py FOLDER SEED      FOLDER holds images.bin (bytes), positive.bin (n bytes) and, where HOG is wanted, shape.bin (floats); prints JSON
    groups.py --reference      prints the table of test/unit/statistics/intervals.test.ts and the lab's weights of resampling-weights.test.ts
"""
import json
import os
import sys

import numpy as np


def planted(folder, seed):
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA
    from sklearn.ensemble import IsolationForest
    from sklearn.metrics import average_precision_score, roc_auc_score
    from sklearn.mixture import GaussianMixture
    from sklearn.neighbors import NearestNeighbors

    images = np.fromfile(f"{folder}/images.bin", np.uint8)
    positive = np.fromfile(f"{folder}/positive.bin", np.uint8)
    images = images.reshape(len(positive), -1).astype(np.float32) / 255
    wide = PCA(64, random_state=seed).fit_transform(images)
    narrow = wide[:, :16]

    def smallness(labels):
        counts = np.bincount(labels + 1)
        return -np.log(counts[labels + 1] / len(labels))

    scores = {
        "kNN (k 50) on PCA 64": NearestNeighbors(n_neighbors=51).fit(wide).kneighbors(wide)[0][:, -1],
        "isolation forest on PCA 64": -IsolationForest(random_state=seed).fit(wide).score_samples(wide),
        "small cluster, k-means 20 on PCA 64": smallness(KMeans(20, n_init=1, random_state=seed).fit_predict(wide)),
        "small cluster, GMM 20 on PCA 16": smallness(GaussianMixture(20, reg_covar=1e-3, random_state=seed).fit(narrow).predict(narrow)),
    }
    if os.path.exists(f"{folder}/shape.bin"):
        shape = PCA(64, random_state=seed).fit_transform(np.fromfile(f"{folder}/shape.bin", np.float32).reshape(len(positive), -1))
        scores["kNN (k 20) on HOG"] = NearestNeighbors(n_neighbors=21).fit(shape).kneighbors(shape)[0][:, -1]
    print(json.dumps({name: {"auroc": roc_auc_score(positive, s), "ap": average_precision_score(positive, s)} for name, s in scores.items()}))


def reference():
    from scipy.stats import binomtest

    for k, n in [(0, 50), (3, 50), (50, 50), (137, 6000), (59000, 60000)]:
        interval = binomtest(k, n).proportion_ci(method="wilson")
        print("wilson", [k, n, float(interval.low), float(interval.high)])
    for k, n, p in [(0, 50, 0.05), (3, 50, 0.05), (50, 50, 0.5), (137, 6000, 0.02), (29800, 60000, 0.5), (20, 100, 0.1), (1500, 10000, 0.16)]:
        test = binomtest(k, n, p)
        interval = test.proportion_ci(method="exact")
        print("binomial", [k, n, p, float(test.pvalue), float(interval.low), float(interval.high)])

    mu = np.array([0, 1, 0.1, 0.9, 0.2, 0, 0.15, 0.5, 1, 0.55, 0.12, 0.52, 0.18, 0.95, 0.05, 0.91], np.float32).astype(float).reshape(8, 2)
    weights = np.zeros(len(mu))
    for latent in mu.T:
        density, edges = np.histogram(latent, density=True, bins=10)
        edges[0], edges[-1] = -np.inf, np.inf
        smoothed = density + 0.001
        smoothed /= smoothed.sum()
        p = 1 / smoothed[np.digitize(latent, edges) - 1]
        weights = np.maximum(weights, p / p.sum())
    print("lab", list(map(float, weights / weights.sum())))


if sys.argv[1:] == ["--reference"]:
    reference()
else:
    planted(sys.argv[1], int(sys.argv[2]))

"""cleanlab's view of labels: self-confidence by logistic regression, and which are label issues. points.bin, labels.bin -> JSON."""
import json
import sys
from pathlib import Path

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

folder, rows = Path(sys.argv[1]), int(sys.argv[2])
points = np.fromfile(folder / "points.bin", np.float32).reshape(rows, -1)
labels = np.fromfile(folder / "labels.bin", np.uint8).astype(int)
# Rows have length 1, which is little for a penalty that expects columns of variance 1.
model = LogisticRegression(max_iter=200, C=10)
folds = StratifiedKFold(5, shuffle=True, random_state=0)
probabilities = cross_val_predict(model, 3 * points, labels, cv=folds, method="predict_proba")
print(
    json.dumps(
        {
            "score": get_label_quality_scores(labels, probabilities, method="self_confidence").tolist(),
            "named": find_label_issues(labels, probabilities).tolist(),
        }
    )
)

"""The peer's side of the ingest benchmark: a folder of images decoded with torchvision and PIL by two workers and written to a cache.

usage: ingest.py FOLDER SIZE OUT
Prints one JSON line: {"images_per_second"}. The transforms are those a researcher writes: convert to RGB, resize with antialiasing to a
square, uint8; workers are started before the clock, which runs from the first batch asked for to the cache on disk.
"""
import json
import os
import sys
import time

import torch
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2
from PIL import Image, ImageOps


class Folder(Dataset):
    def __init__(self, folder, size):
        self.files = sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)
        self.transform = v2.Compose([v2.Resize((size, size), antialias=True), v2.PILToTensor()])

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        with Image.open(self.files[i]) as image:
            return self.transform(ImageOps.exif_transpose(image).convert("RGB"))


if __name__ == "__main__":
    folder, size, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    torch.set_num_threads(1)
    data = Folder(folder, size)
    loader = DataLoader(data, batch_size=64, num_workers=2, persistent_workers=True)
    for _ in loader:  # the first pass starts the workers and warms the file cache
        pass
    start = time.perf_counter()
    batches = [batch.numpy() for batch in loader]
    with open(out, "wb") as file:
        for batch in batches:
            file.write(batch.tobytes())
        file.flush()
        os.fsync(file.fileno())
    print(json.dumps({"images_per_second": len(data) / (time.perf_counter() - start)}))

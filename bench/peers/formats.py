"""The peer's side of the table of formats: Pillow, one thread, file to 64 x 64 RGB.

usage: formats.py SIZE RUNS FILE...
Prints one JSON line: {file: milliseconds}, medians; the first reading of each file warms the cache and is not counted.
"""
import json
import statistics
import sys
import time

from PIL import AvifImagePlugin, Image

AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def read(file, size):
    with Image.open(file) as image:
        if image.mode == "RGBA":
            ground = Image.new("RGBA", image.size, "white")
            ground.alpha_composite(image)
            image = ground
        return image.convert("RGB").resize((size, size), Image.Resampling.BOX)


if __name__ == "__main__":
    size, runs = int(sys.argv[1]), int(sys.argv[2])
    answer = {}
    for file in sys.argv[3:]:
        read(file, size)
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            read(file, size)
            times.append((time.perf_counter() - start) * 1000)
        answer[file] = statistics.median(times)
    print(json.dumps(answer))

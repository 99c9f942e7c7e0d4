/** How the saved weights are drawn by, as code to copy. Both were run against a saved file of weights. */

const READ = `import csv, os

with open('weights.csv', encoding='utf-8', newline='') as file:
    weights = {os.path.normpath(row['path']): float(row['resampling_weight_tempered']) for row in csv.DictReader(file)}
`;

export const samplerSnippets = [
  {
    name: 'PyTorch',
    code: `${READ}
from torch.utils.data import DataLoader, WeightedRandomSampler

# dataset: torchvision.datasets.ImageFolder or DatasetFolder of the same folder
drawn = [weights.get(os.path.normpath(os.path.relpath(path, dataset.root)), 0.0) for path, _ in dataset.samples]
loader = DataLoader(dataset, batch_size=64, sampler=WeightedRandomSampler(drawn, num_samples=len(drawn)))
`,
  },
  {
    name: 'TensorFlow',
    code: `${READ}
import tensorflow as tf

# folder: the folder of images
paths = tf.constant([os.path.join(folder, path) for path in weights])
logits = tf.math.log(tf.constant([list(weights.values())]))
dataset = tf.data.Dataset.range(len(weights)).map(lambda _: paths[tf.random.categorical(logits, 1)[0, 0]]).map(tf.io.read_file)
`,
  },
] as const;

"""The same VAE step in PyTorch (eager) or Keras/TensorFlow (tf.function), timed for some seconds.

usage: train.py {torch,keras} {mlp,conv,default-28,default-64} SECONDS THREADS
Prints one JSON line: {"version": ..., "images_per_second": ..., "parameters": ...}.

Inputs 28x28x1, 16 latents, Bernoulli likelihood, Adam 1e-3, batch 128:
  mlp   784 -> 400 relu -> mean, log variance -> 400 relu -> 784
  conv  4x4/2 32 relu -> 4x4/2 64 relu -> mean, log variance -> 3136 relu -> transposed 4x4/2 32 relu -> transposed 4x4/2 1
The net of an analysis by default (src/engine/model/principal-net.ts), Gaussian likelihood of one variance, its components frozen:
  default-28  28x28x1, 16 latents, batch 128
  default-64  64x64x3, 32 latents, batch 32
"""
import json
import os
import sys
import time

BATCH, LATENT, POOL = 128, 16, 40


def with_torch(net, threads):
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.set_num_threads(threads)
    if net == "mlp":
        encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU())
        decoder = nn.Sequential(nn.Linear(LATENT, 400), nn.ReLU(), nn.Linear(400, 784))
        width = 400
    else:
        encoder = nn.Sequential(
            nn.Conv2d(1, 32, 4, 2, 1, bias=False), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1, bias=False), nn.ReLU(), nn.Flatten())
        decoder = nn.Sequential(
            nn.Linear(LATENT, 3136, bias=False), nn.ReLU(), nn.Unflatten(1, (64, 7, 7)),
            nn.ConvTranspose2d(64, 32, 4, 2, 1, bias=False), nn.ReLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1, bias=False), nn.Flatten())
        width = 3136
    heads = nn.Linear(width, 2 * LATENT, bias=False)
    parts = nn.ModuleList([encoder, heads, decoder])
    adam = torch.optim.Adam(parts.parameters(), 1e-3)
    data = torch.rand(POOL, BATCH, 1, 28, 28)

    def step(i):
        x = data[i % POOL]
        mean, log_variance = heads(encoder(x)).chunk(2, 1)
        z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        nll = F.binary_cross_entropy_with_logits(decoder(z), x.flatten(1), reduction="sum")
        kl = 0.5 * torch.sum(torch.exp(log_variance) + mean.square() - 1 - log_variance)
        loss = (nll + kl) / BATCH
        adam.zero_grad()
        loss.backward()
        adam.step()
        return loss.item()

    return step, torch.__version__


def with_keras(net, threads):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras
    import tensorflow as tf
    from keras import layers

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    if net == "mlp":
        encoder = keras.Sequential([layers.Input((28, 28, 1)), layers.Flatten(), layers.Dense(400, "relu")])
        decoder = keras.Sequential([layers.Input((LATENT,)), layers.Dense(400, "relu"), layers.Dense(784)])
    else:
        conv = dict(strides=2, padding="same", use_bias=False)
        encoder = keras.Sequential([
            layers.Input((28, 28, 1)), layers.Conv2D(32, 4, activation="relu", **conv), layers.Conv2D(64, 4, activation="relu", **conv), layers.Flatten()])
        decoder = keras.Sequential([
            layers.Input((LATENT,)), layers.Dense(3136, "relu", use_bias=False), layers.Reshape((7, 7, 64)),
            layers.Conv2DTranspose(32, 4, activation="relu", **conv), layers.Conv2DTranspose(1, 4, **conv), layers.Flatten()])
    heads = layers.Dense(2 * LATENT, use_bias=False)
    heads.build((None, encoder.output_shape[-1]))
    weights = encoder.trainable_weights + heads.trainable_weights + decoder.trainable_weights
    adam = keras.optimizers.Adam(1e-3)
    adam.build(weights)
    data = tf.random.uniform([POOL, BATCH, 28, 28, 1])

    @tf.function
    def graph(x):
        with tf.GradientTape() as tape:
            mean, log_variance = tf.split(heads(encoder(x)), 2, 1)
            z = mean + tf.exp(log_variance / 2) * tf.random.normal([BATCH, LATENT])
            logits = decoder(z)
            nll = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(tf.reshape(x, [BATCH, 784]), logits))
            kl = 0.5 * tf.reduce_sum(tf.exp(log_variance) + tf.square(mean) - 1 - log_variance)
            loss = (nll + kl) / BATCH
        adam.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    return (lambda i: float(graph(data[i % POOL]))), f"keras {keras.__version__}, tensorflow {tf.__version__}"


# Of the default net: edge, channels, latents, batch, edges of its sizes, channels at them.
DEFAULTS = {
    "default-28": (28, 1, 16, 128, [28, 14, 7], [1, 16, 32]),
    "default-64": (64, 3, 32, 32, [64, 16, 8], [3, 32, 32]),
}
VARIANCE = 0.01


def default_with_torch(net, threads):
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.set_num_threads(threads)
    size, channels, latent, batch, edges, widths = DEFAULTS[net]
    stem = size // edges[1]
    pixels, features = size * size * channels, edges[2] ** 2 * widths[2]

    class Half(nn.Module):
        def __init__(self):
            super().__init__()
            first = dict(kernel_size=4, stride=stem, padding=0 if stem == 4 else 1)
            self.down0, self.place = nn.Conv2d(channels, widths[1], **first), nn.Conv2d(channels, widths[1], bias=False, **first)
            self.down1, self.inner = nn.Conv2d(widths[1], widths[2], 4, 2, 1), nn.Conv2d(widths[2], widths[2], 3, 1, 1)
            self.up1, self.join = nn.ConvTranspose2d(widths[2], widths[1], 4, 2, 1), nn.Conv2d(widths[1], widths[1], 3, 1, 1)
            self.up0 = nn.ConvTranspose2d(widths[1], channels, **first)

        def forward(self, x, mean):
            top = F.relu(self.down0(x) + self.place(mean))
            bottom = F.relu(self.down1(top))
            h = F.relu(self.inner(bottom)) + bottom
            out = F.relu(self.up1(h)) + top
            out = F.relu(self.join(out)) + out
            return self.up0(out), h.flatten(1)

    encoder, decoder, variance = Half(), Half(), nn.Linear(features, latent)
    parts = nn.ModuleList([encoder, decoder, variance])
    adam = torch.optim.Adam(parts.parameters(), 1e-3)
    mean, axes, deviation = torch.full((1, channels, size, size), 0.5), torch.randn(latent, pixels) / pixels**0.5, torch.ones(latent)
    data = torch.rand(POOL, batch, channels, size, size)

    def step(i):
        x = data[i % POOL]
        added, seen = encoder(x - mean, mean)
        code = (x + added - mean).flatten(1) @ axes.T / deviation
        log_variance = variance(seen / features**0.5)
        z = code + torch.exp(log_variance / 2) * torch.randn_like(code)
        picture = ((z * deviation) @ axes).view_as(x) + mean
        out = picture + decoder(picture - mean, mean)[0]
        # Clipped, its gradient as if it were not.
        out = out + (out.clamp(0, 1) - out).detach()
        nll = (x - out).square().sum() / (2 * VARIANCE)
        kl = 0.5 * torch.sum(torch.exp(log_variance) + code.square() - 1 - log_variance)
        loss = (nll + kl) / batch
        adam.zero_grad()
        loss.backward()
        adam.step()
        return loss.item()

    return step, torch.__version__, batch, sum(part.numel() for part in parts.parameters())


def default_with_keras(net, threads):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras
    import numpy as np
    import tensorflow as tf
    from keras import layers

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    size, channels, latent, batch, edges, widths = DEFAULTS[net]
    stem = size // edges[1]
    pixels, features = size * size * channels, edges[2] ** 2 * widths[2]

    class Half:
        def __init__(self):
            first, same = dict(strides=stem, padding="same"), dict(padding="same")
            self.down0, self.place = layers.Conv2D(widths[1], 4, **first), layers.Conv2D(widths[1], 4, use_bias=False, **first)
            self.down1, self.inner = layers.Conv2D(widths[2], 4, 2, activation="relu", **same), layers.Conv2D(widths[2], 3, activation="relu", **same)
            self.up1 = layers.Conv2DTranspose(widths[1], 4, 2, activation="relu", **same)
            self.join, self.up0 = layers.Conv2D(widths[1], 3, activation="relu", **same), layers.Conv2DTranspose(channels, 4, **first)

        def __call__(self, x, mean):
            top = tf.nn.relu(self.down0(x) + self.place(mean))
            bottom = self.down1(top)
            h = self.inner(bottom) + bottom
            out = self.up1(h) + top
            out = self.join(out) + out
            return self.up0(out), tf.reshape(h, [batch, features])

        def weights(self):
            parts = (self.down0, self.place, self.down1, self.inner, self.up1, self.join, self.up0)
            return [weight for part in parts for weight in part.trainable_weights]

    encoder, decoder, variance = Half(), Half(), layers.Dense(latent)
    mean = tf.fill([1, size, size, channels], 0.5)
    axes = tf.constant(np.random.default_rng(0).normal(size=(latent, pixels)).astype("float32") / pixels**0.5)
    deviation = tf.ones([latent])
    data = tf.random.uniform([POOL, batch, size, size, channels])

    def loss_of(x):
        added, seen = encoder(x - mean, mean)
        code = tf.matmul(tf.reshape(x + added - mean, [batch, pixels]), axes, transpose_b=True) / deviation
        log_variance = variance(seen / features**0.5)
        z = code + tf.exp(log_variance / 2) * tf.random.normal([batch, latent])
        picture = tf.reshape(tf.matmul(z * deviation, axes), tf.shape(x)) + mean
        out = picture + decoder(picture - mean, mean)[0]
        out = out + tf.stop_gradient(tf.clip_by_value(out, 0.0, 1.0) - out)
        nll = tf.reduce_sum(tf.square(x - out)) / (2 * VARIANCE)
        kl = 0.5 * tf.reduce_sum(tf.exp(log_variance) + tf.square(code) - 1 - log_variance)
        return (nll + kl) / batch

    loss_of(data[0])
    weights = encoder.weights() + decoder.weights() + variance.trainable_weights
    adam = keras.optimizers.Adam(1e-3)
    adam.build(weights)

    @tf.function
    def graph(x):
        with tf.GradientTape() as tape:
            loss = loss_of(x)
        adam.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    version = f"keras {keras.__version__}, tensorflow {tf.__version__}"
    return (lambda i: float(graph(data[i % POOL]))), version, batch, int(sum(np.prod(weight.shape) for weight in weights))


def main():
    peer, net, seconds, threads = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
    batch, parameters = BATCH, None
    if net in DEFAULTS:
        step, version, batch, parameters = (default_with_torch if peer == "torch" else default_with_keras)(net, threads)
    else:
        step, version = (with_torch if peer == "torch" else with_keras)(net, threads)
    for i in range(10):
        step(i)
    started, steps = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        step(steps)
        steps += 1
    rate = steps * batch / (time.perf_counter() - started)
    print(json.dumps({"version": version, "images_per_second": rate, "parameters": parameters}))


main()

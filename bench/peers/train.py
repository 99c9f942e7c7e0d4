"""The same VAE step in PyTorch (eager) or Keras/TensorFlow (tf.function), timed for some seconds.

usage: train.py {torch,keras} {mlp,conv} SECONDS THREADS
Prints one JSON line: {"version": ..., "images_per_second": ...}.

Inputs 28x28x1, 16 latents, Bernoulli likelihood, Adam 1e-3, batch 128:
  mlp   784 -> 400 relu -> mean, log variance -> 400 relu -> 784
  conv  4x4/2 32 relu -> 4x4/2 64 relu -> mean, log variance -> 3136 relu -> transposed 4x4/2 32 relu -> transposed 4x4/2 1
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


def main():
    peer, net, seconds, threads = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
    step, version = (with_torch if peer == "torch" else with_keras)(net, threads)
    for i in range(10):
        step(i)
    started, steps = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        step(steps)
        steps += 1
    print(json.dumps({"version": version, "images_per_second": steps * BATCH / (time.perf_counter() - started)}))


main()

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os'; import path from 'node:path';
import sharp from 'sharp';
import { openSource } from '../source/open-source.ts';
import { decodeSource } from './decode-source.ts';
import { sampleWindow, blurred, correlation, CROPS, WHOLE, GRID } from './registration.ts';
const src = await openSource(process.argv[2]!); const n = Number(process.argv[3]);
const tmp = mkdtempSync(path.join(os.tmpdir(), 'dup-'));
for (let i = 0; i < n; i++) {
  const im = src.images[i]!;
  const base = src.array ? await sharp(src.array.read(i), { raw: { width: 28, height: 28, channels: 1 } }).png().toBuffer() : Buffer.from(await src.bytes(im));
  writeFileSync(path.join(tmp, `a${i}.${src.array ? 'png' : 'jpg'}`), base);
  if (i % 6) continue;
  const { width: w = 1, height: h = 1 } = await sharp(base).metadata();
  const s = () => sharp(base).keepIccProfile();
  const off = [[0, 0], [.05, .05], [.025, .025]][(i / 24 | 0) % 3]!;
  const kinds = [['reenc', s().jpeg({ quality: 60 })], ['resize', s().resize(Math.round(w * .7), Math.round(h * .7)).jpeg({ quality: 90 })],
    ['crop', s().extract({ left: Math.round(w * off[0]!), top: Math.round(h * off[1]!), width: Math.round(w * .95), height: Math.round(h * .95) }).jpeg({ quality: 90 })],
    ['bright', s().linear(1.2, 0).jpeg({ quality: 90 })]] as const;
  const [k, p] = kinds[(i / 6) % 4]!; await p.toFile(path.join(tmp, `b${i}-${k}.jpg`));
}
const d = await decodeSource(await openSource(tmp), { size: src.array ? 28 : 64, color: 'gray', folder: null, limit: null });
const { size, count, data } = d.pixels; const L = size * size;
const whole: Float32Array[] = [], wins: Float32Array[][] = [], sharpW: Float32Array[] = [];
const hp = (g: Float32Array) => { const b = blurred(g, size, size / 12); return g.map((v, i) => v - b[i]!); };
for (const mode of ['plain', 'band']) {
  whole.length = 0; wins.length = 0;
  for (let i = 0; i < count; i++) {
    let g: Float32Array = blurred(Float32Array.from(data.subarray(i * L, (i + 1) * L)), size, size / 28);
    if (mode === 'band') g = hp(g) as Float32Array;
    whole.push(sampleWindow(g, size, WHOLE, new Float32Array(GRID * GRID)));
    wins.push(CROPS.map((c) => sampleWindow(g, size, c, new Float32Array(GRID * GRID))));
  }
  const id = (p: string) => Number(/[ab](\d+)/.exec(p)![1]);
  const score = (i: number, j: number) => Math.max(correlation(whole[i]!, whole[j]!), ...wins[j]!.map((w) => correlation(whole[i]!, w)), ...wins[i]!.map((w) => correlation(whole[j]!, w)));
  const pos: Record<string, number[]> = {}; const neg: number[] = [];
  const byId = new Map(d.facts.path.map((p, i) => [p.split('.')[0]!, i]));
  for (let i = 0; i < count; i++) {
    const p = d.facts.path[i]!;
    if (p[0] === 'b') (pos[p.split('-')[1]!] ??= []).push(score(i, byId.get(`a${id(p)}`)!));
    // best non-pair via plain whole correlation top 3, then registered
    const c = whole.map((w, j) => [id(d.facts.path[j]!) === id(p) ? -1 : correlation(whole[i]!, w), j] as const).sort((x, y) => y[0] - x[0]).slice(0, 4);
    neg.push(Math.max(...c.map(([, j]) => score(i, j))));
  }
  for (const [k, v] of Object.entries(pos)) console.log(mode, k, v.length, v.sort((a, b) => a - b).slice(0, 8).map((x) => x.toFixed(4)).join(' '));
  console.log(mode, 'neg', neg.length, neg.sort((a, b) => b - a).filter((_, i) => i < 6 || i === 10 || i === 20 || i === 40).map((x) => x.toFixed(4)).join(' '));
}
rmSync(tmp, { recursive: true });

/**
 * Points on a WebGL2 canvas. They lie in one shuffled buffer, so any first share of it is a fair sample of the whole:
 * while the view moves each frame draws the share that the machine can afford, and when it rests the remainder is added
 * share by share onto the kept picture. On software WebGL a million points cost over a second, yet no frame waits for them.
 */
import type { Size, View } from './view-transform.ts';

const VERTEX = `#version 300 es
layout(location = 0) in vec2 position;
layout(location = 1) in vec4 colour;
uniform vec2 centre;
uniform vec2 scale;
uniform float size;
out vec4 tint;
void main() {
  gl_Position = vec4((position - centre) * scale, 0.0, 1.0);
  gl_PointSize = size;
  tint = vec4(colour.rgb * colour.a, colour.a);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
uniform float size;
in vec4 tint;
out vec4 pixel;
void main() {
  float cover = 1.0;
  if (size > 2.5) {
    float reach = length(gl_PointCoord - 0.5) * size;
    cover = clamp(size * 0.5 - reach + 0.5, 0.0, 1.0);
    if (cover <= 0.0) discard;
  }
  pixel = tint * cover;
}`;

/** Milliseconds without a change after which the picture is completed. */
const REST = 140;
const FEWEST = 4_000;

/** A fixed order for n points (Fisher-Yates over a multiplicative generator), so that pictures repeat. */
export function shuffledOrder(n: number): Uint32Array<ArrayBuffer> {
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i += 1) order[i] = i;
  let state = 0x9e3779b9;
  for (let i = n - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 0x1_0000_0000) * (i + 1));
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}

/** Diameter in CSS pixels: fewer points, larger; grows slowly with the zoom. */
export function pointSize(n: number, zoom: number): number {
  const base = Math.min(9, Math.max(1.4, 28 * n ** -0.22));
  return Math.min(18, base * Math.min(3, Math.max(1, zoom) ** 0.4));
}

export class PointRenderer {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #uniforms: { centre: WebGLUniformLocation | null; scale: WebGLUniformLocation | null; size: WebGLUniformLocation | null };
  readonly #positions: WebGLBuffer;
  readonly #colours: WebGLBuffer;
  #order = new Uint32Array(0);
  #count = 0;
  #coloured = false;
  #view: View = { x: 0, y: 0, scale: 1 };
  #size: Size = { width: 1, height: 1 };
  #ratio = 1;
  #diameter = 4;
  #budget = 60_000;
  #drawn = 0;
  #dirty = false;
  #changedAt = 0;
  #lastFrame = 0;
  #request = 0;

  /** Null where the machine has no WebGL 2. */
  static on(canvas: HTMLCanvasElement): PointRenderer | null {
    const gl = canvas.getContext('webgl2', {
      alpha: true,
      antialias: false,
      depth: false,
      preserveDrawingBuffer: true,
      premultipliedAlpha: true,
    });
    return gl ? new PointRenderer(gl) : null;
  }

  private constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = link(gl);
    this.#uniforms = {
      centre: gl.getUniformLocation(this.#program, 'centre'),
      scale: gl.getUniformLocation(this.#program, 'scale'),
      size: gl.getUniformLocation(this.#program, 'size'),
    };
    this.#positions = gl.createBuffer() as WebGLBuffer;
    this.#colours = gl.createBuffer() as WebGLBuffer;
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.clearColor(0, 0, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#positions);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#colours);
    gl.enableVertexAttribArray(1);
    gl.vertexAttribPointer(1, 4, gl.UNSIGNED_BYTE, true, 0, 0);
  }

  get count(): number {
    return this.#count;
  }

  /** x0, y0, x1, y1 ... in the images' order. */
  setPositions(positions: Float32Array): void {
    const n = positions.length >> 1;
    if (n !== this.#count) {
      this.#order = shuffledOrder(n);
      this.#coloured = false;
    }
    this.#count = n;
    const shuffled = new Float32Array(n * 2);
    for (let i = 0; i < n; i += 1) {
      const from = (this.#order[i] as number) * 2;
      shuffled[i * 2] = positions[from] as number;
      shuffled[i * 2 + 1] = positions[from + 1] as number;
    }
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, this.#positions);
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, shuffled, this.#gl.DYNAMIC_DRAW);
    this.#touch();
  }

  /** One packed RGBA (red in the lowest byte) a point, in the images' order. */
  setColours(colours: Uint32Array): void {
    const shuffled = new Uint32Array(this.#count);
    for (let i = 0; i < this.#count; i += 1) shuffled[i] = colours[this.#order[i] as number] as number;
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, this.#colours);
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, shuffled, this.#gl.DYNAMIC_DRAW);
    this.#coloured = true;
    this.#touch();
  }

  /** Sizes in CSS pixels. */
  setView(view: View, size: Size, ratio: number, diameter: number): void {
    const canvas = this.#gl.canvas;
    const width = Math.max(1, Math.round(size.width * ratio));
    const height = Math.max(1, Math.round(size.height * ratio));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    this.#view = view;
    this.#size = size;
    this.#ratio = ratio;
    this.#diameter = diameter;
    this.#touch();
  }

  dispose(): void {
    cancelAnimationFrame(this.#request);
    this.#gl.deleteBuffer(this.#positions);
    this.#gl.deleteBuffer(this.#colours);
    this.#gl.deleteProgram(this.#program);
  }

  #touch(): void {
    this.#dirty = true;
    this.#changedAt = performance.now();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame((now) => this.#frame(now));
  }

  #frame(now: number): void {
    this.#request = 0;
    this.#adapt(now);
    if (this.#dirty) {
      this.#dirty = false;
      this.#gl.clear(this.#gl.COLOR_BUFFER_BIT);
      this.#drawn = 0;
      this.#draw();
    } else if (now - this.#changedAt > REST) {
      this.#draw();
    }
    if (this.#drawn < this.#count && this.#coloured) this.#schedule();
    else this.#lastFrame = 0;
  }

  /** The time between frames is the only honest clock: commands return before the picture is drawn. */
  #adapt(now: number): void {
    const interval = this.#lastFrame === 0 ? 0 : now - this.#lastFrame;
    this.#lastFrame = now;
    if (interval === 0 || interval > 1000) return;
    if (interval > 28) this.#budget = Math.max(FEWEST, this.#budget * 0.7);
    else if (interval < 20) this.#budget = Math.min(4_000_000, this.#budget * 1.15);
  }

  #draw(): void {
    const gl = this.#gl;
    const share = Math.min(this.#count - this.#drawn, Math.round(this.#budget));
    if (share <= 0 || !this.#coloured) return;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.useProgram(this.#program);
    gl.uniform2f(this.#uniforms.centre, this.#view.x, this.#view.y);
    gl.uniform2f(this.#uniforms.scale, (2 * this.#view.scale) / this.#size.width, (2 * this.#view.scale) / this.#size.height);
    gl.uniform1f(this.#uniforms.size, this.#diameter * this.#ratio);
    gl.drawArrays(gl.POINTS, this.#drawn, share);
    this.#drawn += share;
  }
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram() as WebGLProgram;
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type) as WebGLShader;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`the point shader does not link: ${gl.getProgramInfoLog(program)}`);
  }
  return program;
}

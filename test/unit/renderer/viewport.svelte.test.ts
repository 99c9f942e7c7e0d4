import { expect, test } from 'vitest';
import { Viewport } from '../../../src/renderer/src/plots/viewport.svelte.ts';

/** A square from -1 to 1. */
const square = Float32Array.of(-1, -1, 1, -1, 1, 1, -1, 1);
function opened(): Viewport {
  const port = new Viewport();
  port.show(square);
  port.resize({ width: 292, height: 492 });
  return port;
}

test('shows all points, whatever the window becomes, until a person moves it', () => {
  const port = opened();
  expect(port.view).toEqual({ x: 0, y: 0, scale: 100 });
  port.resize({ width: 492, height: 492 });
  expect(port.view?.scale).toBe(200);
  port.pan(20, 0);
  port.resize({ width: 292, height: 292 });
  expect(port.view).toMatchObject({ x: -0.1, scale: 200 });
  port.showAll();
  expect(port.view).toEqual({ x: 0, y: 0, scale: 100 });
});

test('what lies under the pixel stays under it, and how much nearer it is is known', () => {
  const port = opened();
  const before = port.toData(200, 100);
  port.zoom(4, 200, 100);
  expect(port.toData(200, 100)).toEqual(before);
  expect(port.magnification).toBe(4);
});

test('a point that is out of sight comes into the middle, one that is in sight stays where it is', () => {
  const port = opened();
  port.reveal(2);
  expect(port.view?.x).toBe(0);
  port.zoom(4);
  port.reveal(2);
  expect(port.toData(146, 246)).toEqual([1, 1]);
});

test('other points are another place', () => {
  const port = opened();
  port.zoom(4);
  port.show(Float32Array.of(10, 10, 12, 12));
  expect(port.view).toEqual({ x: 11, y: 11, scale: 100 });
  expect(port.magnification).toBe(1);
});

test('without points or room there is nothing in sight', () => {
  const port = new Viewport();
  port.show(square);
  expect([port.view, port.toData(0, 0)]).toEqual([null, null]);
  port.zoom(2);
  port.reveal(0);
  expect(port.view).toBe(null);
});

import { describe, expect, it } from 'vitest';
import { parseExpectation } from '../../../src/engine/expectations/expectation-text.ts';
import { expectationData, testExpectations } from '../../../src/engine/expectations/expectations.ts';

describe('stated expectations', () => {
  it('are read as a person types them', () => {
    expect(parseExpectation('brightness:..0.3=50%')).toEqual({ kind: 'attribute', name: 'brightness', low: null, high: 0.3, share: 0.5 });
    expect(parseExpectation('z_03:-1..1=0.68')).toEqual({ kind: 'latent', name: 'z_03', low: -1, high: 1, share: 0.68 });
    expect(parseExpectation('z_03:..-2=0.02')).toEqual({ kind: 'latent', name: 'z_03', low: null, high: -2, share: 0.02 });
    expect(parseExpectation('aspect:1.5..=10%')).toEqual({ kind: 'attribute', name: 'aspect', low: 1.5, high: null, share: 0.1 });
    expect(parseExpectation('label:a=b=0.5')).toEqual({ kind: 'label', name: 'a=b', low: null, high: null, share: 0.5 });
    expect(parseExpectation('group:4=2%')).toEqual({ kind: 'group', name: '4', low: null, high: null, share: 0.02 });
    for (const text of ['brightness=0.5', 'brightness:..=0.5', 'beauty:..1=0.5', 'brightness:..0.3=150%', 'brightness:a..b=0.5', ''])
      expect(parseExpectation(text)).toBeNull();
  });

  it('are counted on the columns of a study', () => {
    const columns = new Map<string, Float32Array | Uint32Array | Int32Array | string[]>([
      ['label', ['a', 'a', 'b', 'b']],
      ['width', Uint32Array.from([10, 20, 20, 20])],
      ['height', Uint32Array.from([10, 10, 10, 10])],
      ...['brightness', 'contrast', 'saturation', 'sharpness', 'z_00'].map((name) => [name, Float32Array.from([0, 0.25, 0.5, 1])] as const),
      ['group', Int32Array.from([-1, 0, 0, -1])],
    ]);
    const statements = ['aspect:2..=0.75', 'brightness:0.25..0.5=0.5', 'z_00:..0=0.5', 'label:a=0.5', 'group:0=0.5'].map(parseExpectation);
    const results = testExpectations(
      statements.flatMap((statement) => statement ?? []),
      expectationData(columns),
    );
    expect(results.map(({ count }) => count)).toEqual([3, 2, 1, 2, 2]);
    // An image in two groups counts in both, as the report counts it.
    const memberships = new Map([
      ...columns,
      ['group_00', Int32Array.from([1, 1, 1, 0])],
      ['group_01', Int32Array.from([0, 1, 1, 0])],
    ] as const);
    const inSecond = testExpectations([{ kind: 'group', name: '1', low: null, high: null, share: 0.5 }], expectationData(memberships));
    expect(inSecond[0]?.count).toBe(2);
    expect(() => testExpectations([{ kind: 'group', name: '7', low: null, high: null, share: 0.5 }], expectationData(columns))).toThrow(
      /no group "7"/,
    );
  });

  it('rarely contradict a true statement, and always a false one, however many are made', () => {
    const columns = new Map<string, Float32Array | Uint32Array | Int32Array | string[]>();
    const n = 2000;
    for (const name of ['contrast', 'saturation', 'sharpness', 'group']) columns.set(name, new Float32Array(n));
    for (const name of ['width', 'height']) columns.set(name, new Uint32Array(n).fill(8));
    columns.set(
      'brightness',
      Float32Array.from({ length: n }, (_, i) => ((i * 0.6180339887) % 1) as number),
    );
    const statements = Array.from({ length: 20 }, (_, i) => ({
      kind: 'attribute' as const,
      name: 'brightness',
      low: null,
      high: (i + 1) / 21,
      share: (i + 1) / 21,
    }));
    const data = expectationData(columns);
    expect(testExpectations(statements, data).some(({ rejected }) => rejected)).toBe(false);
    expect(
      testExpectations([...statements, { ...(statements[3] as (typeof statements)[number]), share: 0.6 }], data).at(-1)?.rejected,
    ).toBe(true);
  });
});

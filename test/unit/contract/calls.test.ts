import { expect, test } from 'vitest';
import { type EngineApi, type EngineRequest, engineCalls, type Params, type Results } from '../../../src/contract/calls.ts';
import { standingOf } from '../../../src/contract/endpoint.ts';
import type { EventHandlers } from '../../../src/contract/events.ts';

/** Fields of a call to the engine that hold something else than they say; main replaces them by what their schema stands for. */
const REPLACED = { studyId: 'study', source: 'source', target: 'target' } as const;

test('every study, source and target of a call to the engine is marked as what main makes of it', () => {
  const fields = Object.entries(engineCalls).flatMap(([call, { params }]) =>
    Object.entries(params.shape).map(([field, schema]) => ({ call, field, stands: standingOf(schema) })),
  );
  expect(fields.length).toBeGreaterThan(30);
  for (const { call, field, stands } of fields)
    expect(stands, `${call}.${field}`).toBe(Object.hasOwn(REPLACED, field) ? REPLACED[field as keyof typeof REPLACED] : null);
});

test('what is left out or made up does not compile: each directive would be an unused one', () => {
  const mistakes = (api: EngineApi, handlers: EventHandlers): unknown[] => {
    const { decode, ...withoutDecode } = api;
    const { menu, ...withoutMenu } = handlers;
    // @ts-expect-error a call that the engine has no method for
    const unanswered: EngineApi = withoutDecode;
    // @ts-expect-error an event that nobody handles
    const unheard: EventHandlers = withoutMenu;
    // @ts-expect-error a dropped path that the page names
    const forged: Params<'takeDropped'> = { path: '/etc' };
    // @ts-expect-error the engine is asked with the study's folder
    const homeless: EngineRequest<'report'> = { studyId: 'study-00' };
    // @ts-expect-error main prints PDFs, the engine writes none
    const printed: EngineRequest<'exportReport'> = { studyId: 'study-00', folder: '/', target: '/x', format: 'pdf', locale: 'en' };
    // @ts-expect-error an answer of another kind
    const answer: Results['decode'] = { z: new Float32Array() };
    return [decode, menu, unanswered, unheard, forged, homeless, printed, answer];
  };
  expect(mistakes).toBeTypeOf('function');
});

/** Where the page's state runs in unit tests: modules are compiled as for the page, and a window holds what they expect before they load. */
import type { Environment } from 'vitest/runtime';

class IdleWorker {
  postMessage(): void {}
  terminate(): void {}
}

export default {
  name: 'page',
  viteEnvironment: 'client',
  setup(global) {
    Object.assign(global, {
      window: global,
      self: global,
      location: new URL('http://page/'),
      matchMedia: () => ({ matches: false, addEventListener: () => {} }),
      document: { documentElement: { dataset: {} } },
      Worker: IdleWorker,
    });
    return { teardown: () => {} };
  },
} satisfies Environment;

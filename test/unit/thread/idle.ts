/** A process that begins a thread, asks it nothing, and has nothing else to do. */
import { Thread } from '../../../src/engine/thread/thread.ts';

new Thread(new URL('./echo.worker.ts', import.meta.url)).begin();

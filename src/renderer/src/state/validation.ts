/** zod compiles its parsers with `new Function` unless told not to; the page's content policy forbids that. */
import { z } from 'zod';

z.config({ jitless: true });

import type { SkipReason } from '../../contract/study.ts';

/** An image that is passed over, with the reason that its list of skips names; the message says what it is and what to do. */
export class ImageRefused extends Error {
  readonly reason: SkipReason;

  constructor(reason: SkipReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Where in a study its trained model lies. */
export const MODEL_FOLDER = 'model';
/** Where the last good state of an unfinished training lies. */
export const CHECKPOINT_FOLDER = 'checkpoint';

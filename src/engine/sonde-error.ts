/** The engine's own way to the errors of every process. */
export { errorData, SondeError } from '../errors/sonde-error.ts';

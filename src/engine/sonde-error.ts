/** The engine's own way to the errors of every process. */
export { type ErrorParams, errorData, SondeError } from '../errors/sonde-error.ts';

/** Problems of lists of exported symbols, and of headers and manifests that do not fit to them. */

export { headerCheck } from './check-header';
export { exportsCheck } from './check-list';
export { EXPORTS_CODES } from './codes';

/** machine/: an image in, a running QEMU with private sockets for GDB, QMP and the serial line out. */
export { kernelCommandLine } from './command-line';
export * from './model';
export { QmpClient, QmpError, type QmpEvent, type QmpValue } from './qmp';
export { startMachine } from './start';

/** manifest/: Kraftfile text in, {@link Manifest} with its problems out. Never throws, reads no disk. */
export * from './model';

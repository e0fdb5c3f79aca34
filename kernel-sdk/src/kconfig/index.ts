/** kconfig/: `Config.uk` text and assignments in, an evaluated {@link Configuration} out. */
export * from './model';

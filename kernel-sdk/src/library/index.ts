/** library/: the declarative subset of `Makefile.uk` and `exportsyms.uk`: text in, {@link Library} out. */
export * from './model';
